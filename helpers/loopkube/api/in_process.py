"""The client that the cluster's own parts use: the API's verbs, called directly.

What they write takes the same way as a request from outside: encoded, decoded, judged and stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import orjson

from loopkube.api import aside, scale, subresources
from loopkube.api.credentials import ADMIN, AUTHENTICATED, MASTERS, User
from loopkube.api.delete_options import DeleteOptions
from loopkube.api.options import APPLY, ListOptions, WriteOptions
from loopkube.api.verbs import Api
from loopkube.client.client import Change, ObjectList, Patch
from loopkube.kinds import Kind
from loopkube.shared.status import no_such_resource

T = TypeVar("T")
_JSON = "application/json"
PATCH_TYPES = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": APPLY,
}


_USERS = {
    "kube-apiserver": User("system:apiserver", (MASTERS, AUTHENTICATED)),
    "kube-controller-manager": User("system:kube-controller-manager", (AUTHENTICATED,)),
    "kube-scheduler": User("system:kube-scheduler", (AUTHENTICATED,)),
    "kubelet": User("system:node", ("system:nodes", AUTHENTICATED)),
}
"""Who the cluster's own parts are, as admission is told."""


class InProcessClient:
    """Implements `loopkube.client.client.Client`. `manager` is the name noted in managedFields (`kubelet`, ...)."""

    def __init__(self, api: Api, manager: str = "loopkube") -> None:
        self._api = api
        self._options = WriteOptions(manager=manager, force=True, user=_USERS.get(manager, ADMIN))

    def _kind(self, resource: str) -> Kind:
        kind = self._api.kinds.named(resource)
        if kind is None:
            raise no_such_resource()
        return kind

    async def _run(self, target: tuple[Kind, str, str], body: bytes, verb: Callable[[Api], T]) -> T:
        return await aside.run(self._api, aside.is_large(self._api, *target, body), verb)

    async def get(self, resource: str, name: str, namespace: str = "") -> dict:
        """As stored, not a copy. Raises ApiError (404)."""
        return self._api.get(self._kind(resource), namespace, name).obj

    async def list(self, resource: str, namespace: str = "", *, labels: str = "", fields: str = "") -> ObjectList:
        """The objects as stored, not copies, and the version of the store that they are of."""
        kind, options = self._kind(resource), ListOptions(labels=labels, fields=fields)
        page = await aside.run(self._api, False, lambda api: api.list(kind, namespace, options))
        return ObjectList([stored.obj for stored in page.items], str(page.version))

    async def watch(
        self, resource: str, namespace: str = "", *, since: str = "", labels: str = "", fields: str = ""
    ) -> AsyncIterator[Change]:
        """Changes after `since`. Ends with a 410 ApiError when the watcher was too slow for the store's window."""
        options = ListOptions(labels=labels, fields=fields, version=since, watch=True, bookmarks=True)
        with self._api.watch(self._kind(resource), namespace, options) as watch:
            async for batch in watch.batches():
                for seen in batch:
                    yield Change(seen.type, seen.stored.obj if seen.stored else {"metadata": seen.bookmark})

    async def create(
        self, resource: str, obj: dict, namespace: str = "", *, name: str = "", subresource: str = ""
    ) -> dict:
        """The turn of the loop before it lets a controller that writes in a row be followed by others, as a network
        would."""
        await asyncio.sleep(0)  # a controller with a long queue must not keep others from their turn
        kind, body = self._kind(resource), orjson.dumps(obj)
        namespace = namespace or (obj.get("metadata") or {}).get("namespace", "")
        if subresource:
            return await self._run(
                (kind, namespace, name),
                body,
                lambda api: subresources.post(api, kind, namespace, name, subresource, body, _JSON, self._options),
            )
        created = await self._run(
            (kind, "", ""), body, lambda api: api.create(kind, namespace, body, _JSON, self._options)
        )
        return created.stored.obj

    async def update(self, resource: str, obj: dict, *, subresource: str = "") -> dict:
        """Returns the object as stored. Raises ApiError: 404, 409 for another resourceVersion, 422."""
        await asyncio.sleep(0)
        kind, metadata, body = self._kind(resource), obj["metadata"], orjson.dumps(obj)
        name, namespace = metadata["name"], metadata.get("namespace", "")
        if subresource == "scale":
            return await self._run(
                (kind, namespace, name),
                body,
                lambda api: scale.update(api, kind, namespace, name, body, _JSON, self._options),
            )
        updated = await self._run(
            (kind, namespace, name),
            body,
            lambda api: api.update(kind, namespace, name, body, _JSON, self._options, subresource),
        )
        return updated.stored.obj

    async def patch(
        self,
        resource: str,
        name: str,
        patch: Patch,
        namespace: str = "",
        *,
        subresource: str = "",
        type: str = "merge",
    ) -> dict:
        """`type` is merge, json, strategic or apply. Returns the object as stored; raises ApiError."""
        await asyncio.sleep(0)
        kind, body, way = self._kind(resource), orjson.dumps(patch), PATCH_TYPES[type]
        if subresource == "scale":
            return await self._run(
                (kind, namespace, name),
                body,
                lambda api: scale.patch(api, kind, namespace, name, body, way, self._options),
            )
        patched = await self._run(
            (kind, namespace, name),
            body,
            lambda api: api.patch(kind, namespace, name, body, way, self._options, subresource),
        )
        return patched.stored.obj

    async def delete(
        self,
        resource: str,
        name: str,
        namespace: str = "",
        *,
        grace: int | None = None,
        propagation: str = "",
        uid: str = "",
    ) -> dict:
        """`grace` in seconds, None for the kind's own; with `uid` only that object. Raises ApiError: 404, 409."""
        await asyncio.sleep(0)
        options = DeleteOptions(grace=grace, propagation=propagation, uid=uid, user=self._options.user)
        kind = self._kind(resource)
        deleted = await aside.run(self._api, False, lambda api: api.delete(kind, namespace, name, options))
        return deleted.stored.obj if deleted.stored else deleted.status or {}
