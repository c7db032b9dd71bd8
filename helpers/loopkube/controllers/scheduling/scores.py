"""Where a Pod should go of all the nodes that would take it.

The weights are kube-scheduler's. Where it would throw a coin between equals, here the node with fewer Pods wins,
then the name: the same objects always give the same placement.
"""

from collections import Counter

from loopkube.controllers.scheduling.filters import PodInfo
from loopkube.controllers.scheduling.neighbours import PREFERRED, domain, terms
from loopkube.controllers.scheduling.nodes import Nodes, NodeState
from loopkube.shared.labels import labels_of, matches, matches_node_term
from loopkube.shared.placement import untolerated

BEST = 100
UNSAID = {"cpu": 100, "memory": 200 * 2**20}
"""What a container that requests nothing is taken to use."""


def best(pod_info: PodInfo, states: list[NodeState], nodes: Nodes) -> NodeState:
    """The node for the Pod; `states` are those that no filter refused, at least one."""
    if len(states) == 1:
        return states[0]
    parts = (
        (3, _scaled({s.name: -_mild_taints(pod_info, s) for s in states})),
        (2, _scaled({s.name: _preferred(pod_info, s) for s in states})),
        (2, _scaled({s.name: -_kin(pod_info, s) for s in states})),
        (2, _scaled(_preferred_neighbours(pod_info, states, nodes))),
        (1, {s.name: _room(pod_info, s) for s in states}),
    )
    totals = {s.name: sum(weight * values[s.name] for weight, values in parts) for s in states}
    return min(states, key=lambda s: (-totals[s.name], len(s.pods), s.name))


def _scaled(values: dict[str, float]) -> dict[str, float]:
    """From 0 (worst) to 100 (best); all the same when nothing differs."""
    low, high = min(values.values()), max(values.values())
    if low == high:
        return dict.fromkeys(values, BEST)
    return {name: BEST * (value - low) / (high - low) for name, value in values.items()}


def _mild_taints(pod_info: PodInfo, state: NodeState) -> int:
    return len(untolerated(pod_info.spec, state.node, ("PreferNoSchedule",)))


def _preferred(pod_info: PodInfo, state: NodeState) -> int:
    affinity = (pod_info.spec.get("affinity") or {}).get("nodeAffinity") or {}
    return sum(t["weight"] for t in affinity.get(PREFERRED) or () if matches_node_term(t["preference"], state.node))


def _kin(pod_info: PodInfo, state: NodeState) -> int:
    """How many Pods of the same controller stand here already: replicas spread over the nodes."""
    owner = _owner(pod_info.pod)
    return sum(_owner(pod) == owner for pod in state.pods.values()) if owner else 0


def _owner(pod: dict) -> str:
    references = pod["metadata"].get("ownerReferences") or ()
    return next((r["uid"] for r in references if r.get("controller")), "")


def _preferred_neighbours(pod_info: PodInfo, states: list[NodeState], nodes: Nodes) -> dict[str, float]:
    points: Counter = Counter()
    for kind, sign in (("podAffinity", 1), ("podAntiAffinity", -1)):
        for weighted in terms(pod_info.pod, kind, PREFERRED):
            term = weighted["podAffinityTerm"]
            for state, pod in nodes.pods():
                near = pod["metadata"]["namespace"] == pod_info.pod["metadata"]["namespace"]
                if near and matches(term.get("labelSelector"), labels_of(pod)):
                    points[domain(state, term["topologyKey"])] += sign * weighted["weight"]
    keys = {key for key, _ in filter(None, points)}
    return {s.name: sum(points[domain(s, key)] for key in keys if domain(s, key)) for s in states}


def _room(pod_info: PodInfo, state: NodeState) -> float:
    """The share of cpu and memory that would stay free, counting something for Pods that request nothing."""
    shares = []
    for resource, unsaid in UNSAID.items():
        whole = state.allocatable.get(resource, 0)
        used = state.requested[resource] + (pod_info.requests[resource] or unsaid)
        shares.append(max(0.0, 1 - used / whole) if whole else 0.0)
    return BEST * sum(shares) / len(shares)
