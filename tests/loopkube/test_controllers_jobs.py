"""Jobs: completions, failures, deadlines, suspension and clearing away."""

import pytest
from held_clock import HeldClock
from loopkube.controllers.jobs import JobController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.shared.status import ApiError
from served import Served
from world import World, world

JOBS = "jobs.batch"


def job(name: str = "sum", policy: str = "Never", **spec: object) -> dict:
    template = {"spec": {"restartPolicy": policy, "containers": [{"name": "app", "image": "python:3.13"}]}}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"template": template} | spec}


async def create(w: World, obj: dict) -> dict:
    return await w.client.create(JOBS, obj, "default")


async def ends(w: World, phase: str, count: int = 1) -> None:
    """Lets running Pods end this way."""
    running = await w.until(lambda: [p for p in w.list("pods") if p["status"].get("phase") == "Running"])
    for pod in running[:count]:
        await w.kubelet.report(pod, ready=False, phase=phase)


def status(w: World, name: str = "sum") -> dict:
    return w.get(JOBS, name)["status"]


def conditions(w: World) -> dict[str, str]:
    """{type: reason} of the conditions that hold."""
    return {c["type"]: c["reason"] for c in status(w).get("conditions", ()) if c["status"] == "True"}


async def test_a_job_is_complete_when_its_pod_has_succeeded() -> None:
    async with world(JobController, Scheduler) as w:
        made = await create(w, job())
        uid = made["metadata"]["uid"]
        assert made["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
        assert made["spec"]["template"]["metadata"]["labels"]["job-name"] == "sum"
        await w.until(lambda: status(w).get("active") == 1)
        await ends(w, "Succeeded")
        await w.until(lambda: "Complete" in conditions(w))
        assert list(conditions(w).values()) == ["CompletionsReached"] * 2
        assert status(w)["succeeded"] == 1
        assert status(w)["completionTime"]
        assert "active" not in status(w)
        await w.quiet()
        assert len(w.list("pods")) == 1
        await w.until(lambda: ("Job", "Normal", "Completed", "Job completed") in w.events())


async def test_as_many_as_wanted_and_never_more_than_allowed_at_a_time() -> None:
    async with world(JobController, Scheduler) as w:
        most: list[int] = []
        w.store.subscribe(
            "pods", lambda _: most.append(sum(p["status"].get("phase") != "Succeeded" for p in w.list("pods")))
        )
        await create(w, job(completions=5, parallelism=2))
        while "Complete" not in conditions(w):
            await ends(w, "Succeeded")
            await w.quiet()
        assert status(w)["succeeded"] == 5
        assert len(w.list("pods")) == 5
        assert max(most) == 2


async def test_failed_pods_are_followed_by_others_after_a_pause_until_the_limit() -> None:
    clock = HeldClock()
    async with world(JobController, Scheduler, clock=clock) as w:
        await create(w, job(backoffLimit=1))
        await ends(w, "Failed")
        await w.until(lambda: status(w).get("failed") == 1)
        await clock.advance(60)
        await ends(w, "Failed")
        await w.until(lambda: "Failed" in conditions(w))
        assert conditions(w)["Failed"] == "BackoffLimitExceeded"
        assert status(w)["failed"] == 2
        over = ("Job", "Warning", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        await w.until(lambda: over in w.events())


async def test_a_deadline_ends_what_still_runs() -> None:
    clock = HeldClock()
    async with world(JobController, Scheduler, clock=clock) as w:
        await create(w, job(activeDeadlineSeconds=5))
        await w.until(lambda: status(w).get("active") == 1)
        await clock.advance(6)
        await w.until(lambda: "Failed" in conditions(w))
        assert conditions(w)["Failed"] == "DeadlineExceeded"
        await w.until(lambda: not w.list("pods"))


async def test_a_suspended_job_waits_and_goes_on() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, job(suspend=True))
        await w.until(lambda: "Suspended" in conditions(w))
        assert w.list("pods") == []
        await w.client.patch(JOBS, "sum", {"spec": {"suspend": False}}, "default")
        await ends(w, "Succeeded")
        await w.until(lambda: "Complete" in conditions(w))


async def test_a_finished_job_goes_after_its_time() -> None:
    clock = HeldClock()
    async with world(JobController, Scheduler, clock=clock) as w:
        await create(w, job(ttlSecondsAfterFinished=30))
        await ends(w, "Succeeded")
        await w.until(lambda: "Complete" in conditions(w))
        await w.quiet()
        await clock.advance(31)
        await w.until(lambda: w.get(JOBS, "sum") is None)


async def test_what_a_job_may_not_say() -> None:
    async with world(JobController) as w:
        for wrong, text in (
            (
                job(policy="Always"),
                'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
            ),
            (
                job(completionMode="Some"),
                'spec.completionMode: Unsupported value: "Some": supported values: "NonIndexed"',
            ),
            (job(backoffLimit=-1), "spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0"),
        ):
            with pytest.raises(ApiError, match="is invalid") as refused:
                await create(w, wrong)
            assert text in refused.value.message
        await create(w, job(completions=1))
        with pytest.raises(ApiError, match="field is immutable"):
            await w.client.patch(JOBS, "sum", {"spec": {"completions": 2}}, "default")


async def test_a_table_of_jobs(served: Served) -> None:
    accept = {"Accept": "application/json;as=Table;v=v1;g=meta.k8s.io"}
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    made = await served.call("POST", "/apis/batch/v1/namespaces/default/jobs", job())
    assert made.status == 201, made.text
    table = await served.call("GET", "/apis/batch/v1/namespaces/default/jobs", headers=accept)
    assert [c["name"] for c in table.body["columnDefinitions"] if c["priority"] == 0] == [
        "Name", "Status", "Completions", "Duration", "Age",
    ]  # fmt: skip
    assert table.body["rows"][0]["cells"][:4] == ["sum", "Running", "0/1", ""]


async def test_without_a_word_the_pods_stay_when_their_job_goes(served: Served) -> None:
    await served.call("POST", "/apis/batch/v1/namespaces/default/jobs", job())
    await served.call("DELETE", "/apis/batch/v1/namespaces/default/jobs/sum")
    left = await served.call("GET", "/apis/batch/v1/namespaces/default/jobs/sum")
    assert left.body["metadata"]["finalizers"] == ["orphan"]
