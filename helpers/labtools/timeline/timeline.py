"""What a notebook holds: `with lab.timeline(url) as change:`, a command in it, and `change` shows what followed."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ingress_lab.http import urls
from labcore.errors import BadArgument
from labcore.kube.patience import patient
from labcore.language.messages import Readable, english, phrase
from labcore.language.untrusted import visible
from labcore.pictures.swimlanes import Lane, draw_swimlanes, in_words

from labtools.timeline.polling import Polling
from labtools.timeline.reading import API, CLIENT, LANES, Mark, marks_of
from labtools.timeline.watching import Watching

if TYPE_CHECKING:
    from ingress_lab.lab import Lab
    from labcore.pictures.card import Picture

_QUIET, _PAUSE = 0.06, 0.01
"""Seconds without an event after which nothing more follows, once the client is answered well."""


class Timeline(Readable):
    """What followed a change, `at(lane)` in seconds after its first write: api, controllers, scheduler, node, probe,
    endpointslices, ingress, client (its first good answer)."""

    def __init__(self, lab: "Lab", url: str = "", timeout: float = 20) -> None:
        """Without a URL nobody asks, and the end is that everything runs."""
        if url:
            urls.split(url)
        self._lab, self.url, self._timeout = lab, url, timeout
        self._watching, self._polling = Watching(lab.api, lab.namespace), Polling(url, lab.entry)
        self.marks: list[Mark] = []
        self.is_complete = False

    def __enter__(self) -> Self:
        self._watching.start()
        if self.url:
            self._polling.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits until the client is answered well and nothing moves any more, or until the time is over."""
        deadline = time.monotonic() + patient(self._timeout)
        while kind is None and not self.is_complete and time.monotonic() < deadline:
            time.sleep(_PAUSE)
            self.is_complete = self._is_over()
        self._polling.stop()
        self._watching.stop()
        self._lab.aliases.show(self._watching.ever("Pod"), "Pod")
        self._lab.aliases.show(self._watching.ever("ReplicaSet"), "ReplicaSet")
        self.marks = marks_of(list(self._watching.seen), list(self._polling.answers), self._lab.aliases.in_text)

    def _is_over(self) -> bool:
        last, seen = self._polling.last, self._watching.seen
        quiet = bool(seen) and time.time() - seen[-1].at > _QUIET
        answered = not self.url or bool(last and last.well)
        workloads = [*self._watching.of("Deployment"), *self._watching.of("DaemonSet")]
        return quiet and answered and all(map(_is_done, workloads))

    @property
    def begin(self) -> float:
        """When the first write was heard of; seconds since the epoch."""
        return next((mark.at for mark in self.marks if mark.lane == API), self.marks[0].at if self.marks else 0.0)

    def at(self, lane: str, what: str = "") -> float:
        """Seconds from the first write to the first mark of a lane, or to the first that begins with `what` (English);
        of `client` to its first good answer after it. Not a number (nan) where nothing of the kind was seen."""
        if lane not in LANES:
            raise BadArgument(phrase("there is no lane {lane!r}; lanes: {lanes}", lane=lane, lanes=", ".join(LANES)))
        if lane == CLIENT and not what:
            good = (answer.at for answer in self._polling.answers if answer.well and answer.at >= self.begin)
            return next(good, float("nan")) - self.begin
        found = (m.at for m in self.marks if m.lane == lane and m.at >= self.begin and m.what.startswith(what))
        return next(found, float("nan")) - self.begin

    @property
    def title(self) -> str:
        return phrase("What followed, until {url} was answered", url=self.url) if self.url else phrase("What followed")

    def lanes(self) -> list[Lane]:
        """The lanes in which something happened, their marks in milliseconds after the first write.

        What the client got before it is its first mark, at 0.
        """
        rows: dict[str, list[tuple[float, str]]] = {name: [] for name in LANES}
        for mark in self.marks:
            if mark.at < self.begin and mark.lane == CLIENT:
                rows[CLIENT] = [(0.0, mark.said)]
            elif mark.at >= self.begin:
                rows[mark.lane].append(((mark.at - self.begin) * 1000, mark.said))
        return [Lane(LANES[name], tuple(row)) for name, row in rows.items() if row]

    def picture(self) -> "Picture":
        """The lanes, drawn."""
        return draw_swimlanes(self.title, self.lanes())

    def __repr__(self) -> str:
        return visible(english(in_words(self.title, self.lanes())))

    def __str__(self) -> str:
        return visible(in_words(self.title, self.lanes()))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return self.picture()._repr_mimebundle_()


def _is_done(workload: dict) -> bool:
    """Whether the rollout of a Deployment or a DaemonSet has ended, as `kubectl rollout status` sees it."""
    status, generation = workload.get("status") or {}, workload["metadata"].get("generation", 0)
    names: tuple[str, ...]
    if "desiredNumberScheduled" in status:
        wanted, names = status["desiredNumberScheduled"], ("updatedNumberScheduled", "numberAvailable")
    else:
        wanted = (workload.get("spec") or {}).get("replicas", 1)
        names = ("replicas", "updatedReplicas", "availableReplicas")
    return status.get("observedGeneration", 0) >= generation and all(status.get(name, 0) == wanted for name in names)
