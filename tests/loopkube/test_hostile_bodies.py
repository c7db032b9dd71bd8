"""Bodies made to exhaust the server: each gets its 4xx at once, and the server goes on."""

import asyncio
import ssl
import time

import pytest
from loopkube.api import resources, server
from served import Served

MAPS = "/api/v1/namespaces/default/configmaps"
BOMB = b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n".encode() for p, n in zip("abcdefghi", "bcdefghij", strict=True)
)
BODIES = {
    "deep lists": (b"[" * 1_000_000, "application/json"),
    "deep objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "application/json"),
    "deep, and an object": (
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":' + b"[" * 900 + b"]" * 900 + b"}",
        "application/json",
    ),
    "deep yaml": (b"[" * 100_000, "application/yaml"),
    "deep yaml in one line": (b"- " * 100_000 + b"x", "application/yaml"),
    "deep yaml in lines": (b"".join(b" " * n + b"a:\n" for n in range(2000)), "application/yaml"),
    "a bomb of aliases": (BOMB, "application/yaml"),
    "an anchor that contains itself": (b"a: &a [*a]", "application/yaml"),
    "too large": (b'{"a":"' + b"x" * 4_000_000 + b'"}', "application/json"),
    "not a number": (b'{"metadata":{"name":"a"},"data":{"a":NaN}}', "application/json"),
    "half a character": (b'{"metadata":{"name":"a\xff"}}', "application/json"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_it_is_refused_at_once(served: Served, name: str) -> None:
    data, media = BODIES[name]
    began = time.monotonic()
    answer = await served.call("POST", MAPS, data=data, headers={"Content-Type": media or "application/json"})
    assert 400 <= answer.status < 500, answer.text[:300]
    assert answer.body["kind"] == "Status"
    assert time.monotonic() - began < 3
    assert (await served.call("GET", "/readyz")).status == 200


async def test_few_aliases_are_as_good_as_none(served: Served) -> None:
    text = b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: &l {app: web}}\ndata: *l\n"
    answer = await served.call("POST", MAPS, data=text, headers={"Content-Type": "application/yaml"})
    assert answer.status == 201 and answer.body["data"] == {"app": "web"}


async def test_half_a_character_is_replaced(served: Served) -> None:
    text = (
        b'{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"},"data":{"a":"x\\ud800y","b":"\\ud83d\\ude00"}}'
    )
    answer = await served.call("POST", MAPS, data=text, headers={"Content-Type": "application/json"})
    assert answer.status == 201 and answer.body["data"] == {"a": "x\ufffdy", "b": "\N{GRINNING FACE}"}


async def test_a_body_that_does_not_come_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "LONGEST_BODY", 0.1)
    context = ssl.create_default_context(cadata=served.credentials.ca)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.server.port, ssl=context)
    head = f"POST {MAPS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {served.credentials.admin_token}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{".encode())
    assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_head_that_does_not_end_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first head of a connection, and the next one after an answer."""
    monkeypatch.setattr(server, "LONGEST_PAUSE", 0.2)
    brief = server.Server(served.api, served.credentials)
    await brief.start()
    context = ssl.create_default_context(cadata=served.credentials.ca)
    try:
        for before in ("", f"GET /version HTTP/1.1\r\nHost: localhost\r\n{_bearer(served)}\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", brief.port, ssl=context)
            writer.write(f"{before}GET {MAPS} HT".encode())
            answer = await asyncio.wait_for(reader.read(), 5)
            assert answer.startswith(b"HTTP/1.1 200") is bool(before)
            writer.close()
    finally:
        await brief.stop()


def _bearer(served: Served) -> str:
    return f"Authorization: Bearer {served.credentials.admin_token}"


async def test_many_silent_and_vanished_clients_cost_nothing(served: Served) -> None:
    """Watches that nobody reads, connections that say nothing or half a line: others are served as before."""
    context = ssl.create_default_context(cadata=served.credentials.ca)
    head = f"Host: localhost\r\nAuthorization: Bearer {served.credentials.admin_token}\r\n\r\n"
    opened = []
    for number in range(90):
        _, writer = await asyncio.open_connection("127.0.0.1", served.server.port, ssl=context)
        words = (f"GET {MAPS}?watch=1 HTTP/1.1\r\n{head}", f"GET {MAPS} HT", "")[number % 3]
        writer.write(words.encode())
        opened.append(writer)
    for writer in opened[::2]:
        writer.transport.abort()
    began = time.monotonic()
    for number in range(60):
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"c{number}"},
            "data": {"a": "x" * 50_000},
        }
        assert (await served.call("POST", MAPS, body)).status == 201
    assert time.monotonic() - began < 10
    for writer in opened:
        writer.transport.abort()
    async with asyncio.timeout(5):
        while served.api.store._of("configmaps").subscribers:
            await asyncio.sleep(0.01)
