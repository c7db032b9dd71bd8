"""Single probes: what they find."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from loopkube.node.probes import Outcome, Target, check


async def no_exec(command: list[str], seconds: float) -> tuple[int, str]:
    raise AssertionError("not asked for")


def target(port: int = 0, execute=no_exec) -> Target:
    return Target("127.0.0.1", "127.0.0.9", {"http": port}, execute)


@asynccontextmanager
async def server(answer: bytes, requests: list[bytes] | None = None) -> AsyncIterator[int]:
    """A server that gives the same answer to everybody; yields its port."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n") if answer is not None else b""
        if requests is not None:
            requests.append(head + repr(writer.get_extra_info("peername")[0]).encode())
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(handle, "127.0.0.1", 0) as running:
        yield running.sockets[0].getsockname()[1]


async def get(port: int, **more: object) -> Outcome:
    return await check({"httpGet": {"path": "/ping", "port": "http"} | more}, target(port))


@pytest.mark.parametrize(
    ("code", "ok"), [(200, True), (204, True), (399, True), (404, False), (500, False), (199, False)]
)
async def test_http_status(code: int, ok: bool) -> None:
    async with server(f"HTTP/1.1 {code} X\r\n\r\n".encode()) as port:
        outcome = await get(port)
    assert outcome == Outcome(ok, "" if ok else f"HTTP probe failed with statuscode: {code}")


async def test_an_http_probe_comes_from_the_node_as_kube_probe() -> None:
    requests: list[bytes] = []
    async with server(b"HTTP/1.0 200 OK\r\n\r\n", requests) as port:
        assert (await get(port, httpHeaders=[{"name": "X-A", "value": "b"}])).ok
    assert requests[0].startswith(b"GET /ping HTTP/1.1\r\n")
    assert b"User-Agent: kube-probe/" in requests[0] and b"X-A: b\r\n" in requests[0]
    assert requests[0].endswith(b"'127.0.0.9'")


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async with server(b"HTTP/1.1 302 Found\r\nLocation: /ping\r\n\r\n") as port:
        assert "stopped after 10 redirects" in (await get(port)).text
    async with server(b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere/\r\n\r\n") as port:
        assert (await get(port)).ok


async def test_failures_are_worded_as_go_words_them(unused_tcp_port: int) -> None:
    refused = await get(unused_tcp_port)
    place = f"127.0.0.1:{unused_tcp_port}"
    assert refused.text == f'Get "http://{place}/ping": dial tcp {place}: connect: connection refused'
    assert refused.refused
    tcp = await check({"tcpSocket": {"port": unused_tcp_port}}, target())
    assert tcp.text == f"dial tcp {place}: connect: connection refused"
    async with server(b"") as port:
        assert (await get(port)).text == f'Get "http://127.0.0.1:{port}/ping": EOF'
        assert (await check({"tcpSocket": {"port": "http"}}, target(port))).ok
    async with server(b"SSH-2.0\r\n\r\n") as port:
        assert "malformed HTTP response" in (await get(port)).text


async def test_commands() -> None:
    async def execute(command: list[str], seconds: float) -> tuple[int, str]:
        if command == ["slow"]:
            raise TimeoutError
        return (0, "fine") if command == ["good"] else (1, "bad\n")

    async def probe(word: str) -> Outcome:
        return await check({"exec": {"command": [word]}, "timeoutSeconds": 2}, target(execute=execute))

    assert await probe("good") == Outcome(True, "fine")
    assert await probe("bad") == Outcome(False, "bad\n")
    assert (await probe("slow")).text == 'command timed out: "slow" timed out after 2s'


async def test_grpc_is_refused() -> None:
    assert "not available" in (await check({"grpc": {"port": 1}}, target())).text
