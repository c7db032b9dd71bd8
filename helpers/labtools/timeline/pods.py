"""What the changes of a Pod mean: created, given a node, started, ready, told to end, gone."""

from collections.abc import Iterator

from labcore.language.messages import phrase

from labtools.timeline.watching import Seen

API, CONTROLLERS, SCHEDULER, NODE, PROBE = "api", "controllers", "scheduler", "node", "probe"


def steps_of(one: Seen) -> Iterator[tuple[str, str]]:
    """(lane, what) for each step that this event shows for the first time."""
    if one.gone:
        yield NODE, phrase("stopped, and gone")
        return
    before = one.before or {}
    if not before:
        yield CONTROLLERS if one.obj["metadata"].get("ownerReferences") else API, phrase("Pod created")
    if (node := _node(one.obj)) and not _node(before):
        yield SCHEDULER, phrase("to node {node}", node=node)
    if _runs(one.obj) and not _runs(before):
        yield NODE, phrase("container started")
    if _is_ready(one.obj) != _is_ready(before):
        yield PROBE, phrase("Ready") if _is_ready(one.obj) else phrase("not Ready any more")
    if _ends(one.obj) and not _ends(before):
        yield CONTROLLERS, phrase("Pod told to end")


def _node(pod: dict) -> str:
    return (pod.get("spec") or {}).get("nodeName") or ""


def _runs(pod: dict) -> bool:
    """Whether every container runs."""
    states = [one.get("state") or {} for one in (pod.get("status") or {}).get("containerStatuses") or []]
    return bool(states) and all("running" in state for state in states)


def _is_ready(pod: dict) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    return any(one.get("type") == "Ready" and one.get("status") == "True" for one in conditions)


def _ends(pod: dict) -> bool:
    return bool((pod.get("metadata") or {}).get("deletionTimestamp"))
