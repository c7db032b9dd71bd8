"""manifests/app/app.py: an answer that comes later, so that requests are under way at the same time."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "manifests" / "app" / "app.py"


@pytest.fixture
def port() -> Iterator[int]:
    """Where the program listens, run as its manifest would run it."""
    env = os.environ | {"SERVICE": "order-svc", "PORT": "0"}
    process = subprocess.Popen([sys.executable, PROGRAM], env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    yield int(process.stdout.readline().split()[-1])
    process.terminate()
    process.wait(timeout=5)
    process.stdout.close()


def ask(port: int, path: str) -> tuple[float, str]:
    """After how many seconds the answer came, and the path that the application saw."""
    begin = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=8)
    try:
        connection.request("GET", path)
        return time.monotonic() - begin, json.load(connection.getresponse())["path"]
    finally:
        connection.close()


def test_requests_that_are_answered_later_wait_together(port: int) -> None:
    begin = time.monotonic()
    with ThreadPoolExecutor(8) as clients:
        list(clients.map(lambda number: ask(port, f"/plain?seconds=0.5&n={number}"), range(8)))
    assert 0.5 <= time.monotonic() - begin < 3.5


@pytest.mark.parametrize("query", ["seconds=0", "seconds=", "seconds=nan", "seconds=1e9", "milliseconds=9", "n=1"])
def test_any_other_query_is_answered_at_once(port: int, query: str) -> None:
    begin = time.monotonic()
    assert ask(port, f"/plain?{query}")[1] == f"/plain?{query}"
    assert time.monotonic() - begin < 1.0
