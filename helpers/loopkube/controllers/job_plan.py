"""What a Job's Pods say about it: pure functions (pkg/controller/job)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from loopkube.controllers import job_policies
from loopkube.controllers.job_pods import FAILURES
from loopkube.controllers.pods import condition, is_finished, is_ready, is_terminating
from loopkube.shared import job_indexes
from loopkube.shared.clock import parse

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0
"""Seconds between a failed Pod and the next one; doubled at each failure."""


@dataclass
class Tally:
    """A Job's Pods by what became of them."""

    active: list[dict] = field(default_factory=list)
    terminating: list[dict] = field(default_factory=list)
    succeeded: int = 0
    failed: int = 0
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
        return sum(map(is_ready, self.active))


@dataclass(frozen=True)
class Verdict:
    """Why a Job is over: the condition's type, reason and message."""

    type: str
    reason: str
    message: str


def is_indexed(job: dict) -> bool:
    return job["spec"].get("completionMode") == "Indexed"


def tally(job: dict, pods: list[dict]) -> Tally:
    """Pods that were counted once stay counted when they are removed later."""
    counted, status = Tally(), job.get("status", {})
    for pod in pods:
        if is_finished(pod):
            _count_finished(job, counted, pod)
        elif is_terminating(pod):
            counted.terminating.append(pod)
        else:
            counted.active.append(pod)
            counted.restarts += sum(
                c.get("restartCount", 0) for c in pod.get("status", {}).get("containerStatuses") or ()
            )
    counted.succeeded = max(counted.succeeded, status.get("succeeded", 0))
    counted.failed = max(counted.failed, status.get("failed", 0))
    ends = [_ended(pod) for pod in pods if pod.get("status", {}).get("phase") == "Failed"]
    counted.last_failure = max((end for end in ends if end), default=None)
    if is_indexed(job):
        _count_indexes(job, counted)
    return counted


def _count_finished(job: dict, counted: Tally, pod: dict) -> None:
    index = job_indexes.of(pod)
    if pod["status"]["phase"] == "Succeeded":
        counted.succeeded += 1
        counted.completed |= {index} if index is not None else set()
        return
    judged = job_policies.judge(job, pod)
    if judged.action == "FailJob":
        counted.fails = counted.fails or judged.message
    if judged.action == "Ignore":
        return
    counted.failed += 1
    if index is not None:
        before = int((pod["metadata"].get("annotations") or {}).get(FAILURES, "0"))
        counted.failures[index] = max(counted.failures.get(index, 0), before) + 1
        counted.lost |= {index} if judged.action == "FailIndex" else set()


def _count_indexes(job: dict, counted: Tally) -> None:
    status, completions = job.get("status", {}), job["spec"].get("completions", 0)
    counted.completed |= _told(status, "completedIndexes", completions)
    counted.completed = {index for index in counted.completed if index < completions}
    counted.succeeded = len(counted.completed)
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


def verdict(job: dict, counted: Tally, now: datetime) -> Verdict | None:
    """None while the Job goes on. What was said once, while Pods still ended, holds."""
    for hint, type in (("FailureTarget", "Failed"), ("SuccessCriteriaMet", "Complete")):
        said = condition(job, hint)
        if said and said["status"] == "True":
            return Verdict(type, said["reason"], said["message"])
    return _failure(job, counted, now) or _success(job, counted)


