"""Which object owns which, as far as the informers show; kept up to date change by change."""

from dataclasses import dataclass

ORPHAN, FOREGROUND = "orphan", "foregroundDeletion"


@dataclass(frozen=True)
class GraphNode:
    """A node of the graph of owners: an object, and its resource as `plural.group`."""

    resource: str
    obj: dict

    @property
    def uid(self) -> str:
        return self.obj["metadata"]["uid"]


def owners_of(obj: dict) -> list[dict]:
    return obj["metadata"].get("ownerReferences") or []


def is_deleting(obj: dict, finalizer: str = "") -> bool:
    """Whether the object is on its way out (and waits for the garbage collector to do what `finalizer` says)."""
    metadata = obj["metadata"]
    deleting = bool(metadata.get("deletionTimestamp"))
    return deleting and (not finalizer or finalizer in (metadata.get("finalizers") or ()))


class Ownership:
    """Objects by uid, and dependents by the uid of their owner, present or not."""

    def __init__(self) -> None:
        self._objects: dict[str, GraphNode] = {}
        self._dependents: dict[str, dict[str, GraphNode]] = {}

    def change(self, node: GraphNode, old: dict | None, *, gone: bool) -> None:
        """Takes in one change of an informer. Owners that are not there yet are known by their uid, as dependents may
        come first."""
        uid = node.uid
        for reference in owners_of(old) if old is not None else ():
            self._drop(reference["uid"], uid)
        for reference in owners_of(node.obj):
            if gone:
                self._drop(reference["uid"], uid)
            else:
                self._dependents.setdefault(reference["uid"], {})[uid] = node
        if gone:
            self._objects.pop(uid, None)
        else:
            self._objects[uid] = node

    def get(self, uid: str) -> GraphNode | None:
        return self._objects.get(uid)

    def dependents(self, uid: str) -> list[GraphNode]:
        """Every object that names this uid among its owners."""
        return list(self._dependents.get(uid, {}).values())

    def blocking(self, uid: str) -> list[GraphNode]:
        """The dependents that an owner deleted in the foreground waits for."""

        def blocks(node: GraphNode) -> bool:
            return any(r["uid"] == uid and r.get("blockOwnerDeletion") for r in owners_of(node.obj))

        return [node for node in self.dependents(uid) if blocks(node)]

    def _drop(self, owner: str, uid: str) -> None:
        group = self._dependents.get(owner, {})
        group.pop(uid, None)
        if not group:
            self._dependents.pop(owner, None)
