"""Logs, exec and port-forward over a stand-in for the node."""

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest
from loopkube.api.streaming import spdy
from loopkube.api.streaming.tunnel import PROTOCOL
from loopkube.shared.links import LogOptions
from loopkube.shared.status import ApiError, bad_request
from served import Served

POD = "/api/v1/namespaces/default/pods/p"
V4, V5 = "v4.channel.k8s.io", "v5.channel.k8s.io"


class Echo:
    """A command that repeats its input on stdout, says `oops` on stderr when its input ends, and exits with 3."""

    def __init__(self) -> None:
        self.given: asyncio.Queue[bytes | None] = asyncio.Queue()
        self.size: tuple[int, int] | None = None
        self.killed = asyncio.Event()

    async def write(self, data: bytes) -> None:
        self.given.put_nowait(data)

    async def close_stdin(self) -> None:
        self.given.put_nowait(None)

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        while (data := await self.given.get()) is not None:
            yield 1, data
        yield 2, b"oops"

    async def wait(self) -> int:
        return 3

    async def resize(self, width: int, height: int) -> None:
        self.size = (width, height)

    async def kill(self) -> None:
        self.killed.set()


class Node:
    """Fills `api.links.NodeLink`."""

    def __init__(self) -> None:
        self.session, self.asked, self.ports = Echo(), [], {}

    async def logs(self, pod: dict, container: str, options: LogOptions) -> AsyncIterator[bytes]:
        self.asked.append((container, options))
        if options.previous:
            raise bad_request(f'previous terminated container "{container}" in pod "p" not found')
        yield b"one\n"
        if options.follow:
            await asyncio.sleep(0)
        yield b"two\n"

    async def exec(self, pod: dict, container: str, command: list[str], *, stdin: bool, tty: bool) -> Echo:
        self.asked.append((container, command, stdin, tty))
        return self.session

    async def attach(self, pod: dict, container: str, *, stdin: bool) -> Echo:
        self.asked.append((container, stdin))
        return self.session

    async def open_port(self, pod: dict, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if port not in self.ports:
            raise ConnectionRefusedError(111, "Connection refused")
        return await asyncio.open_connection("127.0.0.1", self.ports[port])


@pytest.fixture
async def node(served: Served) -> Node:
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    containers = [{"name": "app", "image": "python:3"}, {"name": "side", "image": "python:3"}]
    await served.client.create("pods", {"metadata": {"name": "p"}, "spec": {"containers": containers}}, "default")
    served.links["n1"] = Node()
    return served.links["n1"]


async def bind(served: Served) -> None:
    binding = {"metadata": {"name": "p"}, "target": {"kind": "Node", "name": "n1"}}
    await served.client.create("pods", binding, "default", name="p", subresource="binding")


async def test_logs(served: Served, node: Node) -> None:
    assert (await served.call("GET", f"{POD}/log?container=app")).status == 204
    await bind(served)
    reply = await served.call("GET", f"{POD}/log?container=side&follow=true&tailLines=5&timestamps=1")
    assert (reply.status, reply.text, reply.headers["Content-Type"]) == (200, "one\ntwo\n", "text/plain")
    assert node.asked == [("side", LogOptions(follow=True, tail_lines=5, timestamps=True))]


@pytest.mark.parametrize(
    ("protocols", "lines"),
    [((), [b"", b"one\n", b"two\n"]), (("binary.k8s.io",), [b"", b"one\n", b"two\n"]),
     (("base64.binary.k8s.io",), ["", "b25lCg==", "dHdvCg=="])],
)  # fmt: skip
async def test_logs_over_a_socket(served: Served, node: Node, protocols: tuple[str, ...], lines: list) -> None:
    """The conformance spec "Pods should support retrieving logs from the container over websockets"."""
    await bind(served)
    path = f"{POD}/log?container=app&follow=true"
    async with served.session.ws_connect(path, protocols=protocols, headers=served.headers()) as socket:
        assert [message.data async for message in socket] == lines
        assert socket.protocol == (protocols[0] if protocols else None)


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 400, "a container name must be specified for pod p, choose one of: [app side]"),
        ("container=none", 400, "container none is not valid for pod p"),
        ("container=app&tailLines=-1", 422, "must be greater than or equal to 0"),
        ("container=app&sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z", 422, "at most one of"),
        ("container=app&previous=true", 400, "previous terminated container"),
    ],
)
async def test_logs_that_are_refused(served: Served, node: Node, query: str, status: int, message: str) -> None:
    await bind(served)
    reply = await served.call("GET", f"{POD}/log?{query}")
    assert reply.status == status and message in reply.body["message"]


