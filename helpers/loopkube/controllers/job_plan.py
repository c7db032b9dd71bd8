"""What follows from a Job's Pods: whether it is over, and how many should run. Pure functions (pkg/controller/job)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from loopkube.controllers import job_policies
from loopkube.controllers.job_counting import Tally, is_indexed
from loopkube.controllers.pods import condition
from loopkube.shared import job_indexes
from loopkube.shared.clock import parse

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 600.0
"""Seconds between a failed Pod and the next one; doubled at each failure."""


@dataclass(frozen=True)
class Verdict:
    """Why a Job is over: the condition's type, reason and message."""

    type: str
    reason: str
    message: str


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
        message = "Job has exceeded the specified maximal number of failed indexes"
        return Verdict("Failed", "MaxFailedIndexesExceeded", message)
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


def surplus(job: dict, counted: Tally, desired: int) -> list[dict]:
    """The active Pods that have to go: of an index twice, of one that needs none, and the last ones of too many."""
    if not is_indexed(job):
        return counted.active[desired:]
    needed: list[dict] = []
    taken = counted.completed | counted.lost
    for pod in sorted(counted.active, key=lambda pod: (job_indexes.of(pod) or 0, pod["metadata"]["creationTimestamp"])):
        index = job_indexes.of(pod)
        if index is not None and index not in taken and index < job["spec"].get("completions", 0):
            taken.add(index)
            needed.append(pod)
    kept = {pod["metadata"]["uid"] for pod in needed[:desired]}
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
