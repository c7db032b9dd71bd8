"""What the customers wrote down: a line of JSON for each request, in the lab's state folder, and who writes it."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from ingress_lab.http.answers import NOBODY, Answer
from labcore.machine import paths
from loopkube.cluster import private

from labtools.capstone.customer import Seen
from labtools.capstone.shop import SHOWN, Ask

_END = 10.0  # seconds in which a sender ends: one request may take five


def folder() -> Path:
    return private.folder(paths.state() / "capstone")


def ca_file() -> Path:
    """The CA that the shop's customers believe."""
    return folder() / "ca.crt"


@dataclass(frozen=True)
class Line:
    """One request: when, what for, by which way, and what came back."""

    at: float
    url: str
    place: str = ""
    nginx: bool = False
    user: bool = False
    pod: str = ""
    """Of the customer who comes back with a cookie."""
    status: int = 0
    service: str = NOBODY
    path: str = ""
    location: str = ""
    error: str = ""
    shown: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, begun: float, ask: Ask, seen: Seen, pod: str) -> Self:
        a = seen.answer
        return cls(round(begun, 3), ask.url, seen.place, seen.by_nginx, ask.user, pod, a.status, a.service, a.path,
                   a.location, a.error, a.layers.get(SHOWN, {}))  # type: ignore[arg-type]  # fmt: skip

    @property
    def answer(self) -> Answer:
        """As far as it is judged."""
        headers = {"Location": self.location} if self.location else {}
        layers: dict[str, object] = {SHOWN: self.shown} if self.shown else {}
        return Answer(self.url, self.status, self.service, path=self.path, headers=headers, layers=layers,
                      error=self.error)  # fmt: skip


class Record:
    """The lines of this attempt; several threads write."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or folder() / "record.jsonl"
        self._lock = threading.Lock()

    def begin(self) -> None:
        private.write(self._path, "")

    def add(self, begun: float, ask: Ask, seen: Seen, pod: str = "") -> None:
        line = Line.of(begun, ask, seen, pod)
        text = json.dumps({key: value for key, value in asdict(line).items() if value})
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def lines(self) -> Iterator[Line]:
        """As far as it is written; a line that is half written comes the next time."""
        if not self._path.exists():
            return
        with self._path.open(encoding="utf-8") as file:
            for text in file:
                with suppress(ValueError, TypeError):
                    yield Line(**json.loads(text))


@dataclass(frozen=True)
class Sender:
    """The process that asks: where, and since when."""

    pid: int
    started: float
    cluster: str
    namespace: str
    begun: float

    @property
    def alive(self) -> bool:
        """It is there and began when it says: the same number may be another process by now."""
        import psutil

        try:
            process = psutil.Process(self.pid)
            return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - self.started) < 1
        except psutil.Error:
            return False

    def remember(self) -> None:
        folder()
        private.write(_note(), json.dumps(asdict(self)))

    def end(self) -> None:
        """Ask it to end, and see that it does."""
        if not self.alive:
            return
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + _END
        while self.alive:
            if time.monotonic() > deadline:
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
                if time.monotonic() > deadline + _END:
                    return
            time.sleep(0.05)


def sender() -> Sender | None:
    """The one that was started last, whether or not it still runs."""
    try:
        return Sender(**json.loads(_note().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _note() -> Path:
    return paths.state() / "capstone" / "sender.json"
