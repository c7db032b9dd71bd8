"""Jobs with indexes, and what their policies make of failures and successes."""

import pytest
from held_clock import HeldClock
from loopkube.controllers.jobs import JobController
from loopkube.controllers.scheduling.scheduler import Scheduler
from loopkube.shared import job_indexes
from loopkube.shared.status import ApiError
from test_controllers_jobs import JOBS, conditions, create, job, status
from world import World, world

LABEL = job_indexes.LABEL


def indexed(completions: int, **spec: object) -> dict:
    return job(completionMode="Indexed", completions=completions, **{"parallelism": completions} | spec)


def running(w: World) -> dict[int, dict]:
    """{index: the Pod that runs}."""
    return {job_indexes.of(p): p for p in w.list("pods") if p["status"].get("phase") == "Running"}


async def ends(w: World, index: int | None, phase: str, exit_code: int = 0, condition: str = "") -> None:
    """Lets the Pod of an index end, with an exit code or a condition of its own."""
    pod = (await w.until(lambda: index in running(w) and running(w)))[index]
    terminated = {"exitCode": exit_code, "reason": "Error", "finishedAt": w.clock.stamp()}
    state = [
        {"name": "app", "state": {"terminated": terminated}, "ready": False, "restartCount": 0}
        | {"image": "i", "imageID": ""}
    ]
    found = {"phase": phase, "containerStatuses": state}
    if condition:
        found["conditions"] = [{"type": condition, "status": "True"}]
    place = pod["metadata"]
    await w.client.patch("pods", place["name"], {"status": found}, "default", subresource="status", type="strategic")


async def test_each_index_has_its_pod_and_is_counted() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, indexed(5, parallelism=2))
        await w.until(lambda: set(running(w)) == {0, 1})
        pod = running(w)[1]
        assert pod["metadata"]["name"].startswith("sum-1-")
        assert pod["spec"]["hostname"] == "sum-1"
        assert pod["metadata"]["labels"][LABEL] == pod["metadata"]["annotations"][LABEL] == "1"
        [variable] = pod["spec"]["containers"][0]["env"]
        assert variable["name"] == "JOB_COMPLETION_INDEX"
        assert variable["valueFrom"]["fieldRef"]["fieldPath"] == f"metadata.labels['{LABEL}']"
        for index in range(5):
            await ends(w, index, "Succeeded")
            await w.until(lambda count=index + 1: status(w).get("succeeded") == count)
        await w.until(lambda: "Complete" in conditions(w))
        assert status(w)["completedIndexes"] == "0-4"
        assert len(w.list("pods")) == 5


async def test_an_index_that_fails_too_often_is_lost_and_the_others_go_on() -> None:
    clock = HeldClock()
    async with world(JobController, Scheduler, clock=clock) as w:
        made = await create(w, indexed(3, backoffLimitPerIndex=1))
        assert made["spec"]["backoffLimit"] == 2**31 - 1
        await ends(w, 1, "Failed", 1)
        await w.until(lambda: status(w).get("failed") == 1)
        await clock.advance(20)
        await w.until(lambda: 1 in running(w))
        assert running(w)[1]["metadata"]["annotations"]["batch.kubernetes.io/job-index-failure-count"] == "1"
        await ends(w, 1, "Failed", 1)
        await w.until(lambda: status(w).get("failedIndexes") == "1")
        await ends(w, 0, "Succeeded")
        await ends(w, 2, "Succeeded")
        await w.until(lambda: "Failed" in conditions(w))
        assert conditions(w) == {"FailureTarget": "FailedIndexes", "Failed": "FailedIndexes"}
        assert (status(w)["completedIndexes"], status(w)["failedIndexes"]) == ("0,2", "1")


async def test_too_many_lost_indexes_fail_the_job() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, indexed(4, backoffLimitPerIndex=0, maxFailedIndexes=1))
        for index in (0, 3):
            await ends(w, index, "Failed", 1)
        await w.until(lambda: "Failed" in conditions(w))
        assert conditions(w)["Failed"] == "MaxFailedIndexesExceeded"
        assert status(w)["failedIndexes"] == "0-3", "what was deleted with the Job has failed, too"
        assert not running(w)


async def test_a_rule_for_exit_codes_fails_the_job_at_once() -> None:
    async with world(JobController, Scheduler) as w:
        rule = {"action": "FailJob", "onExitCodes": {"containerName": "app", "operator": "In", "values": [3, 42]}}
        made = await create(w, job(podFailurePolicy={"rules": [rule]}))
        assert made["spec"]["podReplacementPolicy"] == "Failed"
        await ends(w, None, "Failed", 42)
        await w.until(lambda: "Failed" in conditions(w))
        [over] = [c for c in status(w)["conditions"] if c["type"] == "Failed"]
        [pod] = w.list("pods")
        assert over["reason"] == "PodFailurePolicy"
        assert over["message"] == (
            f"Container app for pod default/{pod['metadata']['name']} failed with exit code 42 "
            "matching FailJob rule at index 0"
        )


