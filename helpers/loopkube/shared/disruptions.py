"""What a PodDisruptionBudget's status says of disruptions; its controller and the eviction of Pods both write it."""

BUDGETS = "poddisruptionbudgets.policy"
_TYPE = "DisruptionAllowed"


def with_condition(status: dict, generation: int, now: str, failure: str = "") -> dict:
    """The status with the condition that follows from the number of disruptions allowed, or from a failure."""
    allowed = bool(status.get("disruptionsAllowed")) and not failure
    reason = "SyncFailed" if failure else "SufficientPods" if allowed else "InsufficientPods"
    conditions = status.get("conditions") or []
    before: dict = next((c for c in conditions if c["type"] == _TYPE), {})
    condition = {"type": _TYPE, "status": str(allowed), "observedGeneration": generation}
    same = before.get("status") == condition["status"]
    condition["lastTransitionTime"] = before["lastTransitionTime"] if same else now
    condition |= {"reason": reason, "message": failure}
    return status | {"conditions": [*(c for c in conditions if c["type"] != _TYPE), condition]}


def sync_failure(status: dict) -> str:
    """Why the controller could not count, or nothing."""
    failed = (c for c in status.get("conditions") or () if c["type"] == _TYPE and c.get("reason") == "SyncFailed")
    return next((c.get("message", "") for c in failed), "")
