"""Server-side apply: ownership, conflicts, removal, lists; after the recordings and upstream's own cases."""

import json
from pathlib import Path

import pytest
import yaml
from loopkube.api import managed_fields
from loopkube.api.patch import APPLY_PATCH, apply_patch
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

KINDS = Kinds()
CONFIG_MAPS = KINDS.named("configmaps")
DEPLOYMENTS = KINDS.named("deployments.apps")
RECORDED = json.loads((Path(__file__).parents[1] / "recordings/api/server-side-apply.json").read_text())["steps"]


def applied(
    current: dict | None,
    config: dict,
    manager: str,
    *,
    kind: Kind = CONFIG_MAPS,
    force: bool = False,
    subresource: str = "",
) -> dict:
    config = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": "x"}} | config
    body = yaml.safe_dump(config).encode()
    found = apply_patch(kind, current, body, APPLY_PATCH, manager=manager, force=force, subresource=subresource)
    managed_fields.record(kind, current, found, manager=manager, operation="Apply", clock=Clock())
    return found


def updated(current: dict, change: dict, manager: str, *, kind: Kind = CONFIG_MAPS, subresource: str = "") -> dict:
    found = json.loads(json.dumps(current)) | change
    managed_fields.record(kind, current, found, manager=manager, subresource=subresource, clock=Clock())
    return found


def owners(obj: dict) -> dict[str, dict]:
    return {entry["manager"]: entry["fieldsV1"] for entry in obj["metadata"]["managedFields"]}


def deployment(*containers: dict, replicas: int | None = None) -> dict:
    spec = {"template": {"spec": {"containers": list(containers)}}}
    return {"spec": spec | ({"replicas": replicas} if replicas is not None else {})}


def names(obj: dict) -> list[str]:
    return [c["name"] for c in obj["spec"]["template"]["spec"]["containers"]]


def test_answers_as_recorded() -> None:
    current = None
    for step in RECORDED:
        request = step["request"]
        query = request.get("params") or {}
        try:
            current = apply_patch(
                CONFIG_MAPS,
                current,
                json.dumps(request["body"]).encode(),
                APPLY_PATCH,
                manager=query.get("fieldManager", ""),
                force=query.get("force") == "true",
            )
            assert current["data"] == step["response"]["body"]["data"], step["id"]
        except ApiError as refusal:
            assert refusal.status() == step["response"]["body"], step["id"]


def test_the_same_again_changes_nothing_not_even_the_time() -> None:
    first = applied(None, {"data": {"a": "1"}}, "one")
    first["metadata"]["managedFields"][0]["time"] = "2020-01-01T00:00:00Z"
    assert applied(first, {"data": {"a": "1"}}, "one") == first


def test_a_field_that_is_left_out_goes_unless_others_want_it() -> None:
    obj = applied(None, {"data": {"a": "1", "b": "2"}}, "one")
    obj = applied(obj, {"data": {"b": "2"}}, "two")
    obj = applied(obj, {"data": {}}, "one")
    assert obj["data"] == {"b": "2"}
    assert owners(obj) == {"two": {"f:data": {"f:b": {}}}, "one": {"f:data": {}}}


def test_a_field_that_an_update_set_stays() -> None:
    obj = applied(None, {"data": {"a": "1"}}, "one")
    obj = updated(obj, {"data": {"a": "1", "b": "2"}}, "kubectl-edit")
    obj = applied(obj, {}, "one")
    assert obj["data"] == {"b": "2"}


def test_conflicts_with_updaters_say_with_which_version() -> None:
    obj = updated(applied(None, {"data": {"a": "1"}}, "one"), {"data": {"a": "2"}}, "kubectl-edit")
    assert set(owners(obj)) == {"kubectl-edit"}
    with pytest.raises(ApiError) as refusal:
        applied(obj, {"data": {"a": "1"}}, "one")
    assert refusal.value.message == 'Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .data.a'


def test_several_conflicts_are_grouped_by_manager() -> None:
    obj = applied(None, {"data": {"a": "1", "b": "1"}}, "one")
    obj = applied(obj, {"data": {"c": "1"}}, "two")
    with pytest.raises(ApiError) as refusal:
        applied(obj, {"data": {"a": "2", "b": "2", "c": "2"}}, "three")
    assert refusal.value.message == (
        'Apply failed with 3 conflicts: conflicts with "one":\n- .data.a\n- .data.b\nconflicts with "two":\n- .data.c'
    )
    assert [cause["field"] for cause in refusal.value.details["causes"]] == [".data.a", ".data.b", ".data.c"]