def _failure(job: dict, counted: Tally, now: datetime) -> Verdict | None:
    spec = job["spec"]
    failures = counted.failed + (
        counted.restarts if spec["template"]["spec"].get("restartPolicy") == "OnFailure" else 0
    )
    if counted.fails:
        return Verdict("Failed", "PodFailurePolicy", counted.fails)
    if failures > spec.get("backoffLimit", 6):
        return Verdict("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = seconds_left(job, now)
    if left is not None and left <= 0:
        return Verdict("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
    most = spec.get("maxFailedIndexes")
    if most is not None and len(counted.lost) > most:
        words = "Job has exceeded the specified maximal number of failed indexes"
        return Verdict("Failed", "MaxFailedIndexesExceeded", words)
    if counted.lost and len(counted.lost | counted.completed) >= spec["completions"]:
        return Verdict("Failed", "FailedIndexes", "Job has failed indexes")
    return None


def _success(job: dict, counted: Tally) -> Verdict | None:
    policy = job_policies.succeeds(job, counted.completed)
    if policy:
        return Verdict("Complete", "SuccessPolicy", policy)
    completions = job["spec"].get("completions")
    if completions is None:
        done = counted.succeeded > 0 and not counted.active and not counted.terminating
    else:
        done = counted.succeeded >= completions
    if done:
        return Verdict("Complete", "CompletionsReached", "Reached expected number of succeeded pods")
    return None


def seconds_left(job: dict, now: datetime) -> float | None:
    """Until `activeDeadlineSeconds` are over; None without them."""
    deadline, begin = job["spec"].get("activeDeadlineSeconds"), job.get("status", {}).get("startTime")
    if deadline is None or not begin:
        return None
    return (parse(begin) - now).total_seconds() + deadline


def wanted_active(job: dict, counted: Tally) -> int:
    """How many Pods should run now."""
    spec = job["spec"]
    if spec.get("suspend"):
        return 0
    parallelism, completions = spec.get("parallelism", 1), spec.get("completions")
    if completions is None:
        return len(counted.active) if counted.succeeded else parallelism
    return max(0, min(parallelism, completions - counted.succeeded - len(counted.lost)))


def waits_for(job: dict, counted: Tally) -> list[dict]:
    """The Pods on their way out that keep others from being made (podReplacementPolicy)."""
    return counted.terminating if job["spec"].get("podReplacementPolicy") == "Failed" else []


def surplus(job: dict, counted: Tally, wanted: int) -> list[dict]:
    """The active Pods that have to go: of an index twice, of one that needs none, and the last ones of too many."""
    if not is_indexed(job):
        return counted.active[wanted:]
    needed: list[dict] = []
    taken = counted.completed | counted.lost
    for pod in sorted(counted.active, key=lambda pod: (job_indexes.of(pod) or 0, pod["metadata"]["creationTimestamp"])):
        index = job_indexes.of(pod)
        if index is not None and index not in taken and index < job["spec"].get("completions", 0):
            taken.add(index)
            needed.append(pod)
    kept = {pod["metadata"]["uid"] for pod in needed[:wanted]}
    return [pod for pod in counted.active if pod["metadata"]["uid"] not in kept]


def free_indexes(job: dict, counted: Tally) -> Iterator[int]:
    """The indexes that could have a Pod, the lowest first; there may be billions."""
    held = {job_indexes.of(pod) for pod in [*counted.active, *waits_for(job, counted)]}
    taken = held | counted.completed | counted.lost
    return (index for index in range(job["spec"].get("completions", 0)) if index not in taken)


def pause(job: dict, counted: Tally, now: datetime) -> float:
    """Seconds until the next Pod may follow a failed one."""
    failed = counted.failed
    if job["spec"].get("backoffLimitPerIndex") is not None:
        failed = max((times for index, times in counted.failures.items() if index not in counted.lost), default=0)
    if not failed or counted.last_failure is None:
        return 0.0
    seconds = min(FIRST_PAUSE * 2 ** (failed - 1), LONGEST_PAUSE)
    return max(0.0, seconds - (now - counted.last_failure).total_seconds())


def finished(job: dict) -> dict | None:
    """The condition that says that the Job is over, or None."""
    return next((c for kind in ("Complete", "Failed") if (c := condition(job, kind)) and c["status"] == "True"), None)


def _ended(pod: dict) -> datetime | None:
    states = [c.get("state", {}).get("terminated") for c in pod["status"].get("containerStatuses") or ()]
    ends = [parse(state["finishedAt"]) for state in states if state and state.get("finishedAt")]
    return max(ends, default=None)
