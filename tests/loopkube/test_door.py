"""Connections without a token are bounded; those of somebody known live on."""

import asyncio
import contextlib
import resource
import socket
import ssl

import psutil
import pytest
from loopkube.api import door
from served import Served

CROWD = 2_000
MEGABYTES = 200
"""More than the strangers that are let in take, and less than this crowd took before it was bounded."""


@pytest.fixture(autouse=True)
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 3 * CROWD), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def silent(served: Served, tls: ssl.SSLContext | None) -> socket.socket:
    """Connects, shakes hands when it has TLS, and says no more."""
    loop = asyncio.get_running_loop()
    connection = socket.create_connection(("127.0.0.1", served.server.port))
    connection.setblocking(False)
    if tls:
        connection = tls.wrap_socket(connection, do_handshake_on_connect=False, server_hostname="127.0.0.1")
    while isinstance(connection, ssl.SSLSocket):
        try:
            connection.do_handshake()
            break
        except ssl.SSLWantReadError:
            seen = loop.create_future()
            loop.add_reader(connection, seen.set_result, None)
            await seen
            loop.remove_reader(connection)
    await asyncio.sleep(0)
    return connection


def is_open(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1))
    except (ssl.SSLWantReadError, BlockingIOError):
        return True
    except OSError:
        return False


@pytest.mark.parametrize(("crowd", "shakes_hands"), [(CROWD, False), (500, True)])
async def test_strangers_are_bounded(served: Served, crowd: int, shakes_hands: bool) -> None:
    """A watch that was there before goes on, and everybody is still served."""
    tls = ssl.create_default_context(cadata=served.credentials.ca) if shakes_hands else None
    before = psutil.Process().memory_info().rss
    watching = served.session.get("/api/v1/namespaces/default/configmaps?watch=true", headers=served.headers())
    with contextlib.ExitStack() as stack:
        async with watching as watch:
            connections = [stack.enter_context(await silent(served, tls)) for _ in range(crowd)]
            await asyncio.sleep(0.2)
            still_open = [connection for connection in connections if is_open(connection)]
            assert served.server.strangers <= door.STRANGERS
            assert 0 < len(still_open) <= door.STRANGERS
            assert still_open[-1] is connections[-1]
            assert (psutil.Process().memory_info().rss - before) / 2**20 < MEGABYTES
            assert (await served.call("GET", "/version")).status == 200
            await served.client.create("configmaps", {"metadata": {"name": "seen"}}, "default")
            assert b'"name":"seen"' in await asyncio.wait_for(watch.content.readline(), 5)


async def test_a_token_is_what_makes_known(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "STRANGERS", 1)
    for token, strangers in (("", 1), ("wrong", 1), (None, 0)):
        await served.call("GET", "/api/v1/namespaces", token=token)
        assert served.server.strangers == strangers


async def test_a_silent_handshake_ends(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SECONDS_TO_SHAKE_HANDS", 0.1)
    with await silent(served, None) as connection:
        connection.settimeout(5)
        assert await asyncio.to_thread(connection.recv, 1) == b""
    assert served.server.strangers == 0
