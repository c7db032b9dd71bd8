"""What a Job's Pods say about it: pure functions (pkg/controller/job, for Jobs without indexes)."""

from dataclasses import dataclass, field
from datetime import datetime

from loopkube.controllers.pods import condition, is_finished, is_ready, is_terminating
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

    @property
    def ready(self) -> int:
        return sum(map(is_ready, self.active))


@dataclass(frozen=True)
class Verdict:
    """Why a Job is over: the condition's type, reason and message."""

    type: str
    reason: str
    message: str


def tally(job: dict, pods: list[dict]) -> Tally:
    """Pods that were counted once stay counted when they are removed later."""
    counted, status = Tally(), job.get("status", {})
    for pod in pods:
        if is_finished(pod):
            counted.succeeded += pod["status"]["phase"] == "Succeeded"
            counted.failed += pod["status"]["phase"] == "Failed"
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
    return counted


def verdict(job: dict, counted: Tally, now: datetime) -> Verdict | None:
    """None while the Job goes on."""
    spec = job["spec"]
    failures = counted.failed + (
        counted.restarts if spec["template"]["spec"].get("restartPolicy") == "OnFailure" else 0
    )
    if failures > spec.get("backoffLimit", 6):
        return Verdict("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = seconds_left(job, now)
    if left is not None and left <= 0:
        return Verdict("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
    completions = spec.get("completions")
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
    return max(0, min(parallelism, completions - counted.succeeded))


def pause(counted: Tally, now: datetime) -> float:
    """Seconds until the next Pod may follow a failed one."""
    if not counted.failed or counted.last_failure is None:
        return 0.0
    seconds = min(FIRST_PAUSE * 2 ** (counted.failed - 1), LONGEST_PAUSE)
    return max(0.0, seconds - (now - counted.last_failure).total_seconds())


def finished(job: dict) -> dict | None:
    """The condition that says that the Job is over, or None."""
    return next((c for kind in ("Complete", "Failed") if (c := condition(job, kind)) and c["status"] == "True"), None)


def _ended(pod: dict) -> datetime | None:
    states = [c.get("state", {}).get("terminated") for c in pod["status"].get("containerStatuses") or ()]
    ends = [parse(state["finishedAt"]) for state in states if state and state.get("finishedAt")]
    return max(ends, default=None)