async def test_a_node_that_does_not_answer(served: Served, node: Node) -> None:
    await bind(served)
    served.links.clear()
    reply = await served.call("GET", f"{POD}/log?container=app")
    assert reply.status == 500 and "node n1" in reply.body["message"]


async def test_exec(served: Served, node: Node) -> None:
    await bind(served)
    url = f"{POD}/exec?container=app&command=cat&command=-u&stdin=true&stdout=true&stderr=true"
    async with served.session.ws_connect(url, headers=served.headers(), protocols=(V5, V4)) as socket:
        assert socket.protocol == V5
        assert await socket.receive_bytes() == b"\x01"
        await socket.send_bytes(b'\x04{"Width": 80, "Height": 24}')
        await socket.send_bytes(b"\x04nonsense")
        await socket.send_bytes(b"\x00hello")
        assert await socket.receive_bytes() == b"\x01hello"
        await socket.send_bytes(b"\xff\x00")
        assert await socket.receive_bytes() == b"\x02oops"
        outcome = await socket.receive_bytes()
        assert outcome[:1] == b"\x03" and b'"reason":"NonZeroExitCode"' in outcome and b'"message":"3"' in outcome
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert node.asked == [("app", ["cat", "-u"], True, False)] and node.session.size == (80, 24)


async def test_attach(served: Served, node: Node) -> None:
    await bind(served)
    url = f"{POD}/attach?container=app&stdin=true&stdout=true&stderr=true"
    async with served.session.ws_connect(url, headers=served.headers(), protocols=(V5, V4)) as socket:
        assert await socket.receive_bytes() == b"\x01"
        await socket.send_bytes(b'\x04{"Width": 80, "Height": 24}')
        await socket.send_bytes(b"\x00hello")
        assert await socket.receive_bytes() == b"\x01hello"
        await socket.send_bytes(b"\xff\x00")
        assert await socket.receive_bytes() == b"\x02oops"
    assert node.asked == [("app", True)] and node.session.size == (80, 24)
    async with asyncio.timeout(5):
        await node.session.killed.wait()


async def test_exec_takes_text(served: Served, node: Node) -> None:
    """The Python client sends a string as a text message."""
    await bind(served)
    url = f"{POD}/exec?container=app&command=cat&stdin=true&stdout=true"
    async with served.session.ws_connect(url, headers=served.headers(), protocols=(V4,)) as socket:
        assert await socket.receive_bytes() == b"\x01"
        await socket.send_str("\x00grüße\n")
        assert await socket.receive_bytes() == b"\x01" + "grüße\n".encode()


async def test_a_command_dies_with_its_client(served: Served, node: Node) -> None:
    await bind(served)
    url = f"{POD}/exec?container=app&command=cat&stdin=true"
    async with served.session.ws_connect(url, headers=served.headers(), protocols=(V4,)) as socket:
        await socket.receive_bytes()
    async with asyncio.timeout(5):
        await node.session.killed.wait()


async def test_streams_that_are_refused(served: Served, node: Node) -> None:
    await bind(served)
    assert (await served.call("POST", f"{POD}/exec?container=app&command=ls")).body[
        "message"
    ] == "Upgrade request required"
    assert "at least 1 command" in (await served.call("GET", f"{POD}/exec?container=app")).body["message"]
    assert (await served.call("GET", f"{POD}/attach?container=app")).body["message"] == "Upgrade request required"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        url = f"{POD}/exec?container=app&command=ls"
        await served.session.ws_connect(url, headers=served.headers(), protocols=("chat",))
    assert refused.value.status == 400
    assert node.asked == []  # no command was started for it


