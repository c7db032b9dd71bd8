"""manifests/app/steady.py: it takes its time, stands still, and ends at once."""

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "manifests" / "app" / "steady.py"


@pytest.fixture
def steady() -> Iterator[subprocess.Popen]:
    """The program as its manifest would run it; `port` is where it listens."""
    env = os.environ | {"SERVICE": "gentle-svc", "POD_NAME": "gentle-1", "PORT": "0", "STARTS_IN": "0.1"}
    process = subprocess.Popen([sys.executable, PROGRAM], env=env, stdout=subprocess.PIPE, text=True)
    process.port = int(process.stdout.readline().split()[-1])
    yield process
    process.kill()
    process.wait(timeout=5)
    process.stdout.close()


def ask(steady: subprocess.Popen, path: str) -> tuple[dict, float]:
    """What it said, and how long that took."""
    begin = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", steady.port, timeout=5)
    try:
        connection.request("GET", path)
        return json.load(connection.getresponse()), time.monotonic() - begin
    finally:
        connection.close()


def test_it_answers_with_its_names_and_work_takes_a_while(steady: subprocess.Popen) -> None:
    said, _ = ask(steady, "/x?q=1")
    assert (said["service"], said["pod"], said["path"]) == ("gentle-svc", "gentle-1", "/x?q=1")
    assert ask(steady, "/work")[1] >= 0.2


def test_while_it_stands_still_others_wait(steady: subprocess.Popen) -> None:
    ask(steady, "/stall")
    assert ask(steady, "/")[1] > 0.1


def test_told_to_end_it_ends_in_the_middle_of_an_answer(steady: subprocess.Popen) -> None:
    failed: list[Exception] = []

    def slow() -> None:
        try:
            ask(steady, "/slow")
        except (http.client.HTTPException, OSError) as error:
            failed.append(error)

    client = threading.Thread(target=slow)
    client.start()
    time.sleep(0.2)
    steady.terminate()
    assert steady.wait(timeout=1) == 0
    client.join()
    assert failed
