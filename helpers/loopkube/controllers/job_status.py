"""The status of a Job: numbers, indexes, conditions. Pure functions (pkg/controller/job)."""

from loopkube.controllers.job_counting import Tally
from loopkube.controllers.job_plan import Verdict
from loopkube.controllers.pods import condition
from loopkube.shared import job_indexes

FIRST_HINTS = {"Complete": "SuccessCriteriaMet", "Failed": "FailureTarget"}
"""The condition that comes before the last one, while Pods still end."""


def of(job: dict, counted: Tally, verdict: Verdict | None, now: str) -> dict:
    """The status as it is `now`; the last condition comes when no Pod is left to end or to be counted."""
    before = job.get("status", {})
    status = {"startTime": before.get("startTime") or now} if not job["spec"].get("suspend") else {}
    counts = {"active": len(counted.active)} | counted.counted
    status |= {name: count for name, count in counts.items() if count}
    status |= {"ready": counted.ready, "terminating": len(counted.terminating)}
    status["uncountedTerminatedPods"] = {end: uids for end, uids in counted.uncounted.items() if uids}
    if counted.completed:
        status["completedIndexes"] = job_indexes.text(counted.completed)
    if job["spec"].get("backoffLimitPerIndex") is not None:
        status["failedIndexes"] = job_indexes.text(counted.lost)
    conditions = _conditions(job, counted, verdict, now)
    if conditions:
        status["conditions"] = conditions
    if conditions and conditions[-1]["type"] == "Complete":
        status["completionTime"] = now
    return status


def _conditions(job: dict, counted: Tally, verdict: Verdict | None, now: str) -> list[dict]:
    conditions = [c for c in job.get("status", {}).get("conditions") or () if c["type"] != "Suspended"]
    suspended = condition(job, "Suspended")
    if job["spec"].get("suspend"):
        running = _condition("Suspended", "JobSuspended", "Job suspended", now)
        conditions.append(suspended if suspended and suspended["status"] == "True" else running)
    elif suspended:
        resumed = _condition("Suspended", "JobResumed", "Job resumed", now) | {"status": "False"}
        conditions.append(suspended if suspended["status"] == "False" else resumed)
    if verdict:
        if not condition(job, FIRST_HINTS[verdict.type]):
            conditions.append(_condition(FIRST_HINTS[verdict.type], verdict.reason, verdict.message, now))
        if not (counted.active or counted.terminating or counted.ended):
            conditions.append(_condition(verdict.type, verdict.reason, verdict.message, now))
    return conditions


def _condition(type: str, reason: str, message: str, now: str) -> dict:
    times = {"lastProbeTime": now, "lastTransitionTime": now}
    return {"type": type, "status": "True", **times, "reason": reason, "message": message}
