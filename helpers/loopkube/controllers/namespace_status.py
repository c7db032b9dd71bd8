"""What a namespace that is being deleted says of what it still holds, in Kubernetes' words."""

from collections import Counter

from loopkube.kinds import Kind


class Remains:
    """What is left of a namespace's content, by kind and by finalizer, and what could not be deleted."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.finalizers: Counter[str] = Counter()
        self.failures: list[str] = []

    def add(self, kind: Kind, obj: dict) -> None:
        self.kinds[f"{kind.plural}.{kind.group}"] += 1
        self.finalizers.update(obj["metadata"].get("finalizers") or ())

    @property
    def anything(self) -> bool:
        return bool(self.kinds or self.failures)


def conditions(known: list[dict], remains: Remains, stamp: str) -> list[dict]:
    """The namespace's conditions; what did not change keeps its time."""
    desired = [
        _condition(
            "NamespaceDeletionDiscoveryFailure", "", "ResourcesDiscovered", "All resources successfully discovered"
        ),
        _condition(
            "NamespaceDeletionGroupVersionParsingFailure",
            "",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        _deletion(remains),
        _content(remains),
        _finalizers(remains),
    ]
    before = {c["type"]: c for c in known}
    return [_with_time(before.get(c["type"]), c, stamp) for c in desired]


def _deletion(remains: Remains) -> dict:
    failures = sorted(set(remains.failures))
    text = f"Failed to delete all resource types, {len(failures)} remaining: {', '.join(failures)}" if failures else ""
    fine = "All content successfully deleted, may be waiting on finalization"
    return _condition("NamespaceDeletionContentFailure", text, "ContentDeleted", fine, "ContentDeletionFailed")


def _content(remains: Remains) -> dict:
    left = ", ".join(f"{kind} has {count} resource instances" for kind, count in sorted(remains.kinds.items()))
    text = f"Some resources are remaining: {left}" if left else ""
    fine = "All content successfully removed"
    return _condition("NamespaceContentRemaining", text, "ContentRemoved", fine, "SomeResourcesRemain")


def _finalizers(remains: Remains) -> dict:
    left = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(remains.finalizers.items()))
    text = f"Some content in the namespace has finalizers remaining: {left}" if left else ""
    fine = "All content-preserving finalizers finished"
    return _condition("NamespaceFinalizersRemaining", text, "ContentHasNoFinalizers", fine, "SomeFinalizersRemain")


def _condition(type: str, problem: str, fine_reason: str, fine: str, reason: str = "") -> dict:
    if problem:
        return {"type": type, "status": "True", "reason": reason, "message": problem}
    return {"type": type, "status": "False", "reason": fine_reason, "message": fine}


def _with_time(old: dict | None, new: dict, stamp: str) -> dict:
    if old is not None and old["status"] == new["status"]:
        stamp = old["lastTransitionTime"]
    return new | {"lastTransitionTime": stamp}
