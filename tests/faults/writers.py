"""Clients that write without pause and keep account of what was acknowledged."""

import random
import threading
from collections.abc import Callable

import requests

from bench.api import Api

Settled = dict[str, str | None]
"""Name of a ConfigMap → the value acknowledged last; None when its removal was."""


class Writer(threading.Thread):
    """Creates, changes and removes ConfigMaps of its own; a write without an answer leaves its name in `unsure`."""

    def __init__(self, number: int, namespace: str, api: Callable[[], Api]) -> None:
        super().__init__(name=f"writer {number}", daemon=True)
        self._number, self._namespace, self._api = number, namespace, api
        self._random = random.Random(number)
        self._ended = threading.Event()
        self.settled: Settled = {}
        self.unsure: set[str] = set()
        self.acknowledged = 0
        self.refused: list[str] = []

    def run(self) -> None:
        step = 0
        while not self._ended.is_set():
            step += 1
            try:
                self._write(step)
            except (requests.RequestException, OSError):
                self._ended.wait(0.02)

    def end(self) -> None:
        self._ended.set()
        self.join(10)

    def _write(self, step: int) -> None:
        known = [name for name, value in self.settled.items() if value is not None and name not in self.unsure]
        way = self._random.choice(("create", "create", "change", "remove")) if known else "create"
        name = f"w{self._number}-{step}" if way == "create" else self._random.choice(known)
        self.unsure.add(name)
        answer = self._send(way, name, str(step))
        if answer.status_code >= 300:
            self.refused.append(f"{way} {name}: {answer.status_code} {answer.text[:200]}")
            return
        self.settled[name] = None if way == "remove" else str(step)
        self.unsure.discard(name)
        self.acknowledged += 1

    def _send(self, way: str, name: str, value: str) -> requests.Response:
        api, body = self._api(), {"apiVersion": "v1", "kind": "ConfigMap", "data": {"value": value}}
        one = api.path("ConfigMap", self._namespace, name)
        if way == "create":
            many = api.path("ConfigMap", self._namespace)
            return api.session.post(many, json=body | {"metadata": {"name": name}}, timeout=5)
        if way == "change":
            headers = {"Content-Type": "application/merge-patch+json"}
            return api.session.patch(one, json={"data": {"value": value}}, headers=headers, timeout=5)
        return api.session.delete(one, timeout=5)


def lost(writers: list[Writer], stored: dict[str, str]) -> list[str]:
    """Acknowledged writes that are not as they were acknowledged."""
    found = []
    for writer in writers:
        for name, value in writer.settled.items():
            if name not in writer.unsure and stored.get(name) != value:
                found.append(f"{name}: acknowledged {value}, found {stored.get(name)}")
    return found
