"""What a Job's Pods say about it: pure functions (pkg/controller/job).

A Pod carries a finalizer until it is counted. Its uid stands in `uncountedTerminatedPods` first, then the finalizer
goes, then the number goes up: so each Pod counts once, whoever deletes it, and whenever this process ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from loopkube.controllers import job_policies
from loopkube.controllers.job_pods import FAILURES, is_tracked
from loopkube.controllers.pods import condition, is_finished, is_ready, is_terminating
from loopkube.shared import job_indexes
from loopkube.shared.clock import parse

ENDS = ("succeeded", "failed")


@dataclass
class Tally:
    """A Job's Pods by what became of them."""

    active: list[dict] = field(default_factory=list)
    terminating: list[dict] = field(default_factory=list)
    ended: list[dict] = field(default_factory=list)
    """Those that are counted here, or not to be counted, and still carry the finalizer."""
    counted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ENDS, 0))
    """{`succeeded`: how many were counted whose finalizers have gone}."""
    uncounted: dict[str, list[str]] = field(default_factory=lambda: {end: [] for end in ENDS})
    """The uids of those whose finalizers have not."""
    restarts: int = 0
    last_failure: datetime | None = None
    fails: str = ""
    """Why a Pod's failure fails the whole Job (podFailurePolicy), or nothing."""
    completed: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    """The indexes that have failed for good."""
    failures: dict[int, int] = field(default_factory=dict)
    """How often each index has failed."""

    @property
    def ready(self) -> int:
        """Of the Pods that run."""
        return sum(map(is_ready, self.active))

    @property
    def succeeded(self) -> int:
        """Those in the status, and those that ended since it was written."""
        return self.counted["succeeded"] + len(self.uncounted["succeeded"])

    @property
    def failed(self) -> int:
        """Those in the status, and those that ended since it was written."""
        return self.counted["failed"] + len(self.uncounted["failed"])

    def settle(self) -> None:
        """The finalizers have gone."""
        for end in ENDS:
            self.counted[end] += len(self.uncounted[end])
            self.uncounted[end] = []
        self.ended = []


def is_indexed(job: dict) -> bool:
    return job["spec"].get("completionMode") == "Indexed"


def has_failed(job: dict, pod: dict) -> bool:
    """A Pod that is deleted before its end has failed, unless another one is to wait for its end."""
    if job["spec"].get("podReplacementPolicy") == "Failed":
        return pod.get("status", {}).get("phase") == "Failed"
    return pod.get("status", {}).get("phase") == "Failed" or (is_terminating(pod) and not is_finished(pod))


def tally(job: dict, pods: Iterable[dict], let_go: Iterable[str] = ()) -> Tally:
    """`let_go` are the uids of Pods whose finalizers have gone, although they may be shown with them."""
    counted, pods = Tally(), list(pods)
    held = {pod["metadata"]["uid"] for pod in pods if is_tracked(pod)}.difference(let_go)
    _take_over(counted, job.get("status", {}), held)
    for pod in pods:
        if is_finished(pod) or (has_failed(job, pod) and pod["metadata"]["uid"] in held):
            _count_ended(job, counted, pod, pod["metadata"]["uid"] in held)
        if is_terminating(pod) and not is_finished(pod):
            counted.terminating.append(pod)
        elif not is_finished(pod):
            counted.active.append(pod)
            statuses = pod.get("status", {}).get("containerStatuses") or ()
            counted.restarts += sum(status.get("restartCount", 0) for status in statuses)
    counted.last_failure = max((_ended(pod) for pod in pods if has_failed(job, pod)), default=None)
    if is_indexed(job):
        _count_indexes(job, counted)
    return counted


def _take_over(counted: Tally, status: dict, held: set[str]) -> None:
    """What the status says."""
    waiting = status.get("uncountedTerminatedPods") or {}
    for end in ENDS:
        uids = waiting.get(end) or []
        counted.uncounted[end] = [uid for uid in uids if uid in held]
        counted.counted[end] = status.get(end, 0) + len(uids) - len(counted.uncounted[end])


def _count_ended(job: dict, counted: Tally, pod: dict, held: bool) -> None:
    """`held`: whether its finalizer is still there. One without was counted before, or is none of the Job's."""
    uid, index = pod["metadata"]["uid"], job_indexes.of(pod)
    if held:
        counted.ended.append(pod)
    if not has_failed(job, pod):
        counted.completed |= {index} if index is not None and held else set()
        if held and not is_indexed(job):
            _wait(counted.uncounted["succeeded"], uid)
        return
    judged = job_policies.judge(job, pod)
    if judged.action == "Ignore":
        return
    if held:
        counted.fails = counted.fails or (judged.message if judged.action == "FailJob" else "")
        _wait(counted.uncounted["failed"], uid)
    if index is not None:
        before = int((pod["metadata"].get("annotations") or {}).get(FAILURES, "0"))
        counted.failures[index] = max(counted.failures.get(index, 0), before) + 1
        counted.lost |= {index} if judged.action == "FailIndex" and held else set()


def _wait(uids: list[str], uid: str) -> None:
    if uid not in uids:
        uids.append(uid)


def _count_indexes(job: dict, counted: Tally) -> None:
    status, completions = job.get("status", {}), job["spec"].get("completions", 0)
    counted.completed |= _told(status, "completedIndexes", completions)
    counted.completed = {index for index in counted.completed if index < completions}
    counted.counted["succeeded"] = len(counted.completed)
    limit = job["spec"].get("backoffLimitPerIndex")
    if limit is not None:
        counted.lost |= _told(status, "failedIndexes", completions)
        counted.lost |= {index for index, times in counted.failures.items() if times > limit}
        counted.lost -= counted.completed


def _told(status: dict, field: str, completions: int) -> set[int]:
    """Indexes in the status; nothing where somebody has written what is no list of indexes."""
    try:
        return job_indexes.parse(status.get(field, ""), completions)
    except ValueError:
        return set()


def _ended(pod: dict) -> datetime:
    """When a failed Pod ended, as far as it says so (getFinishedTime)."""
    status, own = pod.get("status", {}), pod["metadata"]
    states = [container.get("state", {}).get("terminated") for container in status.get("containerStatuses") or ()]
    ends = [parse(state["finishedAt"]) for state in states if state and state.get("finishedAt")]
    if ends:
        return max(ends)
    ready = condition(pod, "Ready")
    if ready and ready["status"] == "False" and ready.get("lastTransitionTime"):
        return parse(ready["lastTransitionTime"])
    if is_terminating(pod):
        return parse(own["deletionTimestamp"]) - timedelta(seconds=own.get("deletionGracePeriodSeconds") or 0)
    return parse(own["creationTimestamp"])
