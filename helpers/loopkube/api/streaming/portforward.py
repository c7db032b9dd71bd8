"""`pods/NAME/portforward`: connections to a Pod's ports over one WebSocket.

Two protocols: `v4.channel.k8s.io`, where the query names the ports and each has two channels (data and error), as
the Python client speaks it, and others that name no protocol; and SPDY inside a WebSocket, as kubectl speaks it since
v1.31 (see `spdy`).
"""

import asyncio

from aiohttp import web

from loopkube.api.call import Call
from loopkube.api.streaming import tunnel
from loopkube.api.streaming.channels import V4, payload, upgrade
from loopkube.api.streaming.pods import link_to
from loopkube.api.verbs import Api
from loopkube.shared.links import NodeLink
from loopkube.shared.status import ApiError, bad_request

CHUNK = 65536


async def answer(api: Api, call: Call) -> web.StreamResponse:
    """Carries TCP connections to a Pod: over a WebSocket with channels, or over SPDY in a WebSocket."""
    pod = api.get(call.kind, call.namespace, call.name).obj
    link = link_to(api, pod, "port-forward")
    if tunnel.PROTOCOL in call.request.headers.get("Sec-WebSocket-Protocol", ""):
        socket = await upgrade(call.request, (tunnel.PROTOCOL,))
        await tunnel.serve(socket, pod, link)
        return socket
    ports = _ports(call.query.all("ports"))
    socket = await upgrade(call.request, (V4, ""))
    await _Forwarding(socket, pod, link, ports).run()
    return socket


def _ports(given: list[str]) -> list[int]:
    parts = [part for text in given for part in text.split(",") if part]
    if not parts:
        raise bad_request('query parameter "ports" is required')
    if not all(part.isdigit() and 0 < int(part) < 65536 for part in parts):
        raise bad_request(f"invalid port: {next(p for p in parts if not (p.isdigit() and 0 < int(p) < 65536))}")
    return [int(part) for part in parts]


class _Forwarding:
    """All ports of one request: channel 2N carries the data of port N, channel 2N + 1 its error."""

    def __init__(self, socket: web.WebSocketResponse, pod: dict, link: NodeLink, ports: list[int]) -> None:
        self._socket, self._pod, self._link, self._ports = socket, pod, link, ports
        self._writers: dict[int, asyncio.StreamWriter] = {}

    async def run(self) -> None:
        for index, port in enumerate(self._ports):
            # before any data or refusal: the client takes the first two bytes of a channel for its port
            for channel in (2 * index, 2 * index + 1):
                await self._socket.send_bytes(bytes([channel]) + port.to_bytes(2, "little"))
        try:
            readers = [await self._connect(index, port) for index, port in enumerate(self._ports)]
            await self._copy([(index, reader) for index, reader in enumerate(readers) if reader is not None])
        finally:
            for writer in self._writers.values():
                writer.close()

    async def _copy(self, readers: list[tuple[int, asyncio.StreamReader]]) -> None:
        """Until every Pod's side or the client has ended."""
        copies = [asyncio.ensure_future(self._from_pod(index, reader)) for index, reader in readers]
        reading = asyncio.ensure_future(self._from_client())
        try:
            if copies:
                all_copied = asyncio.ensure_future(asyncio.wait(copies))
                await asyncio.wait({all_copied, reading}, return_when=asyncio.FIRST_COMPLETED)
                # only the waiting; the copies themselves are cancelled below
                all_copied.cancel()
            await self._socket.close()
        finally:
            for task in (*copies, reading):
                task.cancel()
            await asyncio.gather(*copies, reading, return_exceptions=True)

    async def _connect(self, index: int, port: int) -> asyncio.StreamReader | None:
        try:
            reader, self._writers[index] = await self._link.open_port(self._pod, port)
        except (OSError, ApiError) as error:
            await self._socket.send_bytes(bytes([2 * index + 1]) + refusal(self._pod, port, error))
            return None
        return reader

    async def _from_pod(self, index: int, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(CHUNK):
            await self._socket.send_bytes(bytes([2 * index]) + data)

    async def _from_client(self) -> None:
        async for message in self._socket:
            sent = payload(message)
            if not sent:
                continue
            writer = self._writers.get(sent[0] // 2)
            if sent[0] % 2 == 0 and writer is not None:
                writer.write(sent[1:])
                await writer.drain()


def refusal(pod: dict, port: int, error: Exception) -> bytes:
    """What the error channel says when the Pod does not take the connection."""
    uid = pod["metadata"]["uid"]
    return f"error forwarding port {port} to pod {uid}, uid : {error}".encode()
