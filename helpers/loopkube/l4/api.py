"""The four verbs of the API that the L4 proxy needs, over HTTPS, without a library (its process stays small).

HTTP/1.0 on purpose: an answer then ends with its connection, and a watch is plain lines.
"""

import asyncio
import base64
import json
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from loopkube.api.errors import ApiError
from loopkube.client import Change, ObjectList

LINE_LIMIT = 8 * 1024 * 1024


class LightClient:
    """`list`, `watch`, `create` and `patch` of `client.Client`, by a kubeconfig with a token."""

    def __init__(self, kubeconfig: Path) -> None:
        cluster, user = _current(kubeconfig)
        url = urlsplit(cluster["server"])
        self._host, self._port = url.hostname or "127.0.0.1", url.port or 443
        self._token = user["token"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self._tls = ssl.create_default_context(cadata=authority)

    async def list(self, resource: str, namespace: str = "", *, labels: str = "", fields: str = "") -> ObjectList:
        path = _path(resource, namespace) + _query(labelSelector=labels, fieldSelector=fields)
        answer = await self._json("GET", path)
        return ObjectList(answer["items"] or [], answer["metadata"]["resourceVersion"])

    async def watch(
        self, resource: str, namespace: str = "", *, since: str = "", labels: str = "", fields: str = ""
    ) -> AsyncIterator[Change]:
        query = {"labelSelector": labels, "fieldSelector": fields, "resourceVersion": since}
        path = _path(resource, namespace) + _query(watch="1", allowWatchBookmarks="true", **query)
        reader, writer = await self._send("GET", path)
        try:
            await _expect_success(reader)
            while line := await reader.readline():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    raise ApiError.from_status(event["object"], 410)
                yield Change(event["type"], event["object"])
        finally:
            writer.close()

    async def create(
        self, resource: str, obj: dict, namespace: str = "", *, name: str = "", subresource: str = ""
    ) -> dict:
        return await self._json("POST", _path(resource, namespace), obj)

    async def patch(
        self,
        resource: str,
        name: str,
        patch: dict | list,
        namespace: str = "",
        *,
        subresource: str = "",
        type: str = "merge",
    ) -> dict:
        content = f"application/{type}-patch+json"
        return await self._json("PATCH", f"{_path(resource, namespace)}/{name}", patch, content)

    async def _json(self, method: str, path: str, body: object = None, content: str = "application/json") -> dict:
        reader, writer = await self._send(method, path, body, content)
        try:
            await _expect_success(reader)
            return json.loads(await reader.read())
        finally:
            writer.close()

    async def _send(
        self, method: str, path: str, body: object = None, content: str = "application/json"
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=LINE_LIMIT)
        data = b"" if body is None else json.dumps(body).encode()
        head = [
            f"{method} {path} HTTP/1.0",
            f"Host: {self._host}:{self._port}",
            f"Authorization: Bearer {self._token}",
            "Accept: application/json",
            "User-Agent: loopkube-service-proxy",
        ]
        if data:
            head += [f"Content-Type: {content}", f"Content-Length: {len(data)}"]
        writer.write("\r\n".join([*head, "", ""]).encode() + data)
        await writer.drain()
        return reader, writer


async def _expect_success(reader: asyncio.StreamReader) -> None:
    """Read the head of an answer; raises ApiError for everything but 2xx."""
    first = (await reader.readline()).split(None, 2)
    if len(first) < 2:
        raise ConnectionResetError("the API closed the connection")
    while (await reader.readline()).strip():
        pass
    code = int(first[1])
    if code // 100 != 2:
        text = await reader.read()
        try:
            raise ApiError.from_status(json.loads(text), code)
        except ValueError:
            raise ApiError(code, "", text.decode("utf-8", "replace")) from None


def _path(resource: str, namespace: str) -> str:
    plural, _, group = resource.partition(".")
    prefix = f"/apis/{group}/v1" if group else "/api/v1"
    return f"{prefix}/namespaces/{namespace}/{plural}" if namespace else f"{prefix}/{plural}"


def _query(**parameters: str) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(given)}" if given else ""


def _current(kubeconfig: Path) -> tuple[dict, dict]:
    """(cluster, user) of the current context."""
    import yaml

    document = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))

    def named(group: str, name: str) -> dict:
        return next(entry for entry in document[group] if entry["name"] == name)

    context = named("contexts", document["current-context"])["context"]
    return named("clusters", context["cluster"])["cluster"], named("users", context["user"])["user"]
