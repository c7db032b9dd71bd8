"""The four verbs of the API that the L4 proxy needs, over HTTPS, without a library (its process stays small)."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from loopkube.client import kubeconfig
from loopkube.client.client import Change, ObjectList
from loopkube.shared.status import ApiError


class LightClient:
    """`list`, `watch`, `create` and `patch` of `client.Client`, by a kubeconfig with a token."""

    def __init__(self, config: Path) -> None:
        access = kubeconfig.read(config)
        url = urlsplit(access.server)
        self._host, self._port = url.hostname or "127.0.0.1", url.port or 443
        self._token, self._tls = access.token, access.tls()

    async def list(self, resource: str, namespace: str = "", *, labels: str = "", fields: str = "") -> ObjectList:
        """Items without kind and apiVersion, as a list has them."""
        path = _path(resource, namespace) + _query(labelSelector=labels, fieldSelector=fields)
        answer = await self._json("GET", path)
        return ObjectList(answer["items"] or [], answer["metadata"]["resourceVersion"])

    async def watch(
        self, resource: str, namespace: str = "", *, since: str = "", labels: str = "", fields: str = ""
    ) -> AsyncIterator[Change]:
        """Until the server ends it; raises ApiError, for an ERROR event too."""
        query = {"labelSelector": labels, "fieldSelector": fields, "resourceVersion": since}
        path = _path(resource, namespace) + _query(watch="1", allowWatchBookmarks="true", **query)
        reader, writer = await self._send("GET", path)
        try:
            async for line in _lines(_body(reader, await _success(reader))):
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
        patch: dict | Sequence,
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
            return json.loads(await _whole(reader, await _success(reader)))
        finally:
            writer.close()

    async def _send(
        self, method: str, path: str, body: object = None, content: str = "application/json"
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        data = b"" if body is None else json.dumps(body).encode()
        head = [
            f"{method} {path} HTTP/1.1",
            f"Host: {self._host}:{self._port}",
            f"Authorization: Bearer {self._token}",
            "Accept: application/json",
            # a connection for each request: between its writes the proxy keeps open only those of its watches
            "Connection: close",
            "User-Agent: loopkube-service-proxy",
        ]
        if data:
            head += [f"Content-Type: {content}", f"Content-Length: {len(data)}"]
        writer.write("\r\n".join([*head, "", ""]).encode() + data)
        await writer.drain()
        return reader, writer


async def _success(reader: asyncio.StreamReader) -> dict[str, str]:
    """The headers of an answer; raises ApiError for everything but 2xx."""
    first = (await reader.readline()).split(None, 2)
    if len(first) < 2:
        raise ConnectionResetError("the API closed the connection")
    headers = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    code = int(first[1])
    if code // 100 != 2:
        text = await _whole(reader, headers)
        try:
            raise ApiError.from_status(json.loads(text), code)
        except ValueError:
            raise ApiError(code, "", text.decode("utf-8", "replace")) from None
    return headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> AsyncIterator[bytes]:
    """The body in the pieces in which it was sent (RFC 9112, section 7.1)."""
    if headers.get("transfer-encoding") != "chunked":
        yield await reader.read()
        return
    while size := int((await reader.readline()).split(b";")[0] or b"0", 16):
        yield await reader.readexactly(size)
        await reader.readline()


async def _whole(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    return b"".join([piece async for piece in _body(reader, headers)])


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line


def _path(resource: str, namespace: str) -> str:
    plural, _, group = resource.partition(".")
    prefix = f"/apis/{group}/v1" if group else "/api/v1"
    return f"{prefix}/namespaces/{namespace}/{plural}" if namespace else f"{prefix}/{plural}"


def _query(**parameters: str) -> str:
    given = {name: value for name, value in parameters.items() if value}
    return f"?{urlencode(given)}" if given else ""
