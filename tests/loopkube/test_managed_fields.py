"""Who wrote what: ordinary writes."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loopkube.api import managed_fields
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock

KINDS = Kinds()
DEPLOYMENTS, CONFIG_MAPS = KINDS.named("deployments.apps"), KINDS.named("configmaps")


class HeldClock(Clock):
    def __init__(self, second: int = 0) -> None:
        self.second = second

    def now(self) -> datetime:
        return datetime(2026, 1, 1, 0, 0, self.second, tzinfo=UTC)


def recorded(
    old: dict | None, new: dict, manager: str = "one", *, second: int = 0, kind=CONFIG_MAPS, subresource: str = ""
) -> dict:
    new = json.loads(json.dumps(new))
    managed_fields.record(kind, old, new, manager=manager, subresource=subresource, clock=HeldClock(second))
    return new


def config_map(**data: str) -> dict:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x", "uid": "u"}, "data": data}


def fields(obj: dict, manager: str) -> dict:
    return next(e["fieldsV1"] for e in obj["metadata"]["managedFields"] if e["manager"] == manager)


def test_the_entry_of_a_creator_is_the_recorded_one() -> None:
    found = recorded(
        None,
        config_map(shape="round", size="5") | {"metadata": {"name": "x", "labels": {"tier": "a"}}},
        "python-requests",
    )
    assert found["metadata"]["managedFields"] == [
        {
            "manager": "python-requests",
            "operation": "Update",
            "apiVersion": "v1",
            "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {"f:labels": {".": {}, "f:tier": {}}},
                "f:data": {".": {}, "f:shape": {}, "f:size": {}},
            },
        }
    ]


def test_a_deployment_is_owned_as_recorded() -> None:
    """The message of a bad patch quotes the whole object, managedFields and all."""
    steps = json.loads((Path(__file__).parents[1] / "recordings/api/deployments.json").read_text())["steps"]
    step = next(s for s in steps if s["id"] == "unknown-nested-strict")
    quoted = step["response"]["body"]["message"].split("Invalid value: ", 1)[1]
    obj = json.loads(json.JSONDecoder().raw_decode(quoted)[0])
    del obj["spec"]["template"]["spec"]["containerz"], obj["status"]
    wanted = {e["manager"]: e["fieldsV1"] for e in obj["metadata"].pop("managedFields")}
    obj["metadata"].pop("annotations")
    assert (
        fields(recorded(None, obj, "python-requests", kind=DEPLOYMENTS), "python-requests") == wanted["python-requests"]
    )


def test_the_status_is_owned_through_its_subresource_as_recorded() -> None:
    old = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}}
    condition = {"type": "Available", "status": "True"}
    new = old | {"status": {"observedGeneration": 1, "conditions": [condition]}}
    entry = recorded(old, new, "kube-controller-manager", kind=DEPLOYMENTS, subresource="status")["metadata"][
        "managedFields"
    ][0]
    assert entry["subresource"] == "status"
    item = {".": {}, "f:type": {}, "f:status": {}}
    assert entry["fieldsV1"] == {
        "f:status": {"f:observedGeneration": {}, "f:conditions": {".": {}, 'k:{"type":"Available"}': item}}
    }


def test_nothing_changes_when_nothing_changed() -> None:
    first = recorded(None, config_map(a="1"))
    assert recorded(first, config_map(a="1"), second=9)["metadata"] == first["metadata"]


def test_a_changed_field_goes_to_the_one_who_changed_it() -> None:
    obj = recorded(None, config_map(a="1", b="1"))
    obj = recorded(obj, config_map(a="2", b="1"), "two", second=5)
    assert fields(obj, "one") == {"f:data": {".": {}, "f:b": {}}}
    assert fields(obj, "two") == {"f:data": {"f:a": {}}}
    assert [e["time"][-3:-1] for e in obj["metadata"]["managedFields"]] == ["00", "05"]


def test_a_removed_field_is_owned_by_nobody() -> None:
    obj = recorded(None, config_map(a="1"))
    obj = recorded(obj, {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}, "two")
    assert "managedFields" not in obj["metadata"]


def test_the_same_manager_through_a_subresource_is_another_entry() -> None:
    old = recorded(None, {"metadata": {"name": "x"}, "spec": {"replicas": 1}}, kind=DEPLOYMENTS)
    new = {"metadata": {"name": "x"}, "spec": {"replicas": 2}}
    found = recorded(old, new, kind=DEPLOYMENTS, subresource="scale")["metadata"]["managedFields"]
    assert [(e["manager"], e.get("subresource"), e["fieldsV1"]) for e in found] == [
        ("one", "scale", {"f:spec": {"f:replicas": {}}})
    ]


def test_a_client_may_reset_or_rewrite_the_entries() -> None:
    old = recorded(None, config_map(a="1"))
    reset = config_map(a="1")
    reset["metadata"]["managedFields"] = [{}]
    assert "managedFields" not in recorded(old, reset)["metadata"]
    rewritten = config_map(a="1")
    rewritten["metadata"]["managedFields"] = [old["metadata"]["managedFields"][0] | {"manager": "other"}]
    assert set(fields(recorded(old, rewritten), "other")) == {"f:data"}


def test_at_most_ten_updaters_are_told_apart() -> None:
    obj = recorded(None, config_map())
    for n in range(15):
        data = (obj.get("data") or {}) | {f"k{n}": "1"}
        obj = recorded(obj, config_map(**data), f"m{n:02}", second=n)
    managers = [e["manager"] for e in obj["metadata"]["managedFields"]]
    assert len(managers) == 10
    assert "ancient-changes" in managers
    assert set(fields(obj, "ancient-changes")["f:data"]) >= {"f:k0", "f:k5"}


@pytest.mark.parametrize("ports", [[{"name": "a"}], ["x"], [None]])
def test_a_write_never_fails_for_its_tracking(ports: list) -> None:
    obj = {"metadata": {"name": "x"}, "spec": {"ports": ports}}
    assert recorded(None, obj, kind=KINDS.named("services"))["spec"] == obj["spec"]