@pytest.fixture
async def upper() -> AsyncIterator[int]:
    """A server on a free port that answers each line in capitals and ends after the first."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.mark.parametrize("protocols", [(V4,), ()])
async def test_port_forward_over_channels(served: Served, node: Node, upper: int, protocols: tuple[str, ...]) -> None:
    await bind(served)
    node.ports[80] = upper
    url = f"{POD}/portforward?ports=80"
    async with served.session.ws_connect(url, headers=served.headers(), protocols=protocols) as socket:
        assert [await socket.receive_bytes() for _ in range(2)] == [b"\x00\x50\x00", b"\x01\x50\x00"]
        await socket.send_bytes(b"\x00hello\n")
        assert await socket.receive_bytes() == b"\x00HELLO\n"
        assert (await socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_a_port_that_nobody_serves(served: Served, node: Node) -> None:
    await bind(served)
    url = f"{POD}/portforward?ports=81,82"
    async with served.session.ws_connect(url, headers=served.headers(), protocols=(V4,)) as socket:
        found = [await socket.receive_bytes() for _ in range(6)]
    assert found[4][:1] == b"\x01" and b"error forwarding port 81" in found[4]
    assert found[5][:1] == b"\x03" and b"error forwarding port 82" in found[5]


@pytest.mark.parametrize("query", ["", "ports=", "ports=x", "ports=0", "ports=70000"])
async def test_ports_must_be_ports(served: Served, node: Node, query: str) -> None:
    await bind(served)
    assert (await served.call("GET", f"{POD}/portforward?{query}")).status == 400


async def test_a_refusal_of_the_node_is_an_answer(served: Served, node: Node) -> None:
    await bind(served)

    async def refuse(*arguments: object, **more: object) -> Echo:
        raise ApiError(500, "InternalError", 'unable to upgrade connection: container not found ("app")')

    node.exec = refuse  # type: ignore[method-assign]
    headers = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Protocol": V4}
    reply = await served.call("GET", f"{POD}/exec?container=app&command=ls", headers=headers)
    assert reply.status == 500 and "container not found" in reply.body["message"]


class Kubectl:
    """The client's half of a tunnel, in few lines."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._frames = socket, spdy.Reader()
        self._headers, self._waiting = spdy.Headers(), []

    async def open(self, stream: int, kind: str, port: int = 80, request: str = "0") -> None:
        block = self._headers.write({"streamType": kind, "port": str(port), "requestID": request})
        head = struct.pack(">IIH", stream, 0, 0)
        await self._socket.send_bytes(spdy.control_frame(spdy.SYN_STREAM, head + block))

    async def send(self, frame: bytes) -> None:
        await self._socket.send_bytes(frame[:5])
        await self._socket.send_bytes(frame[5:])

    async def frame(self) -> spdy.Frame:
        while not self._waiting:
            self._waiting += self._frames.feed(await self._socket.receive_bytes())
        return self._waiting.pop(0)


@pytest.fixture
async def tunnel(served: Served, node: Node) -> AsyncIterator[Kubectl]:
    await bind(served)
    url = f"{POD}/portforward"
    async with asyncio.timeout(10):
        async with served.session.ws_connect(url, headers=served.headers(), protocols=(PROTOCOL,)) as socket:
            assert socket.protocol == PROTOCOL
            yield Kubectl(socket)


def test_the_dictionary_is_that_of_the_standard() -> None:
    assert (len(spdy.DICTIONARY), zlib.adler32(spdy.DICTIONARY)) == (1423, 0xE3C6A7C2)


async def test_port_forward_as_kubectl_does_it(tunnel: Kubectl, node: Node, upper: int) -> None:
    node.ports[80] = upper
    for first, request in [(1, "0"), (5, "1")]:
        await tunnel.open(first, "error", request=request)
        await tunnel.open(first + 2, "data", request=request)
        assert [(f.type, f.stream) for f in [await tunnel.frame(), await tunnel.frame()]] == [
            (spdy.SYN_REPLY, first),
            (spdy.SYN_REPLY, first + 2),
        ]
        await tunnel.send(spdy.data_frame(first, b"", spdy.FIN))
        await tunnel.send(spdy.data_frame(first + 2, b"hel"))
        await tunnel.send(spdy.data_frame(first + 2, b"lo\n", spdy.FIN))
        found = [await tunnel.frame() for _ in range(3)]
        assert [(f.stream, f.data, f.flags) for f in found] == [
            (first + 2, b"HELLO\n", 0),
            (first + 2, b"", spdy.FIN),
            (first, b"", spdy.FIN),
        ]


async def test_a_tunnel_to_a_port_that_nobody_serves(tunnel: Kubectl) -> None:
    await tunnel.open(1, "error", port=81)
    await tunnel.open(3, "data", port=81)
    found = [await tunnel.frame() for _ in range(5)][2:]
    assert found[0].stream == 1 and b"error forwarding port 81" in found[0].data
    assert [(f.stream, f.flags) for f in found[1:]] == [(3, spdy.FIN), (1, spdy.FIN)]


async def test_pings_are_answered_and_odd_streams_reset(tunnel: Kubectl) -> None:
    await tunnel.send(spdy.control_frame(spdy.PING, b"\0\0\0\x07"))
    assert await tunnel.frame() == spdy.Frame(spdy.PING, 0, 0, b"\0\0\0\x07")
    await tunnel.open(1, "chat")
    assert (await tunnel.frame()).type == spdy.RST_STREAM


@pytest.mark.parametrize(
    "bad", [b"GET / HTTP/1.1\r\n", b"\x80\x02\0\x01\0\0\0\x04\0\0\0\0", b"\x80\x03\0\x01\0\0\0\x0a" + b"x" * 10]
)
async def test_what_is_no_spdy_ends_the_tunnel(tunnel: Kubectl, bad: bytes) -> None:
    await tunnel.send(bad)
    assert (await tunnel._socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
