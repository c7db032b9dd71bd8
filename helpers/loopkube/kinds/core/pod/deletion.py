"""A Pod is given time to end; the kubelet removes it. Where no kubelet has it, there is nothing to wait for."""

from datetime import timedelta

from loopkube.kinds.spec import Leave
from loopkube.shared.clock import later, parse

_LONGEST = 10**10


def leave(obj: dict, how: Leave) -> dict | None:
    """The Pod with its end, or None where a second deletion finds a Pod that is not waited for."""
    metadata = obj["metadata"]
    if "deletionTimestamp" in metadata:
        return _hurried(obj, how.grace)
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    grace = how.grace if how.grace is not None else spec.get("terminationGracePeriodSeconds") or 0
    if not spec.get("nodeName") or status.get("phase") in ("Failed", "Succeeded"):
        grace = 0
    grace = 1 if grace < 0 else grace
    end = later(how.clock.now(), grace)
    changes: dict = {
        "deletionTimestamp": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "deletionGracePeriodSeconds": grace,
        "finalizers": how.finalizers,
    }
    if metadata.get("generation"):
        changes["generation"] = metadata["generation"] + 1
    return _without_empty(obj | {"metadata": metadata | changes})


def _hurried(obj: dict, seconds: int | None) -> dict | None:
    """A second deletion may only shorten the grace period."""
    metadata = obj["metadata"]
    left = metadata.get("deletionGracePeriodSeconds")
    if left is None:
        return None
    grace = left if seconds is None else 1 if seconds < 0 else seconds
    if grace >= left:
        return obj
    end = parse(metadata["deletionTimestamp"]) - timedelta(seconds=min(left - grace, _LONGEST))
    changes = {"deletionTimestamp": end.strftime("%Y-%m-%dT%H:%M:%SZ"), "deletionGracePeriodSeconds": grace}
    return obj | {"metadata": metadata | changes}


def _without_empty(obj: dict) -> dict:
    if not obj["metadata"]["finalizers"]:
        del obj["metadata"]["finalizers"]
    return obj