def test_force_takes_fields_over() -> None:
    obj = applied(None, {"data": {"a": "1", "b": "1"}}, "one")
    obj = applied(obj, {"data": {"a": "2"}}, "two", force=True)
    assert obj["data"] == {"a": "2", "b": "1"}
    assert owners(obj) == {"one": {"f:data": {"f:b": {}}}, "two": {"f:data": {"f:a": {}}}}


def test_kubectl_takes_over_what_it_applied_on_the_client_side() -> None:
    last = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": "1", "b": "1"}}
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(last)}
    old = {"metadata": {"name": "x"}}
    obj = updated(old, {"metadata": {"name": "x", "annotations": annotations}, "data": last["data"]}, "csa")
    config = {"data": {"a": "2"}}
    assert applied(obj, config, "kubectl")["data"] == {"a": "2", "b": "1"}
    with pytest.raises(ApiError):
        applied(obj, config, "argo")
    edited = updated(obj, {"data": {"a": "3", "b": "1"}}, "kubectl-edit")
    with pytest.raises(ApiError):
        applied(edited, config, "kubectl")


def test_keyed_lists_are_owned_item_by_item() -> None:
    obj = applied(None, deployment({"name": "app", "image": "1"}), "one", kind=DEPLOYMENTS)
    obj = applied(obj, deployment({"name": "side", "image": "s"}), "two", kind=DEPLOYMENTS)
    assert names(obj) == ["app", "side"]
    with pytest.raises(ApiError) as refusal:
        applied(obj, deployment({"name": "app", "image": "2"}), "two", kind=DEPLOYMENTS)
    field = '.spec.template.spec.containers[name="app"].image'
    assert refusal.value.message == f'Apply failed with 1 conflict: conflict with "one": {field}'
    assert names(applied(obj, {}, "two", kind=DEPLOYMENTS)) == ["app"]


def test_a_list_gets_the_order_of_the_configuration() -> None:
    obj = applied(None, deployment({"name": "a"}, {"name": "b"}), "one", kind=DEPLOYMENTS)
    obj = applied(obj, deployment({"name": "x"}), "two", kind=DEPLOYMENTS)
    obj = applied(obj, deployment({"name": "b"}, {"name": "new"}, {"name": "a"}), "one", kind=DEPLOYMENTS)
    assert names(obj) == ["b", "new", "a", "x"]


def test_ports_are_told_apart_with_the_default_protocol() -> None:
    port = {"containerPort": 80, "protocol": "TCP"}
    obj = applied(None, deployment({"name": "app", "ports": [port]}), "one", kind=DEPLOYMENTS)
    named = {"name": "app", "ports": [{"containerPort": 80, "name": "http"}]}
    obj = applied(obj, deployment(named), "two", kind=DEPLOYMENTS)
    assert obj["spec"]["template"]["spec"]["containers"][0]["ports"] == [port | {"name": "http"}]


def test_sets_are_owned_value_by_value() -> None:
    obj = applied(None, {"metadata": {"name": "x", "finalizers": ["x/a", "x/b"]}}, "one")
    obj = applied(obj, {"metadata": {"name": "x", "finalizers": ["x/b", "x/c"]}}, "two")
    obj = applied(obj, {}, "one")
    assert obj["metadata"]["finalizers"] == ["x/b", "x/c"]
    assert owners(obj)["two"] == {"f:metadata": {"f:finalizers": {'v:"x/b"': {}, 'v:"x/c"': {}}}}


def test_atomic_maps_are_owned_as_one() -> None:
    selector = {"spec": {"selector": {"matchLabels": {"app": "a"}}}}
    obj = applied(None, selector, "one", kind=DEPLOYMENTS)
    assert owners(obj)["one"] == {"f:spec": {"f:selector": {}}}
    with pytest.raises(ApiError) as refusal:
        applied(obj, {"spec": {"selector": {"matchLabels": {"app": "b"}}}}, "two", kind=DEPLOYMENTS)
    assert refusal.value.details["causes"][0]["field"] == ".spec.selector"


