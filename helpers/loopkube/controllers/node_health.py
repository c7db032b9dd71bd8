"""When a node was last heard of, and the taints that its conditions call for."""

from dataclasses import dataclass

from loopkube.controllers.pods import condition

PREFIX = "node.kubernetes.io/"
NOT_READY, UNREACHABLE = PREFIX + "not-ready", PREFIX + "unreachable"
_BY_CONDITION = {
    ("Ready", "False"): NOT_READY,
    ("Ready", "Unknown"): UNREACHABLE,
    ("MemoryPressure", "True"): PREFIX + "memory-pressure",
    ("DiskPressure", "True"): PREFIX + "disk-pressure",
    ("NetworkUnavailable", "True"): PREFIX + "network-unavailable",
    ("PIDPressure", "True"): PREFIX + "pid-pressure",
}
_CORDONED = PREFIX + "unschedulable"
OURS = {*_BY_CONDITION.values(), _CORDONED}
REPORTED = ("Ready", "MemoryPressure", "DiskPressure", "PIDPressure")
"""The conditions that only the kubelet can know."""


@dataclass
class Heartbeat:
    """The last sign of life: what it said, and when (monotonic) it was seen here."""

    sign: tuple
    at: float


def sign_of_life(node: dict | None, lease: dict | None) -> tuple:
    """What a living kubelet changes: its lease's time, and the heartbeats in its conditions."""
    renewed = (lease or {}).get("spec", {}).get("renewTime")
    beats = [c.get("lastHeartbeatTime") for c in (node or {}).get("status", {}).get("conditions") or ()]
    return renewed, *beats


def unknown_conditions(node: dict, stamp: str) -> list[dict]:
    """The conditions to write for a node that is no longer heard of; empty when they stand already."""
    changed = []
    for type in REPORTED:
        old = condition(node, type)
        if old and old["status"] == "Unknown":
            continue
        new = {"type": type, "status": "Unknown", "lastTransitionTime": stamp}
        if old is None:
            new |= {"reason": "NodeStatusNeverUpdated", "message": "Kubelet never posted node status."}
            new["lastHeartbeatTime"] = node["metadata"].get("creationTimestamp", stamp)
        else:
            new |= {"reason": "NodeStatusUnknown", "message": "Kubelet stopped posting node status."}
        changed.append(new)
    return changed


def wanted_taints(node: dict, stamp: str, *, evict: bool) -> list[dict]:
    """All taints of the node: others' as they are, ours as its conditions say (`evict`: NoExecute ones too)."""
    known = node.get("spec", {}).get("taints") or []
    taints = [(key, "NoSchedule") for key in _keys(node)]
    if evict:
        taints += [(key, "NoExecute") for key in _keys(node) if key in (NOT_READY, UNREACHABLE)]
    present = {(t["key"], t["effect"]) for t in known}
    kept = [t for t in known if t["key"] not in OURS or (t["key"], t["effect"]) in taints]
    new = [(key, effect) for key, effect in taints if (key, effect) not in present]
    return kept + [{"key": key, "effect": effect, "timeAdded": stamp} for key, effect in new]


def _keys(node: dict) -> list[str]:
    keys = [
        key for (type, status), key in _BY_CONDITION.items() if (condition(node, type) or {}).get("status") == status
    ]
    return keys + ([_CORDONED] if node.get("spec", {}).get("unschedulable") else [])


def is_node_ready(node: dict) -> bool:
    """Unknown, as after a missed heartbeat, is not ready."""
    return (condition(node, "Ready") or {}).get("status") == "True"
