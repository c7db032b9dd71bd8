"""Conditions of a signing request, through its subresources (pkg/registry/certificates/certificates/strategy.go)."""

from loopkube.shared.clock import Clock

APPROVED, DENIED, FAILED = "Approved", "Denied", "Failed"


def of(obj: dict, *types: str) -> list[dict]:
    """All conditions, or those of some types."""
    conditions = (obj.get("status") or {}).get("conditions") or []
    return [c for c in conditions if c.get("type") in types] if types else conditions


def timed(obj: dict, old: dict, clock: Clock) -> list[dict]:
    """With the time of each where it says none."""
    now = clock.stamp()
    return [{"lastUpdateTime": now, "lastTransitionTime": _since(c, old, now)} | _told(c) for c in of(obj)]


def _told(condition: dict) -> dict:
    return {field: value for field, value in condition.items() if value is not None}


def _since(condition: dict, old: dict, now: str) -> str:
    for before in of(old, condition.get("type", "")):
        if before.get("status") == condition.get("status") and before.get("lastTransitionTime"):
            return before["lastTransitionTime"]
    return now


def approve(obj: dict, old: dict, clock: Clock) -> None:
    """`/approval`: only the conditions change."""
    conditions = timed(obj, old, clock)
    obj["spec"], obj["status"] = old["spec"], dict(old.get("status") or {})
    obj["status"].pop("conditions", None)
    if conditions:
        obj["status"]["conditions"] = conditions


def sign(obj: dict, old: dict, clock: Clock) -> None:
    """`/status`: the certificate, and all conditions but those of an approval."""
    obj["spec"] = old["spec"]
    conditions = timed(obj, old, clock)
    for type in (APPROVED, DENIED):
        here, before = [c for c in conditions if c.get("type") == type], of(old, type)
        if len(here) == len(before):
            for condition, kept in zip(here, before, strict=True):
                condition.clear()
                condition.update(kept)
    if conditions:
        obj.setdefault("status", {})["conditions"] = conditions
