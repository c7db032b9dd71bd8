"""What Pods have to say about Pods beside them: affinity, anti-affinity and topology spread constraints."""

from collections import Counter

from loopkube.client.informer import Informer
from loopkube.controllers.scheduling.filters import PodInfo, Refusal
from loopkube.controllers.scheduling.nodes import Nodes, NodeState
from loopkube.shared.labels import labels_of, matches
from loopkube.shared.placement import fits_node_affinity, untolerated

REQUIRED, PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)
AFFINITY = Refusal(("node(s) didn't match pod affinity rules",))
ANTI_AFFINITY = Refusal(("node(s) didn't match pod anti-affinity rules",), final=False)
THEIR_ANTI_AFFINITY = Refusal(("node(s) didn't satisfy existing pods anti-affinity rules",), final=False)
SPREAD = Refusal(("node(s) didn't match pod topology spread constraints",), final=False)
SPREAD_LABEL = Refusal(("node(s) didn't match pod topology spread constraints (missing required label)",))

Domain = tuple[str, str]
"""(topology key, the node's value of it)."""


def terms(pod: dict, kind: str, strength: str) -> list[dict]:
    """The Pod's `podAffinity` or `podAntiAffinity` terms."""
    return ((pod["spec"].get("affinity") or {}).get(kind) or {}).get(strength) or []


def domain(state: NodeState, key: str) -> Domain | None:
    """The node's (key, value) for a topologyKey; None where the node does not have that label."""
    value = labels_of(state.node).get(key)
    return (key, value) if value is not None else None


class Neighbours:
    """Looks at all Pods once for one wanted Pod; then answers for each node."""

    def __init__(self, pod_info: PodInfo, nodes: Nodes, namespaces: Informer) -> None:
        self._pod_info, self._namespaces = pod_info, namespaces
        pod = pod_info.pod
        self._affinity = terms(pod, "podAffinity", REQUIRED)
        self._anti = terms(pod, "podAntiAffinity", REQUIRED)
        self._spread = [
            c for c in pod["spec"].get("topologySpreadConstraints") or () if c["whenUnsatisfiable"] == "DoNotSchedule"
        ]
        self._near = [self._domains(nodes, term) for term in self._affinity]
        self._far = [self._domains(nodes, term) for term in self._anti]
        self._forbidden = self._forbidden_by_others(nodes)
        self._counts = [self._spread_counts(nodes, constraint) for constraint in self._spread]

    def refused(self, state: NodeState) -> Refusal | None:
        """Why the node does not fit: topology spread before affinity, as the plugins' order is upstream."""
        return self._badly_spread(state) or self._badly_placed(state)

    def _badly_spread(self, state: NodeState) -> Refusal | None:
        for constraint, counts in zip(self._spread, self._counts, strict=True):
            here = domain(state, constraint["topologyKey"])
            if here is None:
                return SPREAD_LABEL
            least = min(counts.values(), default=0)
            if len(counts) < constraint.get("minDomains", 1):
                least = 0
            own = matches(constraint.get("labelSelector"), labels_of(self._pod_info.pod))
            if counts[here] + own - least > constraint["maxSkew"]:
                return SPREAD
        return None

    def _badly_placed(self, state: NodeState) -> Refusal | None:
        for term, domains in zip(self._affinity, self._near, strict=True):
            first = not domains and self._selects(term, self._pod_info.pod, self._pod_info.pod)
            here = domain(state, term["topologyKey"])
            if here is None or (here not in domains and not first):
                return AFFINITY
        if any(domain(state, t["topologyKey"]) in domains for t, domains in zip(self._anti, self._far, strict=True)):
            return ANTI_AFFINITY
        if any(domain(state, key) == (key, value) for key, value in self._forbidden):
            return THEIR_ANTI_AFFINITY
        return None

    def _domains(self, nodes: Nodes, term: dict) -> set[Domain]:
        """Where Pods stand that the term selects."""
        domains = {
            domain(state, term["topologyKey"])
            for state, pod in nodes.pods()
            if self._selects(term, self._pod_info.pod, pod)
        }
        return {d for d in domains if d is not None}

    def _forbidden_by_others(self, nodes: Nodes) -> set[Domain]:
        domains = {
            domain(state, term["topologyKey"])
            for state, pod in nodes.pods()
            for term in terms(pod, "podAntiAffinity", REQUIRED)
            if self._selects(term, pod, self._pod_info.pod)
        }
        return {d for d in domains if d is not None}

    def _spread_counts(self, nodes: Nodes, constraint: dict) -> Counter[Domain]:
        """How many selected Pods each eligible domain has."""
        counts: Counter[Domain] = Counter()
        for state in nodes.present():
            here = domain(state, constraint["topologyKey"])
            if here is None or not self._counts_for_spread(state, constraint):
                continue
            counts[here] += sum(self._spreads_with(constraint, pod) for pod in state.pods.values())
        return counts

    def _counts_for_spread(self, state: NodeState, constraint: dict) -> bool:
        if constraint.get("nodeAffinityPolicy", "Honor") == "Honor" and not fits_node_affinity(
            self._pod_info.spec, state.node
        ):
            return False
        honors_taints = constraint.get("nodeTaintsPolicy", "Ignore") == "Honor"
        return not (honors_taints and untolerated(self._pod_info.spec, state.node, ("NoSchedule", "NoExecute")))

    def _spreads_with(self, constraint: dict, pod: dict) -> bool:
        metadata, mine = pod["metadata"], self._pod_info.pod["metadata"]
        if metadata["namespace"] != mine["namespace"] or metadata.get("deletionTimestamp"):
            return False
        keys = constraint.get("matchLabelKeys") or ()
        own = labels_of(self._pod_info.pod)
        return matches(constraint.get("labelSelector"), labels_of(pod)) and all(
            labels_of(pod).get(key) == own[key] for key in keys if key in own
        )

    def _selects(self, term: dict, owner: dict, other: dict) -> bool:
        """Whether the term of `owner` means the Pod `other`."""
        namespace = other["metadata"]["namespace"]
        named, selector = term.get("namespaces") or (), term.get("namespaceSelector")
        if not named and selector is None:
            inside = namespace == owner["metadata"]["namespace"]
        else:
            known = self._namespaces.get("", namespace)
            inside = namespace in named or (known is not None and matches(selector, labels_of(known)))
        return inside and matches(term.get("labelSelector"), labels_of(other))
