"""Garbage collection: what is owned goes after its owners (background), before them (foreground), or is set free."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.everything import Everything
from loopkube.controllers.loop import Controller
from loopkube.controllers.ownership import FOREGROUND, ORPHAN, GraphNode, Ownership, is_deleting, owners_of
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError


class GarbageController(Controller):
    """Its keys are uids."""

    component = "garbage-collector-controller"

    def __init__(self, client: Client, informers: Informers, clock: Clock, everything: Everything) -> None:
        super().__init__(client, informers, clock)
        self._everything, self._ownership = everything, Ownership()
        everything.on_change(self._changed)

    async def prepare(self) -> None:
        await self._everything.start()

    def _changed(self, resource: str, type: str, obj: dict, old: dict | None) -> None:
        gone = type == "DELETED"
        node = GraphNode(resource, obj)
        # first: what follows asks for owners and dependents as they are now
        self._ownership.change(node, old, gone=gone)
        for reference in owners_of(obj) + (owners_of(old) if old is not None else []):
            owner = self._ownership.get(reference["uid"])
            if owner is None and not gone:
                self.queue.add(node.uid)
            elif owner is not None and is_deleting(owner.obj):
                self.queue.add(owner.uid)
                self.queue.add(node.uid)
        if gone:
            for dependent in self._ownership.dependents(node.uid):
                self.queue.add(dependent.uid)
        elif is_deleting(obj, ORPHAN) or is_deleting(obj, FOREGROUND):
            self.queue.add(node.uid)
            for dependent in self._ownership.dependents(node.uid):
                self.queue.add(dependent.uid)

    async def reconcile(self, key: str) -> None:
        """Orphans, foreground deletion and owners that are gone, in this order, as attemptToDeleteItem of upstream."""
        node = self._ownership.get(key)
        if node is None:
            return
        if is_deleting(node.obj, ORPHAN):
            await self._set_free(node)
        elif is_deleting(node.obj, FOREGROUND):
            await self._after_dependents(node)
        elif owners_of(node.obj) and not is_deleting(node.obj):
            await self._after_owners(node)

    async def _set_free(self, node: GraphNode) -> None:
        for dependent in self._ownership.dependents(node.uid):
            await self._disown(dependent, {node.uid})
        # last: once the finalizer is gone the owner goes, and with it who still names it
        await self._finish(node, ORPHAN)

    async def _after_dependents(self, node: GraphNode) -> None:
        """A dependent that waits for its own is told of by its own changes: asked again, a circle would never rest."""
        blocking = self._ownership.blocking(node.uid)
        for dependent in blocking:
            if not is_deleting(dependent.obj, FOREGROUND):
                self.queue.add(dependent.uid)
        if not blocking:
            await self._finish(node, FOREGROUND)

    async def _after_owners(self, node: GraphNode) -> None:
        """Deletes the object when no owner stands; with one standing, takes the references to the others away."""
        standing: set[str] = set()
        fading: set[str] = set()
        for reference in owners_of(node.obj):
            owner = await self._owner(node, reference)
            if owner is not None:
                (fading if is_deleting(owner, FOREGROUND) else standing).add(reference["uid"])
        others = {r["uid"] for r in owners_of(node.obj)} - standing
        if standing and others:
            await self._disown(node, others)
        elif not standing:
            if fading:
                await self._open_circle(node)
            await self._delete(node, in_foreground=bool(fading))

    async def _open_circle(self, node: GraphNode) -> None:
        """Where a dependent waits for its dependents already, the object blocks none of its owners any more."""
        if any(is_deleting(dependent.obj, FOREGROUND) for dependent in self._ownership.dependents(node.uid)):
            free = [r | {"blockOwnerDeletion": False} for r in owners_of(node.obj)]
            if free != owners_of(node.obj):
                await self._patch(node, {"ownerReferences": free})

    async def _owner(self, node: GraphNode, reference: dict) -> dict | None:
        """The owner as the API has it now; None when it is gone. Its absence is never taken from the cache."""
        known = self._ownership.get(reference["uid"])
        if known is not None:
            return known.obj
        kind = self._everything.kinds.of(reference["apiVersion"], reference["kind"])
        if kind is None:
            message = f"owner {reference['apiVersion']} {reference['kind']} {reference['name']} is of an unknown kind"
            raise ApiError(404, "NotFound", message)
        namespace = node.obj["metadata"].get("namespace", "") if kind.namespaced else ""
        try:
            owner = await self.client.get(kind.resource, reference["name"], namespace)
        except ApiError as error:
            if error.code != 404:
                raise
            return None
        return owner if owner["metadata"]["uid"] == reference["uid"] else None

    async def _delete(self, node: GraphNode, *, in_foreground: bool) -> None:
        metadata = node.obj["metadata"]
        finalizers = metadata.get("finalizers") or ()
        policy = "Background"
        if in_foreground and self._ownership.dependents(node.uid):
            policy = "Foreground"
        elif ORPHAN in finalizers:
            policy = "Orphan"
        elif FOREGROUND in finalizers:
            policy = "Foreground"
        namespace = metadata.get("namespace", "")
        try:
            # by uid: another object may have the name by now
            await self.client.delete(node.resource, metadata["name"], namespace, propagation=policy, uid=node.uid)
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def _disown(self, node: GraphNode, uids: set[str]) -> None:
        kept = [r for r in owners_of(node.obj) if r["uid"] not in uids]
        await self._patch(node, {"ownerReferences": kept or None})

    async def _finish(self, node: GraphNode, finalizer: str) -> None:
        """The garbage collector is done with the object: nothing more keeps it, as far as it is concerned."""
        kept = [f for f in node.obj["metadata"].get("finalizers") or () if f != finalizer]
        await self._patch(node, {"finalizers": kept or None})

    async def _patch(self, node: GraphNode, changes: dict) -> None:
        metadata = node.obj["metadata"]
        # of the object as it was seen: one that has changed meanwhile is judged again
        same = {"resourceVersion": metadata["resourceVersion"], "uid": metadata["uid"]}
        namespace = metadata.get("namespace", "")
        try:
            await self.client.patch(node.resource, metadata["name"], {"metadata": changes | same}, namespace)
        except ApiError as error:
            if error.code != 404:
                raise
