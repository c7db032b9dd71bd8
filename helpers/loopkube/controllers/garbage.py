"""Garbage collection: what is owned goes after its owners (background), before them (foreground), or is set free."""

from loopkube.client.client import Client
from loopkube.client.informer import Informers
from loopkube.controllers.everything import Everything
from loopkube.controllers.loop import Controller
from loopkube.controllers.ownership import FOREGROUND, ORPHAN, Ownership, Place, is_deleting, owners_of
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
        place = Place(resource, obj)
        self._ownership.change(place, old, gone=gone)
        for reference in owners_of(obj) + (owners_of(old) if old is not None else []):
            owner = self._ownership.get(reference["uid"])
            if owner is None and not gone:
                self.queue.add(place.uid)
            elif owner is not None and is_deleting(owner.obj):
                self.queue.add(owner.uid)
                self.queue.add(place.uid)
        if gone:
            for dependent in self._ownership.dependents(place.uid):
                self.queue.add(dependent.uid)
        elif is_deleting(obj, ORPHAN) or is_deleting(obj, FOREGROUND):
            self.queue.add(place.uid)
            for dependent in self._ownership.dependents(place.uid):
                self.queue.add(dependent.uid)

    async def reconcile(self, key: str) -> None:
        place = self._ownership.get(key)
        if place is None:
            return
        if is_deleting(place.obj, ORPHAN):
            await self._set_free(place)
        elif is_deleting(place.obj, FOREGROUND):
            await self._after_dependents(place)
        elif owners_of(place.obj) and not is_deleting(place.obj):
            await self._after_owners(place)

    async def _set_free(self, place: Place) -> None:
        for dependent in self._ownership.dependents(place.uid):
            await self._disown(dependent, {place.uid})
        await self._finish(place, ORPHAN)

    async def _after_dependents(self, place: Place) -> None:
        """A dependent that waits for its own is told of by its own changes: asked again, a circle would never rest."""
        blocking = self._ownership.blocking(place.uid)
        for dependent in blocking:
            if not is_deleting(dependent.obj, FOREGROUND):
                self.queue.add(dependent.uid)
        if not blocking:
            await self._finish(place, FOREGROUND)

    async def _after_owners(self, place: Place) -> None:
        """Deletes the object when no owner stands; with one standing, takes the references to the others away."""
        standing: set[str] = set()
        fading: set[str] = set()
        for reference in owners_of(place.obj):
            owner = await self._owner(place, reference)
            if owner is not None:
                (fading if is_deleting(owner, FOREGROUND) else standing).add(reference["uid"])
        others = {r["uid"] for r in owners_of(place.obj)} - standing
        if standing and others:
            await self._disown(place, others)
        elif not standing:
            if fading:
                await self._open_circle(place)
            await self._delete(place, in_foreground=bool(fading))

    async def _open_circle(self, place: Place) -> None:
        """Where a dependent waits for its dependents already, the object blocks none of its owners any more."""
        if any(is_deleting(dependent.obj, FOREGROUND) for dependent in self._ownership.dependents(place.uid)):
            free = [r | {"blockOwnerDeletion": False} for r in owners_of(place.obj)]
            if free != owners_of(place.obj):
                await self._patch(place, {"ownerReferences": free})

    async def _owner(self, place: Place, reference: dict) -> dict | None:
        """The owner as the API has it now; None when it is gone. Its absence is never taken from the cache."""
        known = self._ownership.get(reference["uid"])
        if known is not None:
            return known.obj
        kind = self._everything.kinds.of(reference["apiVersion"], reference["kind"])
        if kind is None:
            message = f"owner {reference['apiVersion']} {reference['kind']} {reference['name']} is of an unknown kind"
            raise ApiError(404, "NotFound", message)
        namespace = place.obj["metadata"].get("namespace", "") if kind.namespaced else ""
        try:
            found = await self.client.get(kind.resource, reference["name"], namespace)
        except ApiError as error:
            if error.code != 404:
                raise
            return None
        return found if found["metadata"]["uid"] == reference["uid"] else None

    async def _delete(self, place: Place, *, in_foreground: bool) -> None:
        metadata = place.obj["metadata"]
        finalizers = metadata.get("finalizers") or ()
        policy = "Background"
        if in_foreground and self._ownership.dependents(place.uid):
            policy = "Foreground"
        elif ORPHAN in finalizers:
            policy = "Orphan"
        elif FOREGROUND in finalizers:
            policy = "Foreground"
        namespace = metadata.get("namespace", "")
        try:
            await self.client.delete(place.resource, metadata["name"], namespace, propagation=policy, uid=place.uid)
        except ApiError as error:
            if error.code not in (404, 409):
                raise

    async def _disown(self, place: Place, uids: set[str]) -> None:
        kept = [r for r in owners_of(place.obj) if r["uid"] not in uids]
        await self._patch(place, {"ownerReferences": kept or None})

    async def _finish(self, place: Place, finalizer: str) -> None:
        """The garbage collector is done with the object: nothing more keeps it, as far as it is concerned."""
        kept = [f for f in place.obj["metadata"].get("finalizers") or () if f != finalizer]
        await self._patch(place, {"finalizers": kept or None})

    async def _patch(self, place: Place, changes: dict) -> None:
        metadata = place.obj["metadata"]
        same = {"resourceVersion": metadata["resourceVersion"], "uid": metadata["uid"]}
        namespace = metadata.get("namespace", "")
        try:
            await self.client.patch(place.resource, metadata["name"], {"metadata": changes | same}, namespace)
        except ApiError as error:
            if error.code != 404:
                raise
