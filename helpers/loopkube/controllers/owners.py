"""Who controls what: ownerReferences, and how a controller adopts what matches and releases what no longer does.

The rules are those of Kubernetes' ControllerRefManager: only an object without a controller can be adopted,
only by an owner that still stands and is not being deleted.
"""

from collections.abc import Callable, Iterable

from loopkube.client.client import Client
from loopkube.shared import labels
from loopkube.shared.status import ApiError


def controller_of(obj: dict) -> dict | None:
    """The ownerReference of the controller, or None."""
    references = obj["metadata"].get("ownerReferences") or ()
    return next((r for r in references if r.get("controller")), None)


def controller_uid(obj: dict) -> Iterable[str]:
    """For an index: the uid of the controller, if there is one."""
    reference = controller_of(obj)
    return (reference["uid"],) if reference else ()


def orphan_namespace(obj: dict) -> Iterable[str]:
    """For an index: the namespace of an object without a controller."""
    return () if controller_of(obj) else (obj["metadata"].get("namespace", ""),)


def controller_ref(owner: dict) -> dict:
    """The ownerReference by which an object belongs to its controller (metav1.NewControllerRef)."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


class Claims:
    """The objects of `resource` that belong to an owner (a resource too, e.g. `replicasets.apps` own `pods`)."""

    def __init__(
        self,
        client: Client,
        resource: str,
        owner_resource: str,
        wrote: Callable[[tuple, dict], None],
        finalizer: str = "",
    ) -> None:
        """`finalizer` is what an object carries while it belongs to its owner."""
        self._finalizers = [finalizer] if finalizer else []
        self._client, self._resource, self._owner_resource, self._wrote = client, resource, owner_resource, wrote

    async def claim(self, owner: dict, candidates: Iterable[dict]) -> list[dict]:
        """Those of `candidates` that `owner` controls, after adoption and release."""
        claimed, adoptable = [], None
        for obj in candidates:
            controller, matching = controller_of(obj), _selects(owner, obj)
            if controller and controller["uid"] != owner["metadata"]["uid"]:
                continue
            if controller and matching:
                claimed.append(obj)
            elif controller:
                await self._release(owner, obj)
            elif matching and not _deleting(obj) and not _deleting(owner):
                # asked of the API, and once a call: the informer may not know yet that the owner goes
                adoptable = await self._stands(owner) if adoptable is None else adoptable
                adopted = await self._adopt(owner, obj) if adoptable else None
                claimed += [adopted] if adopted else []
        return claimed

    async def _stands(self, owner: dict) -> bool:
        """Whether the owner, read afresh, is still the same and not being deleted."""
        metadata = owner["metadata"]
        try:
            fresh = await self._client.get(self._owner_resource, metadata["name"], metadata["namespace"])
        except ApiError as error:
            if error.code == 404:
                return False
            raise
        return fresh["metadata"]["uid"] == metadata["uid"] and not _deleting(fresh)

    async def _adopt(self, owner: dict, obj: dict) -> dict | None:
        # with its uid: another object may have the name by now
        metadata = {"ownerReferences": [controller_ref(owner)], "uid": obj["metadata"]["uid"]}
        metadata |= {"finalizers": self._finalizers} if self._finalizers else {}
        return await self._patch(owner, obj, {"metadata": metadata})

    async def _release(self, owner: dict, obj: dict) -> None:
        if _deleting(owner):
            return
        gone = {"$patch": "delete", "uid": owner["metadata"]["uid"]}
        metadata = {"ownerReferences": [gone], "uid": obj["metadata"]["uid"]}
        metadata |= {"$deleteFromPrimitiveList/finalizers": self._finalizers} if self._finalizers else {}
        await self._patch(owner, obj, {"metadata": metadata})

    async def _patch(self, owner: dict, obj: dict, patch: dict) -> dict | None:
        metadata = obj["metadata"]
        try:
            patched = await self._client.patch(
                self._resource, metadata["name"], patch, metadata["namespace"], type="strategic"
            )
        except ApiError as error:
            if error.code in (404, 422):
                return None
            raise
        self._wrote((owner["metadata"]["namespace"], owner["metadata"]["name"]), patched)
        return patched


def _selects(owner: dict, obj: dict) -> bool:
    return labels.matches(selector_of(owner), labels.labels_of(obj))


def selector_of(owner: dict) -> dict | None:
    """As a metav1.LabelSelector; that of a ReplicationController is a plain map."""
    selector = owner["spec"].get("selector")
    return {"matchLabels": selector or {}} if owner.get("kind") == "ReplicationController" else selector


def _deleting(obj: dict) -> bool:
    return bool(obj["metadata"].get("deletionTimestamp"))
