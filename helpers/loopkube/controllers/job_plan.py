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
    found, status = Tally(), job.get("status", {})
    for pod in pods:
        if is_finished(pod):
            found.succeeded += pod["status"]["phase"] == "Succeeded"
            found.failed += pod["status"]["phase"] == "Failed"
        elif is_terminating(pod):
            found.terminating.append(pod)
        else:
            found.active.append(pod)
            found.restarts += sum(
                c.get("restartCount", 0) for c in pod.get("status", {}).get("containerStatuses") or ()
            )
    found.succeeded = max(found.succeeded, status.get("succeeded", 0))
    found.failed = max(found.failed, status.get("failed", 0))
    ends = [_ended(pod) for pod in pods if pod.get("status", {}).get("phase") == "Failed"]
    found.last_failure = max((end for end in ends if end), default=None)
    return found


def verdict(job: dict, found: Tally, now: datetime) -> Verdict | None:
    """None while the Job goes on."""
    spec = job["spec"]
    failures = found.failed + (found.restarts if spec["template"]["spec"].get("restartPolicy") == "OnFailure" else 0)
    if failures > spec.get("backoffLimit", 6):
        return Verdict("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
    left = seconds_left(job, now)
    if left is not None and left <= 0:
        return Verdict("Failed", "DeadlineExceeded", "Job was active longer than specified deadline")
    completions = spec.get("completions")
    if completions is None:
        done = found.succeeded > 0 and not found.active and not found.terminating
    else:
        done = found.succeeded >= completions
    if done:
        return Verdict("Complete", "CompletionsReached", "Reached expected number of succeeded pods")
    return None


def seconds_left(job: dict, now: datetime) -> float | None:
    """Until `activeDeadlineSeconds` are over; None without them."""
    deadline, begin = job["spec"].get("activeDeadlineSeconds"), job.get("status", {}).get("startTime")
    if deadline is None or not begin:
        return None
    return (parse(begin) - now).total_seconds() + deadline


def wanted_active(job: dict, found: Tally) -> int:
    """How many Pods should run now."""
    spec = job["spec"]
    if spec.get("suspend"):
        return 0
    parallelism, completions = spec.get("parallelism", 1), spec.get("completions")
    if completions is None:
        return len(found.active) if found.succeeded else parallelism
    return max(0, min(parallelism, completions - found.succeeded))


def pause(found: Tally, now: datetime) -> float:
    """Seconds until the next Pod may follow a failed one."""
    if not found.failed or found.last_failure is None:
        return 0.0
    seconds = min(FIRST_PAUSE * 2 ** (found.failed - 1), LONGEST_PAUSE)
    return max(0.0, seconds - (now - found.last_failure).total_seconds())


def finished(job: dict) -> dict | None:
    """The condition that says that the Job is over, or None."""
    return next((c for kind in ("Complete", "Failed") if (c := condition(job, kind)) and c["status"] == "True"), None)


def _ended(pod: dict) -> datetime | None:
    states = [c.get("state", {}).get("terminated") for c in pod["status"].get("containerStatuses") or ()]
    ends = [parse(state["finishedAt"]) for state in states if state and state.get("finishedAt")]
    return max(ends, default=None)
