"""Which Pods of a ReplicaSet go first when it shrinks (Kubernetes' ActivePodsWithRanks, as a sort key)."""

import math
from collections import Counter
from datetime import datetime

from loopkube.controllers.pods import condition, is_ready
from loopkube.shared.clock import parse

_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
COST = "controller.kubernetes.io/pod-deletion-cost"


def first_to_go(pods: list[dict], count: int, related: list[dict], now: datetime) -> list[dict]:
    """The `count` Pods to delete; `related` are all active Pods of the same Deployment, on whichever node."""
    if count >= len(pods):
        return list(pods)
    on_node = Counter(pod["spec"].get("nodeName", "") for pod in related)
    return sorted(pods, key=lambda pod: _rank(pod, on_node, now))[:count]


def _rank(pod: dict, on_node: Counter, now: datetime) -> tuple:
    """Smaller goes first: unassigned, pending, not ready, cheap, doubled up, young, often restarted."""
    node, status = pod["spec"].get("nodeName", ""), pod.get("status", {})
    ready = condition(pod, "Ready") if is_ready(pod) else None
    restarts = max((c.get("restartCount", 0) for c in status.get("containerStatuses") or ()), default=0)
    return (
        bool(node),
        _PHASES.get(status.get("phase", "Pending"), 2),
        bool(ready),
        _cost(pod),
        -on_node[node],
        _age(ready.get("lastTransitionTime") if ready else None, now),
        -restarts,
        _age(pod["metadata"].get("creationTimestamp"), now),
        pod["metadata"]["uid"],
    )


def _cost(pod: dict) -> int:
    try:
        return int((pod["metadata"].get("annotations") or {}).get(COST, "0"))
    except ValueError:
        return 0


def _age(stamp: str | None, now: datetime) -> int:
    """Age on a scale of powers of two, so that Pods of about one age are told apart by chance alone."""
    if not stamp:
        return 0
    seconds = (now - parse(stamp)).total_seconds()
    return int(math.log2(seconds)) if seconds >= 1 else 0
