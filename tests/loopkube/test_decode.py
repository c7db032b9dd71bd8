"""Bodies to objects: Go's texts for what does not fit, and the normal form of what does."""

import json
from pathlib import Path

import pytest
from loopkube.api.decode import check, decode
from loopkube.api.decoding.json_errors import go_message
from loopkube.shared.status import ApiError
from offline_api import KINDS, deployment, ingress, kind_of, pod, service

RECORDINGS = Path(__file__).parent.parent / "recordings" / "api"
CONFIG_MAP = KINDS.of("v1", "ConfigMap")


def decoded(obj: dict, field_validation: str = "Warn") -> tuple[dict, list[str]]:
    return decode(kind_of(obj), json.dumps(obj).encode(), "application/json", field_validation)


def refusal(body: object, kind=CONFIG_MAP, content_type: str = "application/json", strict: bool = False) -> str:
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    with pytest.raises(ApiError) as caught:
        decode(kind, raw, content_type, "Strict" if strict else "Warn")
    assert (caught.value.code, caught.value.reason) == (400, "BadRequest")
    return caught.value.message


def recorded_refusals() -> list:
    found = []
    for file in sorted(RECORDINGS.glob("*.json")):
        for step in json.loads(file.read_text())["steps"]:
            wrong = step["response"]["status"] == 400 and step["request"]["method"] == "POST"
            if wrong and "cannot be handled" in step["response"]["body"]["message"]:
                found.append(pytest.param(step, id=f"{file.stem}/{step['id']}"))
    return found


@pytest.mark.parametrize("step", [p for p in recorded_refusals() if "custom-resources" not in p.id])
def test_says_what_kube_apiserver_said(step: dict) -> None:
    request = step["request"]
    group, version = request["path"].split("/")[2:4] if request["path"].startswith("/apis") else ("", "v1")
    kind = KINDS.at(group, version, request["path"].split("/")[-1])
    raw = request.get("raw") or json.dumps(request["body"])
    strict = (request.get("params") or {}).get("fieldValidation") == "Strict"
    assert refusal(raw, kind, strict=strict) == step["response"]["body"]["message"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unexpected end of JSON input"),
        ("hello", "invalid character 'h' looking for beginning of value"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a": 1 "b"}', "invalid character '\"' after object key:value pair"),
        ('{"a": 1,}', "invalid character '}' looking for beginning of object key string"),
        ("[1 2]", "invalid character '2' after array element"),
        ("{} x", "invalid character 'x' after top-level value"),
        ('{"a": nul}', "invalid character '}' in literal null (expecting 'l')"),
        ('{"a": "\n"}', "invalid character '\\n' in string literal"),
        ('{"a": "\\x"}', "invalid character 'x' in string escape code"),
        ("{'a': 1}", "invalid character '\\'' looking for beginning of object key string"),
        ("{1: 1}", "invalid character '1' looking for beginning of object key string"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("NaN", "invalid character 'N' looking for beginning of value"),
    ],
)
def test_broken_json_in_the_words_of_go(text: str, message: str) -> None:
    assert go_message(text) == message


def test_the_summary_of_a_long_body_is_cut() -> None:
    message = refusal('{"apiVersion": "v1", "kind": "ConfigMap", ')
    assert message.endswith('({"apiVersion": "v1", "kind": " ...)')


@pytest.mark.parametrize(
    ("obj", "field"),
    [
        (pod(containers="x"), "struct field PodSpec.spec.containers of type []v1.Container"),
        (pod(containers=["x"]), "struct field PodSpec.spec.containers of type v1.Container"),
        (pod(hostNetwork="yes"), "struct field PodSpec.spec.hostNetwork of type bool"),
        (
            pod(containers=[{"name": "a", "securityContext": {"capabilities": {"add": [5]}}}]),
            "Capabilities.spec.containers.securityContext.capabilities.add of type v1.Capability",
        ),
        (pod(containers=[{"resources": {"limits": 5}}]), "spec.containers.resources.limits of type v1.ResourceList"),
        (pod(nodeSelector={"a": "b", "c": {}}), "struct field PodSpec.spec.nodeSelector of type string"),
        (service(type=4), "struct field ServiceSpec.spec.type of type v1.ServiceType"),
        (
            pod(volumes=[{"name": "a", "emptyDir": "x"}]),
            "Volume.spec.volumes.VolumeSource.emptyDir of type v1.EmptyDir",
        ),
        (deployment(template="x"), "struct field DeploymentSpec.spec.template of type v1.PodTemplateSpec"),
        (deployment() | {"metadata": {"labels": ["x"]}}, "ObjectMeta.metadata.labels of type map[string]string"),
    ],
)
def test_wrong_types_name_the_go_field(obj: dict, field: str) -> None:
    assert field in refusal(obj, kind_of(obj))


def test_a_number_that_does_not_fit_is_quoted() -> None:
    assert "cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32" in refusal(
        deployment(replicas=1.5), kind_of(deployment())
    )
    assert "number 9999999999 into" in refusal(deployment(replicas=9999999999), kind_of(deployment()))


@pytest.mark.parametrize(("data", "at"), [("!!", 0), ("YWJ", 0), ("YWJj*Q==", 4), ("YWJjZ", 4)])
def test_bad_base64_tells_the_byte(data: str, at: int) -> None:
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "data": {"k": data}}
    assert refusal(secret, kind_of(secret)).endswith(f"illegal base64 data at input byte {at}")


