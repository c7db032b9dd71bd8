"""Where a Pod cannot go, and why, in the scheduler's words. The first filter that refuses a node speaks for it."""

from collections import Counter
from dataclasses import dataclass

from loopkube.controllers.scheduling.nodes import NodeState, host_ports, requested
from loopkube.shared.placement import fits_node_affinity, untolerated

UNSCHEDULABLE_TAINT = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


@dataclass(frozen=True)
class Refusal:
    """Why a node will not do. `final`: the removal of other Pods from it would not help."""

    reasons: tuple[str, ...]
    final: bool = True


class PodInfo:
    """The Pod that looks for a node, with what is asked of every node computed once."""

    def __init__(self, pod: dict) -> None:
        self.pod, self.spec = pod, pod["spec"]
        self.requests = requested(pod)
        self.ports = host_ports(pod)


def refused(pod_info: PodInfo, state: NodeState) -> Refusal | None:
    """The refusal by the node itself; what other Pods have to say is in `neighbours`."""
    return (
        _cordoned(pod_info, state)
        or _tainted(pod_info, state)
        or _unselected(pod_info, state)
        or _ports_taken(pod_info, state)
        or _too_full(pod_info, state)
    )


def _cordoned(pod_info: PodInfo, state: NodeState) -> Refusal | None:
    if not state.node.get("spec", {}).get("unschedulable"):
        return None
    as_taint = {"spec": {"taints": [UNSCHEDULABLE_TAINT]}}
    if not untolerated(pod_info.spec, as_taint, ("NoSchedule",)):
        return None
    return Refusal(("node(s) were unschedulable",))


def _tainted(pod_info: PodInfo, state: NodeState) -> Refusal | None:
    if untolerated(pod_info.spec, state.node, ("NoSchedule", "NoExecute")):
        return Refusal(("node(s) had untolerated taint(s)",))
    return None


def _unselected(pod_info: PodInfo, state: NodeState) -> Refusal | None:
    if not fits_node_affinity(pod_info.spec, state.node):
        return Refusal(("node(s) didn't match Pod's node affinity/selector",))
    return None


def _ports_taken(pod_info: PodInfo, state: NodeState) -> Refusal | None:
    if any(state.port_taken(port) for port in pod_info.ports):
        return Refusal(("node(s) didn't have free ports for the requested pod ports",), final=False)
    return None


def _too_full(pod_info: PodInfo, state: NodeState) -> Refusal | None:
    reasons, final = [], False
    if len(state.pods) + 1 > state.allocatable.get("pods", 0):
        reasons.append("Too many pods")
    for name, asked in sorted(pod_info.requests.items(), key=_in_order):
        if not asked:
            continue
        whole = state.allocatable.get(name, 0)
        if asked > whole - state.requested[name]:
            reasons.append(f"Insufficient {name}")
            final = final or asked > whole
    return Refusal(tuple(reasons), final) if reasons else None


def _in_order(item: tuple[str, int]) -> tuple[int, str]:
    known = ("cpu", "memory", "ephemeral-storage")
    return (known.index(item[0]) if item[0] in known else len(known), item[0])


def histogram(refusals: dict[str, Refusal]) -> Counter:
    """How many nodes gave each reason."""
    return Counter(reason for refusal in refusals.values() for reason in refusal.reasons)
