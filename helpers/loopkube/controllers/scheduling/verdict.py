"""What the scheduler says of a Pod that fits nowhere: one line for its event and its condition."""

from collections import Counter

from loopkube.controllers.scheduling.filters import PodInfo, Refusal, histogram

NO_NODES = "no nodes available to schedule pods"
NO_CLAIMS = "no new claims to deallocate"
NO_HELP = "Preemption is not helpful for scheduling"
NO_VICTIMS = "No preemption victims found for incoming pod"


def message(pod_info: PodInfo, refusals: dict[str, Refusal]) -> str:
    """`0/3 nodes are available: 1 Insufficient cpu, ... . no new claims to deallocate, preemption: ...`"""
    if not refusals:
        return NO_NODES
    refused = f"{_available(len(refusals))}: {_counted(histogram(refusals))}."
    return f"{refused} {NO_CLAIMS}, preemption: {_preemption(pod_info, refusals)}"


def of_every_node(count: int, why: str) -> str:
    """The same where one reason, which is the Pod's own, keeps it from all of `count` nodes."""
    return f"{_available(count)}: {why}. {NO_CLAIMS}, preemption: {_available(count)}: {count} {NO_HELP}."


def _preemption(pod_info: PodInfo, refusals: dict[str, Refusal]) -> str:
    if pod_info.spec.get("preemptionPolicy") == "Never":
        return "not eligible due to preemptionPolicy=Never."
    reasons = Counter(NO_HELP if refusal.final else NO_VICTIMS for refusal in refusals.values())
    return f"{_available(len(refusals))}: {_counted(reasons)}."


def _available(count: int) -> str:
    return f"0/{count} nodes are available"


def _counted(reasons: Counter) -> str:
    return ", ".join(sorted(f"{count} {reason}" for reason, count in reasons.items()))
