"""Strategic merge patch: keyed lists, directives, order."""

import json
import time
from pathlib import Path

import pytest
from loopkube.api.patch import STRATEGIC_MERGE_PATCH, apply_patch
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import ApiError

RECORDINGS = Path(__file__).parents[1] / "recordings/api"
DEPLOYMENT = Kinds().named("deployments.apps")


def patched(current: dict, patch: dict, resource: str = "deployments.apps") -> dict:
    return apply_patch(Kinds().named(resource), current, json.dumps(patch).encode(), STRATEGIC_MERGE_PATCH)


def template(containers: list[dict], **more: object) -> dict:
    return {"spec": {"template": {"spec": {"containers": containers} | more}}}


def containers(obj: dict) -> list[dict]:
    return obj["spec"]["template"]["spec"]["containers"]


def without_what_the_server_writes(body: dict) -> dict:
    """The part of a Deployment that its patch decides, without the defaults of new containers."""
    spec = body["spec"]["template"]["spec"]
    keep = ("name", "image", "command", "env", "ports")
    return {"containers": [{k: c[k] for k in keep if k in c} for c in spec["containers"]]}


@pytest.mark.parametrize(
    "step",
    [
        "image-strategic",
        "env-strategic",
        "env-strategic-second",
        "env-strategic-delete",
        "sidecar-strategic",
        "containers-replace",
    ],
)
def test_changes_containers_as_recorded(step: str) -> None:
    steps = json.loads((RECORDINGS / "deployments.json").read_text())["steps"]
    at = next(index for index, s in enumerate(steps) if s["id"] == step)
    before = next(
        s["response"]["body"]
        for s in reversed(steps[:at])
        if s["response"]["status"] in (200, 201)
        and s["response"]["body"].get("metadata", {}).get("name") == "held"
        and s["response"]["body"]["kind"] == "Deployment"
    )
    found = patched(before, steps[at]["request"]["body"])
    assert without_what_the_server_writes(found) == without_what_the_server_writes(steps[at]["response"]["body"])


def test_the_current_object_is_left_alone() -> None:
    current = template([{"name": "app", "env": [{"name": "A", "value": "1"}]}])
    copy = json.loads(json.dumps(current))
    found = patched(current, template([{"name": "app", "env": [{"name": "A", "value": "2"}]}]))
    containers(found)[0]["env"].append("changed")
    assert current == copy


def test_kubectl_apply_sends_the_order_of_lists() -> None:
    current = template([{"name": "a", "image": "1"}, {"name": "injected"}, {"name": "b", "image": "1"}])
    patch = template([{"name": "c", "image": "1"}, {"name": "b", "image": "2"}])
    patch["spec"]["template"]["spec"]["$setElementOrder/containers"] = [{"name": n} for n in ("c", "b", "a")]
    found = containers(patched(current, patch))
    assert [c["name"] for c in found] == ["c", "injected", "b", "a"]
    assert next(c for c in found if c["name"] == "b")["image"] == "2"


def test_an_order_alone_moves_items() -> None:
    current = template([{"name": "a"}, {"name": "b"}])
    patch = {"spec": {"template": {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}}}
    assert [c["name"] for c in containers(patched(current, patch))] == ["b", "a"]


def test_an_order_must_hold_every_item_of_the_patch() -> None:
    patch = template([{"name": "b", "image": "2"}])
    patch["spec"]["template"]["spec"]["$setElementOrder/containers"] = [{"name": "a"}]
    with pytest.raises(ApiError) as refusal:
        patched(template([{"name": "a"}]), patch)
    assert refusal.value.code == 400
    assert "doesn't match $setElementOrder list" in refusal.value.message


def test_retain_keys_drops_the_other_fields_of_a_union() -> None:
    current = {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}
    found = patched(current, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}})
    assert found == {"spec": {"strategy": {"type": "Recreate"}}}


def test_retain_keys_must_name_what_the_patch_sets() -> None:
    with pytest.raises(ApiError) as refusal:
        patched({"spec": {"strategy": {}}}, {"spec": {"strategy": {"$retainKeys": ["type"], "rollingUpdate": {}}}})
    assert (refusal.value.code, refusal.value.message) == (400, "invalid patch format of retainKeys")


def test_primitive_lists_add_and_delete() -> None:
    current = {"metadata": {"finalizers": ["x/a", "x/b"]}}
    found = patched(current, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["x/a"], "finalizers": ["x/c"]}})
    assert sorted(found["metadata"]["finalizers"]) == ["x/b", "x/c"]


def test_map_directives() -> None:
    current = {"data": {"a": "1", "b": "2"}, "metadata": {"labels": {"x": "y"}}}
    replaced = patched(current, {"data": {"$patch": "replace", "c": "3"}}, "configmaps")
    assert replaced["data"] == {"c": "3"}
    assert patched(current, {"data": {"$patch": "delete"}}, "configmaps")["data"] == {}


def test_nulls_and_directives_do_not_stay_in_new_fields() -> None:
    patch = {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate", "rollingUpdate": None}}}
    assert patched({"spec": {}}, patch) == {"spec": {"strategy": {"type": "Recreate"}}}


def test_lists_without_a_merge_key_are_replaced() -> None:
    current = {"spec": {"rules": [{"host": "a"}]}}
    found = patched(current, {"spec": {"rules": [{"host": "b"}]}}, "ingresses.networking.k8s.io")
    assert found["spec"]["rules"] == [{"host": "b"}]


def test_an_item_without_its_merge_key_is_refused() -> None:
    with pytest.raises(ApiError) as refusal:
        patched(template([{"name": "app"}]), template([{"image": "x"}]))
    assert refusal.value.message == "map: map[image:x] does not contain declared merge key: name"


def test_thousands_of_directives_take_no_longer_than_as_many_items() -> None:
    owners = [{"apiVersion": "v1", "kind": "ConfigMap", "name": "x", "uid": f"u{n}"} for n in range(10_000)]
    obj = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "a", "ownerReferences": owners}}
    obj["metadata"]["finalizers"] = [f"a.b/c{n}" for n in range(10_000)]
    gone = [{"$patch": "delete", "uid": f"u{n}"} for n in range(1, 10_000)]
    patch = {"ownerReferences": gone, "$deleteFromPrimitiveList/finalizers": obj["metadata"]["finalizers"][1:]}
    began = time.thread_time()
    made = patched(obj, {"metadata": patch}, "configmaps")
    assert time.thread_time() - began < 1
    assert made["metadata"]["ownerReferences"] == owners[:1]
    assert made["metadata"]["finalizers"] == ["a.b/c0"]
