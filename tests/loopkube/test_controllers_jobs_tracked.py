"""The Pods of a Job count once, whoever deletes them; they carry a finalizer until they are counted."""

import pytest
from held_clock import HeldClock
from loopkube.controllers.garbage import GarbageController
from loopkube.controllers.job_orphans import JobOrphanController
from loopkube.controllers.job_pods import FINALIZER
from loopkube.controllers.jobs import JobController
from loopkube.controllers.pod_garbage import PodGarbageController
from loopkube.controllers.scheduling.scheduler import Scheduler
from test_controllers_jobs import JOBS, conditions, create, ends, job, status
from world import World, world


def running(w: World) -> list[dict]:
    return [pod for pod in w.list("pods") if pod["status"].get("phase") == "Running"]


async def delete(w: World, pod: dict) -> None:
    await w.client.delete("pods", pod["metadata"]["name"], "default")


async def test_a_pod_is_kept_until_it_is_counted() -> None:
    async with world(JobController, Scheduler) as w:
        seen: list[dict] = []
        await create(w, job())
        w.store.subscribe(JOBS, lambda _: seen.append(status(w)["uncountedTerminatedPods"]))
        [pod] = await w.until(lambda: running(w))
        assert pod["metadata"]["finalizers"] == [FINALIZER]
        await ends(w, "Succeeded")
        await w.until(lambda: "Complete" in conditions(w))
        assert {"succeeded": [pod["metadata"]["uid"]]} in seen
        assert status(w)["succeeded"] == 1 and status(w)["uncountedTerminatedPods"] == {}
        assert "finalizers" not in w.list("pods")[0]["metadata"]


async def test_a_pod_that_is_deleted_before_its_end_has_failed() -> None:
    clock = HeldClock()
    async with world(JobController, Scheduler, clock=clock) as w:
        await create(w, job(backoffLimit=1))
        [first] = await w.until(lambda: running(w))
        await delete(w, first)
        await w.until(lambda: status(w).get("failed") == 1)
        await w.until(lambda: not w.list("pods"))
        await clock.advance(60)
        [second] = await w.until(lambda: running(w))
        await delete(w, second)
        await w.until(lambda: conditions(w).get("Failed") == "BackoffLimitExceeded")
        assert status(w)["failed"] == 2


async def test_a_failed_pod_that_somebody_deletes_stays_counted() -> None:
    clock = HeldClock()
    async with world(JobController, Scheduler, clock=clock) as w:
        await create(w, job(backoffLimit=2, completions=1))
        await ends(w, "Failed")
        await w.until(lambda: status(w).get("failed") == 1)
        await delete(w, w.list("pods")[0])
        await clock.advance(60)
        await w.until(lambda: running(w))
        assert status(w)["failed"] == 1
        await ends(w, "Succeeded")
        await w.until(lambda: "Complete" in conditions(w))
        assert (status(w)["succeeded"], status(w)["failed"]) == (1, 1)


async def test_what_the_job_itself_takes_away_has_not_failed() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, job(parallelism=3, completions=5, backoffLimit=0))
        await w.until(lambda: len(running(w)) == 3)
        await w.client.patch(JOBS, "sum", {"spec": {"parallelism": 1}}, "default")
        await w.until(lambda: len(w.list("pods")) == 1)
        await w.quiet()
        assert "failed" not in status(w) and not conditions(w)


async def test_a_pod_that_never_had_a_node_is_let_go() -> None:
    async with world(JobController, PodGarbageController, nodes=()) as w:
        rule = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
        await create(w, job(backoffLimit=0, podFailurePolicy={"rules": [rule]}))
        [pod] = await w.until(lambda: w.list("pods"))
        await delete(w, pod)
        await w.until(lambda: "Failed" in conditions(w))
        assert status(w)["failed"] == 1 and not w.list("pods")


@pytest.mark.parametrize("propagation", ["Background", "Foreground", "Orphan"])
async def test_a_job_that_goes_lets_its_pods_go(propagation: str) -> None:
    async with world(JobController, JobOrphanController, GarbageController, Scheduler) as w:
        await create(w, job(parallelism=2, completions=2))
        await w.until(lambda: len(running(w)) == 2)
        await w.client.delete(JOBS, "sum", "default", propagation=propagation)
        await w.until(lambda: w.get(JOBS, "sum") is None)
        if propagation == "Orphan":
            await w.until(lambda: all("finalizers" not in pod["metadata"] for pod in w.list("pods")))
            assert len(running(w)) == 2
        else:
            await w.until(lambda: not w.list("pods"))


async def test_matching_orphans_are_adopted_and_others_released() -> None:
    """Upstream's spec: should adopt matching orphans and release non-matching pods."""
    async with world(JobController, JobOrphanController, Scheduler) as w:
        made = await create(w, job(parallelism=2, completions=4))
        await w.until(lambda: len(running(w)) == 2)
        name = running(w)[0]["metadata"]["name"]
        await w.client.patch("pods", name, {"metadata": {"ownerReferences": None, "finalizers": None}}, "default")
        owner = await w.until(lambda: w.get("pods", name)["metadata"].get("ownerReferences"))
        assert owner[0]["uid"] == made["metadata"]["uid"]
        assert w.get("pods", name)["metadata"]["finalizers"] == [FINALIZER]
        await w.client.patch("pods", name, {"metadata": {"labels": None}}, "default")
        await w.until(lambda: "ownerReferences" not in w.get("pods", name)["metadata"])
        assert "finalizers" not in w.get("pods", name)["metadata"]


async def test_a_controller_that_ends_between_noting_and_counting_counts_once() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, job(completions=2, parallelism=2))
        [first, _] = await w.until(lambda: len(running(w)) == 2 and running(w))
        await w.started[0].stop()
        noted = {"succeeded": [first["metadata"]["uid"], "of-a-pod-that-is-gone"]}
        patch = {"status": {"uncountedTerminatedPods": noted}}
        await w.client.patch(JOBS, "sum", patch, "default", subresource="status")
        await w.kubelet.report(first, ready=False, phase="Succeeded")
        w.started[0] = JobController(w.client, w.informers, w.clock)
        await w.started[0].start()
        await w.until(lambda: status(w).get("succeeded") == 2)
        assert status(w)["uncountedTerminatedPods"] == {}