async def test_a_rule_for_conditions_ignores_a_disruption() -> None:
    async with world(JobController, Scheduler) as w:
        rule = {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}
        await create(w, job(backoffLimit=0, podFailurePolicy={"rules": [rule]}))
        await ends(w, None, "Failed", 137, "DisruptionTarget")
        await ends(w, None, "Succeeded")  # of the next one
        await w.until(lambda: "Complete" in conditions(w))
        assert "failed" not in status(w)


async def test_fail_index_is_no_second_chance() -> None:
    async with world(JobController, Scheduler) as w:
        rule = {"action": "FailIndex", "onExitCodes": {"operator": "NotIn", "values": [1]}}
        await create(w, indexed(2, backoffLimitPerIndex=3, podFailurePolicy={"rules": [rule]}))
        await ends(w, 0, "Failed", 7)
        await w.until(lambda: status(w).get("failedIndexes") == "0")
        await ends(w, 1, "Succeeded")
        await w.until(lambda: conditions(w).get("Failed") == "FailedIndexes")


@pytest.mark.parametrize(
    "rule", [{"succeededIndexes": "0"}, {"succeededCount": 1}, {"succeededIndexes": "0,2", "succeededCount": 1}]
)
async def test_a_success_policy_ends_what_still_runs(rule: dict) -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, indexed(3, successPolicy={"rules": [rule]}))
        await ends(w, 0, "Succeeded")
        await w.until(lambda: "Complete" in conditions(w))
        assert conditions(w) == {"SuccessCriteriaMet": "SuccessPolicy", "Complete": "SuccessPolicy"}
        assert status(w)["conditions"][-1]["message"] == "Matched rules at index 0"
        assert status(w)["completedIndexes"] == "0"
        await w.until(lambda: not running(w))


async def test_completions_and_parallelism_change_together() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, indexed(3))
        await w.until(lambda: set(running(w)) == {0, 1, 2})
        with pytest.raises(ApiError, match="can only be modified in tandem with"):
            await w.client.patch(JOBS, "sum", {"spec": {"completions": 2}}, "default")
        await w.client.patch(JOBS, "sum", {"spec": {"completions": 1, "parallelism": 1}}, "default")
        await w.until(lambda: set(running(w)) == {0})


async def test_a_job_of_another_manager_is_left_alone() -> None:
    async with world(JobController) as w:
        await create(w, job(managedBy="example.com/mine"))
        await w.quiet()
        assert w.list("pods") == [] and not status(w)


def test_how_indexes_are_written() -> None:
    assert job_indexes.text({1, 3, 4, 5, 7, 8}) == "1,3-5,7,8"
    assert job_indexes.parse("1,3-5,7,8", 8) == {1, 3, 4, 5, 7}
    assert job_indexes.text(set()) == ""
    with pytest.raises(ValueError, match="more than 100000 indexes"):
        job_indexes.parse("0-999999999", 2**31)


async def test_two_billion_completions_hold_nobody() -> None:
    async with world(JobController, Scheduler) as w:
        await create(w, indexed(2**31 - 1, parallelism=1))
        await w.until(lambda: set(running(w)) == {0})


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"completionMode": "Indexed"}, None),
        ({"completionMode": "Indexed", "parallelism": 1}, "spec.completions: Required value: when completion mode is"),
        ({"backoffLimitPerIndex": 1}, "spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode"),
        ({"successPolicy": {"rules": [{"succeededCount": 1}]}}, "requires indexed completion mode"),
        (
            {"podFailurePolicy": {"rules": [{"action": "Ignore"}]}},
            "specifying one of OnExitCodes and OnPodConditions is required",
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "FailJob", "onExitCodes": {"operator": "In", "values": [0]}}]}},
            "must not be 0 for the In operator",
        ),
        (
            {"podFailurePolicy": {"rules": [{"action": "FailJob", "onExitCodes": {"containerName": "b"}}]}},
            "must be one of the container or initContainer names in the pod template",
        ),
        ({"maxFailedIndexes": 1}, "spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode"),
        (
            {"completionMode": "Indexed", "completions": 100001, "backoffLimitPerIndex": 1},
            "spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
        ),
        (
            {
                "completionMode": "Indexed",
                "completions": 3,
                "successPolicy": {"rules": [{"succeededIndexes": "0", "succeededCount": 2}]},
            },
            "must be less than or equal to 1 (the number of indexes in the specified succeededIndexes field)",
        ),
        (
            {"policy": "OnFailure", "podFailurePolicy": {"rules": []}},
            'only "Never" is supported when podFailurePolicy is specified',
        ),
    ],
)
async def test_what_indexes_and_policies_may_not_say(spec: dict, words: str | None) -> None:
    async with world() as w:
        if words is None:
            assert await create(w, job(**spec))
            return
        with pytest.raises(ApiError) as refused:
            await create(w, job(**spec))
        assert words in refused.value.message
