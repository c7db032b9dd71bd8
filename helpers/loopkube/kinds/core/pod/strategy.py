"""Pods: the status a new Pod begins with, its quality of service."""

from loopkube.shared import quantity

_COUNTED = ("cpu", "memory")


def create(obj: dict) -> None:
    """PrepareForCreate in pkg/registry/core/pod/strategy.go."""
    obj["status"] = {"phase": "Pending", "qosClass": qos_class(obj["spec"])}
    gates = obj["spec"].get("schedulingGates")
    if gates:
        condition = {
            "type": "PodScheduled",
            "status": "False",
            "lastProbeTime": None,
            "lastTransitionTime": None,
            "reason": "SchedulingGated",
            "message": "Scheduling is blocked due to non-empty scheduling gates",
        }
        obj["status"]["conditions"] = [condition]


def update(obj: dict, old: dict) -> None:
    """Deletion is not an update: being deleted does not count as a change."""
    for field in ("deletionTimestamp", "deletionGracePeriodSeconds"):
        if field in old["metadata"]:
            obj["metadata"][field] = old["metadata"][field]


def update_status(obj: dict, old: dict) -> None:
    """The kubelet may not take a Pod from its owner."""
    if "ownerReferences" in old["metadata"]:
        obj["metadata"]["ownerReferences"] = old["metadata"]["ownerReferences"]
    else:
        obj["metadata"].pop("ownerReferences", None)
    if "qosClass" in old.get("status", {}):
        obj.setdefault("status", {}).setdefault("qosClass", old["status"]["qosClass"])


def qos_class(spec: dict) -> str:
    """Guaranteed, Burstable or BestEffort, from requests and limits of cpu and memory."""
    containers = [*spec.get("containers", ()), *spec.get("initContainers", ())]
    resources = [container.get("resources", {}) for container in containers]
    requests = [_positive(amounts.get("requests", {})) for amounts in resources]
    limits = [_positive(amounts.get("limits", {})) for amounts in resources]
    if not any(requests) and not any(limits):
        return "BestEffort"
    limited = all(set(_COUNTED) <= set(amounts) for amounts in limits)
    equal = requests == limits
    return "Guaranteed" if limited and equal else "Burstable"


def _positive(amounts: dict) -> dict:
    parsed = {name: quantity.parse(str(amounts[name])) for name in _COUNTED if name in amounts}
    return {name: amount for name, amount in parsed.items() if amount > 0}