def test_times_are_parsed_and_kept_in_utc() -> None:
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "a"}}
    lease["spec"] = {"renewTime": "2026-01-01T02:00:00+01:00"}
    assert decoded(lease)[0]["spec"]["renewTime"] == "2026-01-01T01:00:00.000000Z"
    lease["spec"] = {"renewTime": "yesterday"}
    assert 'cannot parse "yesterday" as "2006"' in refusal(lease, kind_of(lease))


def test_unknown_fields_warn_prune_or_refuse() -> None:
    obj = pod(containers=[{"name": "a", "image": "b", "prot": 1}], unknown={"deep": 1})
    fresh, warnings = decoded(obj)
    assert sorted(warnings) == ['unknown field "spec.containers[0].prot"', 'unknown field "spec.unknown"']
    assert "unknown" not in fresh["spec"]
    assert "prot" not in fresh["spec"]["containers"][0]
    assert decoded(obj, "Ignore")[1] == []
    assert "strict decoding error: unknown field" in refusal(obj, kind_of(obj), strict=True)


def test_duplicate_fields_are_named_with_their_path() -> None:
    text = '{"metadata": {"name": "a", "name": "b"}, "data": {"k": "1", "k": "2"}}'
    fresh, warnings = decode(CONFIG_MAP, text.encode(), "application/json", "Warn")
    assert warnings == ['duplicate field "metadata.name"', 'duplicate field "data.k"']
    assert (fresh["metadata"]["name"], fresh["data"]["k"]) == ("b", "2")


def test_nulls_and_zero_values_go_as_omitempty_says() -> None:
    container = {
        "name": "a",
        "image": "b",
        "stdin": False,
        "env": [{"name": "E", "value": ""}],
        "args": None,
        "ports": [],
    }
    fresh, _ = decoded(pod(containers=[container], hostNetwork=False, automountServiceAccountToken=False, priority=0))
    assert fresh["spec"] == {
        "containers": [{"name": "a", "image": "b", "env": [{"name": "E"}], "resources": {}}],
        "automountServiceAccountToken": False,
        "priority": 0,
    }


def test_what_go_always_prints_is_there() -> None:
    fresh, _ = decoded(ingress())
    assert fresh["status"] == {"loadBalancer": {}}
    assert decoded(deployment())[0]["spec"]["strategy"] == {}
    nothing = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "a"}}
    assert decoded(nothing | {"addressType": "IPv4"})[0]["endpoints"] is None
    volumes = decoded(pod(volumes=[{"name": "a", "projected": {}}]))[0]["spec"]["volumes"]
    assert volumes == [{"name": "a", "projected": {"sources": None}}]
    assert "containers" not in decoded(pod() | {"spec": {}})[0]["spec"], "refused: no null for it"


def test_quantities_are_stored_in_canonical_form() -> None:
    container = {"name": "a", "image": "b", "resources": {"limits": {"cpu": 0.5, "memory": "1024Mi"}}}
    fresh, _ = decoded(pod(containers=[container]))
    assert fresh["spec"]["containers"][0]["resources"]["limits"] == {"cpu": "500m", "memory": "1Gi"}


def test_yaml_is_read_as_go_reads_it() -> None:
    text = b"metadata: {name: a}\ndata:\n  port: '8080'\n  date: 2026-01-01\n  time: 12:30\n  1: one\n"
    fresh, warnings = decode(CONFIG_MAP, text, "application/yaml", "Warn")
    assert fresh["data"] == {"port": "8080", "date": "2026-01-01", "time": "12:30", "1": "one"}
    assert warnings == []
    assert "number into Go struct field ConfigMap.data" in refusal("data: {a: 0644}", content_type="application/yaml")
    assert "error converting YAML to JSON: yaml: line 2" in refusal("a: b\nc: d: e\n", content_type="application/yaml")


def test_yaml_keys_that_stand_twice_are_reported() -> None:
    _, warnings = decode(CONFIG_MAP, b"metadata: {name: a}\ndata: {k: a}\ndata: {k: b}\n", "application/yaml", "Warn")
    assert warnings == ['line 3: key "data" already set in map']


def test_a_patched_object_is_checked_and_normalised_in_place() -> None:
    obj = {"metadata": {"name": "a", "labels": {}}, "data": {"a": "b", "c": None}, "extra": 1}
    assert check(CONFIG_MAP, obj) == ['unknown field "extra"']
    assert obj == {"metadata": {"name": "a"}, "data": {"a": "b", "c": ""}, "kind": "ConfigMap", "apiVersion": "v1"}


def test_a_patch_that_makes_nonsense_is_invalid() -> None:
    with pytest.raises(ApiError) as caught:
        check(CONFIG_MAP, {"data": {"size": 5}})
    assert caught.value.code == 422
    assert caught.value.message == (
        ' "" is invalid: patch: Invalid value: "{\\"data\\":{\\"size\\":5}}": '
        "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"
    )
    assert caught.value.details["causes"][0]["field"] == "patch"
