"""Protobuf bodies: what Go's clients put on the wire becomes the JSON form, of every kind."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopkube.api import protobuf
from loopkube.api.protobuf.fields import fields, message_of
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError
from loopkube.upstream import go_types
from protobuf_writer import KINDS, SENT, body, envelope, field, kind_of, raw_message, received, stored, varint
from served import Served

RECORDINGS = Path(__file__).parent.parent / "recordings"
CONFIG = KINDS["v1", "ConfigMap"]
POD = KINDS["v1", "Pod"]
CONFIGS = "/api/v1/namespaces/default/configmaps"
PROTOBUF = {"Content-Type": protobuf.MEDIA_TYPE}


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent["command"])
def test_what_kubectl_sends_is_what_it_prints(sent: dict) -> None:
    wanted, kind = sent["object"], kind_of(sent["object"])
    assert received(base64.b64decode(sent["body"]), kind) == stored(json.dumps(wanted).encode(), kind)


def recorded_objects(found: object) -> Iterator[dict]:
    """Every whole object of a known kind in a recording."""
    if isinstance(found, dict):
        if (found.get("apiVersion"), found.get("kind")) in KINDS and isinstance(found.get("metadata"), dict):
            yield found
        for value in found.values():
            yield from recorded_objects(value)
    elif isinstance(found, list):
        for value in found:
            yield from recorded_objects(value)


def without_empty_lists(value: object) -> object:
    """Protobuf cannot tell an empty list from none."""
    if isinstance(value, dict):
        return {key: without_empty_lists(item) for key, item in value.items() if item != []}
    return [without_empty_lists(item) for item in value] if isinstance(value, list) else value


def test_recorded_objects_come_through_unchanged() -> None:
    kinds = set()
    for path in sorted(RECORDINGS.rglob("*.json")):
        for obj in recorded_objects(json.loads(path.read_bytes())):
            kind = kind_of(obj)
            try:
                wanted = stored(json.dumps(obj).encode(), kind)
            except ApiError:
                continue  # recorded because it is refused
            assert without_empty_lists(received(body(wanted), kind)) == without_empty_lists(wanted)
            kinds.add(kind.kind)
    assert {"Pod", "Service", "Deployment", "Ingress", "CustomResourceDefinition"} <= kinds


SAMPLES = {
    "string": "x",
    "bytes": "AP+A",
    "bool": True,
    "int32": -(2**31),
    "int64": 2**63 - 1,
    "double": 0.5,
    "meta.Time": "2027-01-15T08:00:00Z",
    "meta.MicroTime": "2027-01-15T08:00:00.000009Z",
    "meta.FieldsV1": {"f:spec": {}},
    "resource.Quantity": "100m",
    "intstr.IntOrString": "25%",
    "runtime.RawExtension": {"x": [1]},
    "apiextensions.JSON": {"x": [1]},
    "apiextensions.JSONSchemaPropsOrArray": {"type": "string"},
    "apiextensions.JSONSchemaPropsOrBool": True,
    "apiextensions.JSONSchemaPropsOrStringArray": ["x"],
}


def filled(message: str, within: tuple[str, ...] = ()) -> dict:
    """An object with every field set; messages inside themselves are empty."""
    found: dict = {}
    for at in fields(message).values():
        if at.type in SAMPLES:
            value = SAMPLES[at.type]
        elif go_types.is_nullable(at.type):
            value = ["x"]
        else:
            value = filled(at.type, (*within, message)) if at.type not in within else {}
        if at.how == "*":
            found |= value
        else:
            found[at.name] = {"": value, "[]": [value, value], "{}": {"key": value}}[at.how]
    return found


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: f"{kind.api_version} {kind.kind}")
def test_every_field_of_every_kind(kind: Kind) -> None:
    sent = filled(message_of(kind.api_version, kind.kind)) | {"apiVersion": kind.api_version, "kind": kind.kind}
    assert protobuf.decode(body(sent), kind) == sent
    assert received(body(sent), kind) == stored(json.dumps(sent).encode(), kind)


EVERYTHING = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "a.b", "deletionGracePeriodSeconds": 0, "managedFields": [{"fieldsV1": {"f:spec": {}}}]},
    "spec": {
        "group": "b",
        "names": {"plural": "a", "kind": "A"},
        "scope": "Namespaced",
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": False,
                "schema": {
                    "openAPIV3Schema": {
                        "default": {"a": [1, None, "x"]},
                        "enum": [1, "x", False],
                        "maximum": -1.5,
                        "minimum": 0,
                        "minLength": -3,
                        "items": {"type": "string"},
                        "additionalProperties": False,
                        "properties": {
                            "a": {"items": [{"type": "string"}, {"x-kubernetes-int-or-string": True}]},
                            "b": {"additionalProperties": {"$ref": "#", "$schema": "s"}},
                        },
                        "dependencies": {"a": ["b", "c"], "d": {"required": ["e"]}},
                    }
                },
                "subresources": {"status": {}},
            }
        ],
    },
}


def test_fields_with_a_json_form_of_their_own() -> None:
    raw = protobuf.decode(body(EVERYTHING), kind_of(EVERYTHING))
    assert raw == EVERYTHING
    assert json.dumps(raw["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["minimum"]) == "0"


def test_times_numbers_and_maps() -> None:
    lease = KINDS["coordination.k8s.io/v1", "Lease"]
    obj = {"apiVersion": lease.api_version, "kind": "Lease", "spec": {"renewTime": "0999-01-02T03:04:05.000006Z"}}
    assert protobuf.decode(body(obj), lease) == obj
    zero_time = envelope(raw_message((1, raw_message((1, "a"), (8, b"")))), "v1", "ConfigMap")
    assert protobuf.decode(zero_time, CONFIG)["metadata"] == {"name": "a"}
    bare_entry = envelope(raw_message((2, raw_message((1, "key")))), "v1", "ConfigMap")
    assert protobuf.decode(bare_entry, CONFIG)["data"] == {"key": ""}
    groups = raw_message((4, 5), (4, b"\x06\x07"), (1, raw_message((1, "u"))))
    spec = envelope(raw_message((2, raw_message((14, groups)))), "v1", "Pod")
    assert protobuf.decode(spec, POD)["spec"]["securityContext"]["supplementalGroups"] == [5, 6, 7]
    priority = envelope(raw_message((2, raw_message((25, -7), (11, 1)))), "v1", "Pod")
    assert protobuf.decode(priority, POD)["spec"] == {"priority": -7, "hostNetwork": True}


def test_what_a_newer_client_adds_is_passed_over() -> None:
    newer = field(4000, 5) + field(4001, "new") + field(4002, 0.5) + varint(4003 << 3 | 5) + bytes(4)
    known = raw_message((1, raw_message((1, "a")) + newer)) + newer
    assert protobuf.decode(envelope(known, "v1", "ConfigMap"), CONFIG)["metadata"] == {"name": "a"}


def test_the_resource_names_the_kind_where_the_body_does_not() -> None:
    named = protobuf.decode(envelope(b"", "", ""), POD)
    assert named == {"apiVersion": "v1", "kind": "Pod"}
    options = Kind("", "v1", "DeleteOptions", "", "", False)
    sent = envelope(raw_message((1, 0), (5, "All")), "apps/v1", "DeleteOptions")
    assert protobuf.decode(sent, options)["gracePeriodSeconds"] == 0


async def test_over_http(served: Served) -> None:
    whole = body({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}})
    reply = await served.call("POST", CONFIGS, data=whole, headers=PROTOBUF)
    assert (reply.status, reply.body["data"]) == (201, {"k": "v"})
    short = await served.call("POST", CONFIGS, data=whole[:-12], headers=PROTOBUF)
    assert (short.status, short.body["reason"]) == (400, "BadRequest")
    assert short.body["message"].startswith("the object provided is unrecognized (must be of type ConfigMap): ")
    patch = await served.call("PATCH", f"{CONFIGS}/a", data=whole, headers=PROTOBUF)
    assert patch.status == 415
    options = envelope(raw_message((2, raw_message((1, "another")))), "v1", "DeleteOptions")
    conflict = await served.call("DELETE", f"{CONFIGS}/a", data=options, headers=PROTOBUF)
    assert (conflict.status, conflict.body["reason"]) == (409, "Conflict")
    broken = await served.call("DELETE", f"{CONFIGS}/a", data=options[:-1], headers=PROTOBUF)
    assert broken.status == 400
    assert (await served.call("DELETE", f"{CONFIGS}/a", headers=PROTOBUF)).status == 200
