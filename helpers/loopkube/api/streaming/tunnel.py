"""kubectl's port-forward: SPDY/3.1 frames inside a WebSocket, a pair of streams for each connection (KEP-4006).

The client opens both streams of a pair with the headers `streamtype` (data, error), `port` and `requestid`.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from loopkube.api.streaming import spdy
from loopkube.shared.links import NodeLink
from loopkube.shared.status import ApiError

PROTOCOL = "SPDY/3.1+portforward.k8s.io"
CHUNK = 65536
BUFFERED = 64
"""Messages of one connection that wait for a slow Pod before the whole tunnel waits."""


@dataclass
class _Pair:
    """One forwarded connection; what the client sends waits in `incoming`, None at its end."""

    port: int = 0
    data: int = 0
    error: int = 0
    incoming: asyncio.Queue = field(default_factory=lambda: asyncio.Queue(BUFFERED))


async def serve(socket: web.WebSocketResponse, pod: dict, link: NodeLink) -> None:
    """Until the client goes or sends something that is not SPDY."""
    tunnel = _Tunnel(socket, pod, link)
    try:
        await tunnel.read()
    except spdy.BadFrame:
        await socket.close(code=1002, message=b"not SPDY/3.1")
    finally:
        await tunnel.end()


class _Tunnel:
    def __init__(self, socket: web.WebSocketResponse, pod: dict, link: NodeLink) -> None:
        self._socket, self._pod, self._link = socket, pod, link
        self._headers = spdy.Headers()
        self._pairs: dict[str, _Pair] = {}
        self._by_stream: dict[int, _Pair] = {}
        self._tasks: set[asyncio.Task] = set()

    async def read(self) -> None:
        frames = spdy.Reader()
        async for message in self._socket:
            if message.type is WSMsgType.BINARY:
                for frame in frames.feed(message.data):
                    await self._take(frame)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take(self, frame: spdy.Frame) -> None:
        if frame.type == spdy.SYN_STREAM:
            await self._open(frame)
        elif frame.type == spdy.DATA:
            await self._receive(frame)
        elif frame.type == spdy.RST_STREAM:
            await self._put(frame.stream, None)
        elif frame.type == spdy.PING:
            await self._socket.send_bytes(spdy.control_frame(spdy.PING, frame.data))

    async def _open(self, frame: spdy.Frame) -> None:
        headers = self._headers.read(frame)
        kind, port, request = (headers.get(name, "") for name in ("streamtype", "port", "requestid"))
        if kind not in ("data", "error") or not (port.isdigit() and 0 < int(port) < 65536):
            await self._socket.send_bytes(spdy.reset(frame.stream))
            return
        pair = self._pairs.setdefault(request, _Pair(int(port)))
        setattr(pair, kind, frame.stream)
        if kind == "data":
            self._by_stream[frame.stream] = pair
        await self._socket.send_bytes(spdy.reply(frame.stream, self._headers.write({})))
        if pair.data and pair.error:
            del self._pairs[request]
            task = asyncio.ensure_future(self._forward(pair))
            # kept here, for the loop holds a task only weakly
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _receive(self, frame: spdy.Frame) -> None:
        if frame.data:
            await self._put(frame.stream, frame.data)
        if frame.flags & spdy.FIN:
            await self._put(frame.stream, None)

    async def _put(self, stream: int, data: bytes | None) -> None:
        pair = self._by_stream.get(stream)
        if pair is not None:
            await pair.incoming.put(data)

    async def _forward(self, pair: _Pair) -> None:
        """One connection to the Pod, from its opening to the end of both streams, or until the client has gone."""
        with contextlib.suppress(ConnectionError):
            await self._carry(pair)

    async def _carry(self, pair: _Pair) -> None:
        try:
            reader, writer = await self._link.open_port(self._pod, pair.port)
        except (OSError, ApiError) as error:
            await self._refuse(pair, error)
            return
        sending = asyncio.ensure_future(_send(pair, writer))
        try:
            while data := await reader.read(CHUNK):
                await self._socket.send_bytes(spdy.data_frame(pair.data, data))
        except OSError as error:
            await self._refuse(pair, error)
        else:
            await self._finish(pair)
        finally:
            self._forget(pair)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            writer.close()

    async def _refuse(self, pair: _Pair, error: Exception) -> None:
        self._forget(pair)
        uid = self._pod["metadata"]["uid"]
        text = f"error forwarding port {pair.port} to pod {uid}, uid : {error}".encode()
        await self._socket.send_bytes(spdy.data_frame(pair.error, text))
        await self._finish(pair)

    def _forget(self, pair: _Pair) -> None:
        """Nobody takes what the client sends any more; a message that waits for room must not hold the tunnel."""
        self._by_stream.pop(pair.data, None)
        while not pair.incoming.empty():
            pair.incoming.get_nowait()

    async def _finish(self, pair: _Pair) -> None:
        for stream in (pair.data, pair.error):
            await self._socket.send_bytes(spdy.data_frame(stream, b"", spdy.FIN))


async def _send(pair: _Pair, writer: asyncio.StreamWriter) -> None:
    """From the client to the Pod; the client's end closes this direction only."""
    while (data := await pair.incoming.get()) is not None:
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
