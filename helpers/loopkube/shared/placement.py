"""Whether a Pod may be on a node: tolerations and required node affinity, for the scheduler and for controllers."""

from collections.abc import Iterable

from loopkube.shared.labels import labels_of, matches_map, matches_node


def tolerates(toleration: dict, taint: dict) -> bool:
    """Whether one toleration answers one taint (core/v1 Toleration.ToleratesTaint)."""
    if toleration.get("effect") and toleration["effect"] != taint["effect"]:
        return False
    if toleration.get("key") and toleration["key"] != taint["key"]:
        return False
    if toleration.get("operator", "Equal") == "Exists":
        return True
    return bool(toleration.get("key")) and toleration.get("value", "") == taint.get("value", "")


def untolerated(spec: dict, node: dict, effects: Iterable[str]) -> list[dict]:
    """The node's taints of these effects that a Pod with this spec does not tolerate."""
    tolerations = spec.get("tolerations") or ()
    taints = [t for t in node.get("spec", {}).get("taints") or () if t["effect"] in effects]
    return [taint for taint in taints if not any(tolerates(t, taint) for t in tolerations)]


def fits_node_affinity(spec: dict, node: dict) -> bool:
    """Whether the Pod's nodeSelector and required node affinity hold for the node."""
    if not matches_map(spec.get("nodeSelector") or {}, labels_of(node)):
        return False
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    return matches_node(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"), node)
