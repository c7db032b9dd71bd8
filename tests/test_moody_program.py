"""manifests/app/moody.py: answers, late answers, and none."""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "manifests" / "app" / "moody.py"


@pytest.fixture
def moody() -> Iterator[subprocess.Popen]:
    """The program as its manifest would run it; `port` is where it listens."""
    env = os.environ | {"SERVICE": "site-svc", "POD_NAME": "site-1", "PORT": "0"}
    process = subprocess.Popen([sys.executable, PROGRAM], env=env, stdout=subprocess.PIPE, text=True)
    process.port = int(process.stdout.readline().split()[-1])
    yield process
    process.terminate()
    process.wait(timeout=5)
    process.stdout.close()


def ask(moody: subprocess.Popen, path: str, method: str = "GET", body: bytes = b"") -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", moody.port, timeout=5)
    try:
        connection.request(method, path, body=body, headers={"X-Colour": "red"})
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def test_it_answers_with_what_it_saw(moody: subprocess.Popen) -> None:
    status, said = ask(moody, "/?q=1", "POST", b"x" * 5000)
    assert (status, said["service"], said["pod"], said["path"], said["length"]) == (
        200, "site-svc", "site-1", "/?q=1", 5000,
    )  # fmt: skip
    assert said["headers"]["X-Colour"] == "red"
    assert ask(moody, "/nothing")[0] == 404


def test_slow_answers_late_and_says_when_it_is_done(moody: subprocess.Popen) -> None:
    begin = time.monotonic()
    assert ask(moody, "/slow?seconds=0.2")[0] == 200
    assert time.monotonic() - begin >= 0.2
    assert moody.stdout.readline() == "slow: done\n"


def test_a_crash_gives_no_answer(moody: subprocess.Popen) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(moody, "/crash")
    assert moody.wait(timeout=5) == 1
