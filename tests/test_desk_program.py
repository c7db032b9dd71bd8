"""manifests/app/desk.py: where it listens, which paths it knows, and how long /healthz takes."""

import http.client
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent.parent / "manifests" / "app" / "desk.py"


def asked(environment: dict[str, str], *paths: str) -> list[tuple[int, dict]]:
    env = os.environ | {"SERVICE": "desk", "POD_NAME": "desk-1", "PORT": "0"} | environment
    with subprocess.Popen([sys.executable, PROGRAM], env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = int(process.stdout.readline().split()[-1])
            return [ask(port, path) for path in paths]
        finally:
            process.terminate()


def ask(port: int, path: str) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.load(answer)
    finally:
        connection.close()


def test_it_answers_at_the_paths_that_it_knows() -> None:
    page, none, health = asked({"HOST": "127.0.0.1", "PATHS": "/a /b"}, "/a?q=1", "/c", "/healthz")
    assert (page[0], page[1]["service"], page[1]["pod"], page[1]["path"]) == (200, "desk", "desk-1", "/a?q=1")
    assert (none[0], none[1]["service"], health) == (404, "desk", (200, {"status": "ok"}))


def test_it_refreshes_at_the_same_time_in_every_pod(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFRESH", "6")
    monkeypatch.setenv("WORK", "3")
    spec = importlib.util.spec_from_file_location("desk", PROGRAM)
    desk = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(desk)
    assert [desk.refreshing(600 + second) for second in (0, 1, 3, 5, 6)] == [3, 2, 0, 0, 3]
