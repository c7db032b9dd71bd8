"""The API's verbs over HTTPS, for parts that run in a process of their own.

A lost connection is an ApiError 503, so that callers handle it like any other refusal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from loopkube.client import kubeconfig
from loopkube.client.client import Change, ObjectList, Patch
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import ApiError, no_such_resource

if TYPE_CHECKING:
    import aiohttp

_PATCH_TYPES = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}
_EXPIRED = 410


class HttpsClient:
    """Implements `loopkube.client.client.Client` for the current context of a kubeconfig; `close` when done."""

    def __init__(self, config: Path | str, agent: str = "loopkube", kinds: Kinds | None = None) -> None:
        self._access, self._agent = kubeconfig.read(config), agent
        self._kinds = kinds or Kinds()
        self._open: aiohttp.ClientSession | None = None

    def _session(self) -> aiohttp.ClientSession:
        if self._open is None:
            import aiohttp

            headers = {"Authorization": f"Bearer {self._access.token}", "User-Agent": f"{self._agent}/1"}
            connector = aiohttp.TCPConnector(ssl=self._access.tls(), limit=0)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=10)
            self._open = aiohttp.ClientSession(
                self._access.server, headers=headers, connector=connector, timeout=timeout
            )
        return self._open

    async def close(self) -> None:
        """Closes its connections. Harmless when called twice."""
        session, self._open = self._open, None
        if session is not None:
            await session.close()

    def _path(self, resource: str, namespace: str, name: str = "", subresource: str = "") -> str:
        kind = self._kind(resource)
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        scope = f"/namespaces/{namespace}" if namespace and kind.namespaced else ""
        parts = [part for part in (kind.plural, name, subresource) if part]
        return f"{root}{scope}/{'/'.join(parts)}"

    def _kind(self, resource: str) -> Kind:
        kind = self._kinds.named(resource)
        if kind is None:
            raise no_such_resource()
        return kind

    async def _call(
        self, method: str, path: str, body: object = None, content_type: str = "application/json", **query: str
    ) -> dict:
        import aiohttp

        data = orjson.dumps(body) if body is not None else None
        headers = {"Content-Type": content_type} if data is not None else {}
        params = {name: value for name, value in query.items() if value}
        try:
            async with self._session().request(method, path, params=params, data=data, headers=headers) as response:
                return _checked(await response.read(), response.status)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise _unreachable(error) from None

    async def get(self, resource: str, name: str, namespace: str = "") -> dict:
        """Raises ApiError (404)."""
        return await self._call("GET", self._path(resource, namespace, name))

    async def list(self, resource: str, namespace: str = "", *, labels: str = "", fields: str = "") -> ObjectList:
        """Each item with its kind and apiVersion, which a list leaves out."""
        listed = await self._call("GET", self._path(resource, namespace), labelSelector=labels, fieldSelector=fields)
        kind = self._kind(resource)
        head = {"kind": kind.kind, "apiVersion": kind.api_version}
        return ObjectList([head | item for item in listed["items"]], listed["metadata"]["resourceVersion"])

    async def watch(
        self, resource: str, namespace: str = "", *, since: str = "", labels: str = "", fields: str = ""
    ) -> AsyncIterator[Change]:
        """Changes after `since`, over as many requests as it takes; raises a 410 ApiError when it has to be listed
        again."""
        query = {"watch": "true", "allowWatchBookmarks": "true", "labelSelector": labels, "fieldSelector": fields}
        path = self._path(resource, namespace)
        while True:
            async for change in self._watch_once(path, query | {"resourceVersion": since}):
                # before it is handed on: the next request goes on behind it, whatever becomes of it there
                since = change.object["metadata"]["resourceVersion"]
                yield change

    async def _watch_once(self, path: str, query: dict[str, str]) -> AsyncIterator[Change]:
        """One request's worth of a watch; the server ends each after a while."""
        import aiohttp

        params = {name: value for name, value in query.items() if value}
        try:
            async with self._session().get(path, params=params) as response:
                if response.status != 200:
                    _checked(await response.read(), response.status)
                rest = b""
                async for chunk in response.content.iter_any():
                    # a chunk may end within a line, whose rest comes with the next one
                    *lines, rest = (rest + chunk).split(b"\n")
                    for line in lines:
                        yield _change(orjson.loads(line))
        except (TimeoutError, aiohttp.ClientError) as error:
            raise _unreachable(error) from None

    async def create(
        self, resource: str, obj: dict, namespace: str = "", *, name: str = "", subresource: str = ""
    ) -> dict:
        """In `namespace`, else in the object's own. Returns the object as stored; raises ApiError."""
        namespace = namespace or obj.get("metadata", {}).get("namespace", "")
        return await self._call("POST", self._path(resource, namespace, name, subresource), obj)

    async def update(self, resource: str, obj: dict, *, subresource: str = "") -> dict:
        """Returns the object as stored. Raises ApiError: 404, 409 for another resourceVersion, 422."""
        metadata = obj["metadata"]
        return await self._call(
            "PUT", self._path(resource, metadata.get("namespace", ""), metadata["name"], subresource), obj
        )

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
        """`type` is merge, strategic-merge, json or apply; apply writes in the name of this client."""
        path = self._path(resource, namespace, name, subresource)
        query = {"fieldManager": self._agent, "force": "true"} if type == "apply" else {}
        return await self._call("PATCH", path, patch, _PATCH_TYPES[type], **query)

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
        options: dict = {"kind": "DeleteOptions", "apiVersion": "v1"}
        if grace is not None:
            options["gracePeriodSeconds"] = grace
        if propagation:
            options["propagationPolicy"] = propagation
        if uid:
            options["preconditions"] = {"uid": uid}
        return await self._call("DELETE", self._path(resource, namespace, name), options)


def _checked(data: bytes, status: int) -> dict:
    """The body of an answer; a Status of failure is raised."""
    try:
        body = orjson.loads(data)
    except ValueError:
        body = {"message": data.decode(errors="replace")}
    if status >= 400:
        raise ApiError.from_status(body, status)
    return body


def _change(event: dict) -> Change:
    if event["type"] == "ERROR":
        raise ApiError.from_status(event["object"], event["object"].get("code", _EXPIRED))
    return Change(event["type"], event["object"])


def _unreachable(error: Exception) -> ApiError:
    return ApiError(503, "ServiceUnavailable", f"the API server cannot be reached: {error}")
