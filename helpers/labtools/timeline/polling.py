"""A client that asks one URL again and again, and notes when the answer became another."""

import threading
import time
from dataclasses import dataclass

from ingress_lab.http.answers import NOBODY, Answer
from ingress_lab.http.probe import Client
from ingress_lab.kube.aliases import Aliases
from labcore.clusters import Entry

_PAUSE = 0.01


@dataclass(frozen=True)
class Answered:
    """The first answer of its kind: its status (0: none came), the Service that gave it ("" for the controller), and
    the Pod, by its own name; the first of another Pod is noted, too."""

    at: float
    status: int
    service: str
    pod: str = ""

    @property
    def well(self) -> bool:
        """Whether an application answered, and not with an error."""
        return bool(self.service) and 0 < self.status < 400


class Polling:
    """From `start` to `stop`, in a thread of its own; every request on a connection of its own."""

    def __init__(self, url: str, entry: Entry) -> None:
        self._url, self._entry = url, entry
        self._ended = threading.Event()
        self.answers: list[Answered] = []
        self._aliases, self._pods = Aliases(), set[str]()
        self.asked = 0

    def start(self) -> None:
        threading.Thread(target=self._ask, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()

    @property
    def last(self) -> Answered | None:
        return self.answers[-1] if self.answers else None

    def _ask(self) -> None:
        with Client(self._entry, aliases=self._aliases) as client:
            while not self._ended.is_set():
                answer = client.probe(self._url)[0]
                self.asked += 1
                self._note(time.time(), answer)
                time.sleep(_PAUSE)

    def _note(self, at: float, answer: Answer) -> None:
        pod = self._aliases.name(answer.pod)
        now = Answered(at, answer.status, "" if answer.service == NOBODY else answer.service, pod)
        is_other = self.last is None or (self.last.status, self.last.service) != (now.status, now.service)
        if is_other or (pod and pod not in self._pods):
            self.answers.append(now)
        self._pods.add(pod)
