"""A node and its Pods have their status from the node: what others write there is put right, as a kubelet does it."""

import copy
from pathlib import Path

import pytest
from loopkube.node import agent, registration
from node_harness import NODE, Node, condition, node

LOST = [
    {"type": "Ready", "status": "False", "lastTransitionTime": "2026-01-01T00:00:00Z"},
    {"type": "Ready", "status": "Unknown", "reason": "NodeLost", "message": "gone", "lastTransitionTime": None},
]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "SYNC_SECONDS", 0.1)
    monkeypatch.setattr(registration, "LOOK_SECONDS", 0.1)


async def _write(here: Node, resource: str, name: str, namespace: str, **status: object) -> dict:
    patch = {"status": status}
    return await here.client.patch(resource, name, patch, namespace, subresource="status", type="strategic")


@pytest.mark.parametrize("lost", LOST, ids=["marked by the node controller", "given up"])
async def test_a_pod_that_was_marked_is_ready_again(tmp_path: Path, lost: dict) -> None:
    async with node(tmp_path) as here:
        await here.run("web", {"command": ["sleep", "60"]})
        before = (await here.ready("web"))["status"]
        marked = await _write(here, "pods", "web", "default", conditions=[lost], reason="NodeLost", message="gone")
        assert condition(marked, "Ready") == lost["status"]
        after = (await here.ready("web"))["status"]
        assert after == before, "the times of its conditions included"


async def test_conditions_of_others_stay(tmp_path: Path) -> None:
    theirs = {"type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager"}
    async with node(tmp_path) as here:
        await here.run("web", {"command": ["sleep", "60"]})
        await here.ready("web")
        await _write(here, "pods", "web", "default", conditions=[theirs, LOST[0]])
        after = await here.ready("web")
        assert condition(after, "DisruptionTarget") == "True"


async def test_nothing_is_written_where_nothing_differs(tmp_path: Path) -> None:
    async with node(tmp_path) as here:
        await here.run("web", {"command": ["sleep", "60"]})
        await here.ready("web")
        pod = await here.client.patch("pods", "web", {"metadata": {"labels": {"a": "b"}}}, "default")
        name = (await here.client.get("nodes", NODE))["metadata"]["resourceVersion"]
        await _turns(here)
        assert (await here.client.get("pods", "web", "default"))["metadata"] == pod["metadata"]
        assert (await here.client.get("nodes", NODE))["metadata"]["resourceVersion"] == name


async def test_a_node_that_was_given_up_is_ready_again(tmp_path: Path) -> None:
    async with node(tmp_path) as here:
        before = copy.deepcopy(await here.client.get("nodes", NODE))
        unknown = [c | {"status": "Unknown", "reason": "NodeStatusUnknown"} for c in before["status"]["conditions"]]
        await _write(here, "nodes", NODE, "", conditions=unknown)
        await _turns(here)
        after = await here.client.get("nodes", NODE)
        assert {c["type"]: (c["status"], c["reason"]) for c in after["status"]["conditions"]} == {
            c["type"]: (c["status"], c["reason"]) for c in before["status"]["conditions"]
        }


async def test_a_resource_advertised_from_outside_stays_and_can_be_had(tmp_path: Path) -> None:
    """As in Kubernetes' task "Advertise Extended Resources for a Node"."""
    async with node(tmp_path) as here:
        change = [{"op": "add", "path": "/status/capacity/example.com~1dongle", "value": "4"}]
        await here.client.patch("nodes", NODE, change, subresource="status", type="json")
        await _turns(here)
        status = (await here.client.get("nodes", NODE))["status"]
        assert status["capacity"]["example.com/dongle"] == status["allocatable"]["example.com/dongle"] == "4"


async def _turns(here: Node) -> None:
    """Time for a few looks."""
    await here.agent._clock.sleep(0.5)
