"""Port-forwards that end in the middle, by the client's side or by the Pod's, leave no complaint in the log."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from loopkube.api.streaming.tunnel import PROTOCOL
from served import Served
from test_streaming import POD, V4, Kubectl, Node, bind, node  # noqa: F401


@pytest.fixture
async def torrent(node: Node) -> AsyncIterator[set[asyncio.StreamWriter]]:  # noqa: F811
    """A Pod that sends without end; its connections."""
    connections: set[asyncio.StreamWriter] = set()

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except OSError:
            writer.close()

    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    node.ports[80] = server.sockets[0].getsockname()[1]
    yield connections
    server.close()


async def _open(socket: aiohttp.ClientWebSocketResponse, protocol: str) -> None:
    if protocol == PROTOCOL:
        kubectl = Kubectl(socket)
        await kubectl.open(1, "error")
        await kubectl.open(3, "data")
    while len(await socket.receive_bytes()) < 1000:
        pass


async def _wait_for_the_end() -> None:
    for _ in range(10):
        await asyncio.sleep(0.02)
    gc.collect()


def _unretrieved(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [said for said in caplog.messages if "never retrieved" in said]


@pytest.mark.parametrize("protocol", [V4, PROTOCOL])
@pytest.mark.parametrize("who", ["the client says so", "the client vanishes", "the Pod is killed"])
async def test_nothing_is_left_unretrieved(
    served: Served, torrent: set[asyncio.StreamWriter], caplog: pytest.LogCaptureFixture, protocol: str, who: str
) -> None:
    await bind(served)
    async with asyncio.timeout(10):
        socket = await served.session.ws_connect(
            f"{POD}/portforward?ports=80,81", headers=served.headers(), protocols=(protocol,)
        )
        await _open(socket, protocol)
        if who == "the client says so":
            await socket.close()
        elif who == "the client vanishes":
            socket._response.connection.transport.abort()
        else:
            for writer in torrent:
                writer.transport.abort()
            while protocol == V4 and (await socket.receive()).type != aiohttp.WSMsgType.CLOSED:
                pass
        await _wait_for_the_end()
        await socket.close()
    await _wait_for_the_end()
    assert not _unretrieved(caplog)


async def test_a_tunnel_whose_client_has_gone_ends_quietly(
    served: Served,
    torrent: set[asyncio.StreamWriter],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first that hears of it may be what comes from the Pod."""
    caplog.set_level(logging.WARNING)
    await bind(served)
    sent = aiohttp.web.WebSocketResponse.send_bytes
    gone = False

    async def send(socket: aiohttp.web.WebSocketResponse, data: bytes, *more: object) -> None:
        if gone:
            raise aiohttp.ClientConnectionResetError("Cannot write to closing transport")
        await sent(socket, data, *more)

    monkeypatch.setattr(aiohttp.web.WebSocketResponse, "send_bytes", send)
    async with served.session.ws_connect(
        f"{POD}/portforward", headers=served.headers(), protocols=(PROTOCOL,)
    ) as socket:
        await _open(socket, PROTOCOL)
        gone = True
        async with asyncio.timeout(5):
            while not socket.closed and torrent and not all(writer.is_closing() for writer in torrent):
                await asyncio.sleep(0.02)
    await _wait_for_the_end()
    assert not _unretrieved(caplog)