def test_giving_up_replicas_leaves_them_to_the_autoscaler() -> None:
    obj = applied(None, deployment({"name": "app"}, replicas=3), "one", kind=DEPLOYMENTS)
    spec = obj["spec"] | {"replicas": 5}
    obj = updated(obj, {"spec": spec}, "autoscaler", kind=DEPLOYMENTS, subresource="scale")
    with pytest.raises(ApiError) as refusal:
        applied(obj, deployment({"name": "app"}, replicas=3), "one", kind=DEPLOYMENTS)
    assert '"autoscaler" with subresource "scale" using apps/v1: .spec.replicas' in refusal.value.message
    obj = applied(obj, deployment({"name": "app"}), "one", kind=DEPLOYMENTS)
    assert obj["spec"]["replicas"] == 5


def test_status_is_applied_through_its_subresource_only() -> None:
    status = {"status": {"replicas": 2}}
    obj = applied(None, deployment({"name": "app"}) | status, "one", kind=DEPLOYMENTS)
    assert "f:status" not in owners(obj)["one"]
    obj = applied(obj, status, "two", kind=DEPLOYMENTS, subresource="status")
    entry = next(e for e in obj["metadata"]["managedFields"] if e["manager"] == "two")
    assert (entry["subresource"], entry["fieldsV1"]) == ("status", {"f:status": {"f:replicas": {}}})


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"spec": {"replica": 1}}, ".spec.replica: field not declared in schema"),
        ({"spec": {"replicas": "1"}}, ".spec.replicas: expected numeric (int or float), got string"),
        ({"spec": []}, ".spec: expected map, got []"),
        (deployment({"image": "x"}), 'associative list with keys has an element that omits key field "name"'),
    ],
)
def test_what_does_not_fit_the_schema(config: dict, problem: str) -> None:
    with pytest.raises(ApiError) as refusal:
        applied(None, config, "one", kind=DEPLOYMENTS)
    assert refusal.value.code == 400
    assert refusal.value.message.startswith("failed to create typed patch object (/x; apps/v1, Kind=Deployment): ")
    assert problem in refusal.value.message


def test_the_version_must_be_the_one_of_the_url() -> None:
    with pytest.raises(ApiError) as refusal:
        applied(None, {"apiVersion": "v2"}, "one")
    assert (
        refusal.value.message == "Incorrect version specified in apply patch. Specified patch version: v2, expected: v1"
    )


def test_a_uid_names_an_object_that_exists() -> None:
    with pytest.raises(ApiError) as refusal:
        applied(None, {"metadata": {"name": "x", "uid": "u"}}, "one")
    assert refusal.value.code == 409
    assert refusal.value.message.endswith("specified uid u, and no existing object was found")


def test_a_configuration_has_no_managed_fields() -> None:
    with pytest.raises(ApiError) as refusal:
        applied(None, {"metadata": {"name": "x", "managedFields": []}}, "one")
    assert (refusal.value.code, refusal.value.message) == (400, "metadata.managedFields must be nil")


KETTLE = Kind(
    "golden.example.com",
    "v1",
    "Kettle",
    "kettles",
    "kettle",
    True,
    custom={
        "schema": {
            "openAPIV3Schema": {
                "type": "object",
                "properties": {
                    "spec": {
                        "type": "object",
                        "properties": {
                            "lids": {
                                "type": "array",
                                "x-kubernetes-list-type": "map",
                                "x-kubernetes-list-map-keys": ["name"],
                                "items": {"type": "object", "properties": {"name": {"type": "string"}}},
                            },
                            "any": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
                        },
                    }
                },
            }
        }
    },
)


def test_custom_kinds_follow_their_own_schema() -> None:
    obj = applied(None, {"spec": {"lids": [{"name": "glass"}], "any": {"a": {"b": 1}}}}, "one", kind=KETTLE)
    assert owners(obj)["one"] == {
        "f:spec": {
            "f:lids": {'k:{"name":"glass"}': {".": {}, "f:name": {}}},
            "f:any": {"f:a": {".": {}, "f:b": {}}},
        }
    }
    obj = applied(obj, {"spec": {"lids": [{"name": "steel"}]}}, "two", kind=KETTLE)
    assert [lid["name"] for lid in obj["spec"]["lids"]] == ["glass", "steel"]
