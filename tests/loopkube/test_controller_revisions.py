"""ControllerRevisions of DaemonSets and StatefulSets: their history, and the way back."""

import pytest
from loopkube.controllers.daemonsets import DaemonSetController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.controllers.statefulsets import StatefulSetController
from loopkube.shared.status import ApiError
from test_controllers_daemonsets import create, daemon_set, status
from world import World, deployment, world

REVISIONS = "controllerrevisions.apps"


def revisions(w: World) -> dict[int, dict]:
    return {found["revision"]: found for found in w.list(REVISIONS)}


async def grace(w: World, seconds: int, resource: str = "daemonsets.apps") -> None:
    template = {"spec": {"terminationGracePeriodSeconds": seconds}}
    await w.client.patch(resource, "edge", {"spec": {"template": template}}, "default", type="strategic")


async def test_the_life_of_a_controller_revision() -> None:
    """The scenario of upstream's spec."""
    async with world(DaemonSetController, Scheduler) as w:
        made = await create(w, daemon_set())
        await w.until(lambda: status(w).get("numberAvailable") == 1)
        [first] = w.list(REVISIONS)
        [pod] = w.list("pods")
        hash = pod["metadata"]["labels"]["controller-revision-hash"]
        assert first["metadata"]["labels"] == {"app": "edge", "controller-revision-hash": hash}
        assert first["metadata"]["name"] == f"edge-{hash}"
        assert first["metadata"]["ownerReferences"][0]["uid"] == made["metadata"]["uid"]
        again = {"name": "edge-other", "labels": first["metadata"]["labels"]}
        again["ownerReferences"] = first["metadata"]["ownerReferences"]
        kept = {field: first[field] for field in ("apiVersion", "kind", "data")}
        await w.client.create(REVISIONS, kept | {"metadata": again, "revision": 2}, "default")
        await w.client.delete(REVISIONS, first["metadata"]["name"], "default")
        await w.quiet()
        assert set(revisions(w)) == {2}
        await grace(w, 1)
        await w.until(lambda: set(revisions(w)) == {2, 3})
        await w.client.delete(REVISIONS, "edge-other", "default")
        await w.quiet()
        assert set(revisions(w)) == {3}


async def test_the_way_back_to_a_former_template() -> None:
    async with world(DaemonSetController, Scheduler) as w:
        await create(
            w, daemon_set() | {"metadata": {"name": "edge", "annotations": {"kubernetes.io/change-cause": "x"}}}
        )
        await w.until(lambda: set(revisions(w)) == {1})
        before = w.get("daemonsets.apps", "edge")["spec"]["template"]
        await grace(w, 1)
        await w.until(lambda: set(revisions(w)) == {1, 2})
        assert revisions(w)[1]["metadata"]["annotations"]["kubernetes.io/change-cause"] == "x"
        undo = revisions(w)[1]["data"]
        await w.client.patch("daemonsets.apps", "edge", undo, "default", type="strategic")
        await w.until(lambda: set(revisions(w)) == {2, 3})
        assert w.get("daemonsets.apps", "edge")["spec"]["template"] == before


async def test_only_so_many_are_kept_and_none_is_changed() -> None:
    async with world(DaemonSetController, Scheduler) as w:
        await create(w, daemon_set(revisionHistoryLimit=1))
        await w.until(lambda: status(w).get("numberAvailable") == 1)
        for seconds in (1, 2, 3):
            await grace(w, seconds)
            await w.until(lambda number=seconds: number + 1 in revisions(w))
            await w.until(lambda: status(w).get("updatedNumberScheduled") == 1)
        await w.until(lambda: set(revisions(w)) == {3, 4})
        name = revisions(w)[4]["metadata"]["name"]
        with pytest.raises(ApiError, match="field is immutable"):
            await w.client.patch(REVISIONS, name, {"data": {"other": 1}}, "default")


async def test_a_stateful_set_has_revisions_too() -> None:
    async with world(StatefulSetController, Scheduler) as w:
        made = deployment("edge") | {"kind": "StatefulSet"}
        await w.client.create("statefulsets.apps", made, "default")
        await w.until(lambda: set(revisions(w)) == {1})
        await grace(w, 1, "statefulsets.apps")
        await w.until(lambda: set(revisions(w)) == {1, 2})
        undo = revisions(w)[1]["data"]
        await w.client.patch("statefulsets.apps", "edge", undo, "default", type="strategic")
        await w.until(lambda: set(revisions(w)) == {2, 3})
