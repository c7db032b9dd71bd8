"""From what was seen to who did what: a pure function of events and answers."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace

from labcore.language.messages import joined, phrase

from labtools.timeline.pods import steps_of
from labtools.timeline.polling import Answered
from labtools.timeline.watching import Seen, in_order

API, CONTROLLERS, SCHEDULER, NODE, PROBE, SLICES, INGRESS, CLIENT = (
    "api", "controllers", "scheduler", "node", "probe", "endpointslices", "ingress", "client",
)  # fmt: skip
LANES = {
    API: phrase("API server: written by the client"),
    CONTROLLERS: phrase("controllers"),
    SCHEDULER: phrase("scheduler"),
    NODE: phrase("node agent"),
    PROBE: phrase("readiness"),
    SLICES: phrase("EndpointSlice controller"),
    INGRESS: phrase("ingress controller"),
    CLIENT: phrase("client"),
}
_TOGETHER = 0.03
"""Seconds within which the same is done to several objects, and told as one."""


@dataclass(frozen=True)
class Mark:
    """What happened in a lane, `at` seconds since the epoch, to which objects."""

    lane: str
    at: float
    what: str
    names: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        return joined(" ", [", ".join(self.names), self.what]) if self.names else self.what


def marks_of(seen: Iterable[Seen], answers: Iterable[Answered], alias: Callable[[str], str] = str) -> list[Mark]:
    """In the order of time; what is done to several objects at once is one mark."""
    ordered = in_order(seen)
    new = {one.name for one in ordered if one.kind == "Pod" and one.before is None}
    found = [mark for one in ordered for mark in _marks(one, alias)]
    found += _of_answers(list(answers), new, alias)
    return _together(sorted(found, key=lambda mark: mark.at))


def _marks(one: Seen, alias: Callable[[str], str]) -> Iterable[Mark]:
    if one.kind == "Pod":
        return [Mark(lane, one.at, what, (alias(one.name),)) for lane, what in steps_of(one)]
    if one.kind == "EndpointSlice":
        return _of_slice(one)
    if one.kind == "ReplicaSet":
        return _of_replica_set(one, alias)
    return _of_written(one)


def _of_written(one: Seen) -> Iterable[Mark]:
    """What clients write: a new object, a changed spec, a deletion. A new generation is a changed spec."""
    names = (f"{one.kind} {one.name}",)
    if one.before is None:
        yield Mark(API, one.at, phrase("created"), names)
    elif one.gone:
        yield Mark(API, one.at, phrase("deleted"), names)
    elif _generation(one.obj) > _generation(one.before):
        yield Mark(API, one.at, phrase("changed"), names)
    if one.kind == "Ingress" and not one.gone and _address(one.obj) and not _address(one.before or {}):
        yield Mark(INGRESS, one.at, phrase("writes the address into its status"), names)


def _of_replica_set(one: Seen, alias: Callable[[str], str]) -> Iterable[Mark]:
    names = (alias(one.name),)
    if one.before is None:
        yield Mark(CONTROLLERS, one.at, phrase("ReplicaSet created"), names)
    elif not one.gone and (wanted := _wanted(one.obj)) != _wanted(one.before):
        yield Mark(CONTROLLERS, one.at, phrase("ReplicaSet scaled to {number}", number=wanted), names)


def _of_slice(one: Seen) -> Iterable[Mark]:
    service = (one.obj["metadata"].get("labels") or {}).get("kubernetes.io/service-name", one.name)
    now, then = 0 if one.gone else _ready(one.obj), _ready(one.before or {})
    if now != then:
        yield Mark(
            SLICES, one.at, phrase("{service}: ready addresses {then} → {now}", service=service, then=then, now=now)
        )


def _of_answers(answers: list[Answered], new: Container[str], alias: Callable[[str], str]) -> Iterable[Mark]:
    """What the client gets; that the controller has the rule shows in its first answer that is no 404.

    Of the Pods that were there before, only what changes for the client is told; of the new ones the first answer.
    """
    for number, answer in enumerate(answers):
        before = answers[number - 1] if number else None
        if before and before.status == 404 and not before.service and answer.status and answer.status != 404:
            yield Mark(INGRESS, answer.at, phrase("has the rule: the first answer that is no 404"))
        if before and (before.status, before.service) == (answer.status, answer.service):
            if answer.pod in new:
                yield Mark(CLIENT, answer.at, phrase("first answer"), (alias(answer.pod),))
            continue
        yield Mark(CLIENT, answer.at, _outcome(answer))


def _outcome(answer: Answered) -> str:
    if not answer.status:
        return phrase("gets no answer")
    if answer.service:
        return phrase("gets {status} from {service}", status=answer.status, service=answer.service)
    return phrase("gets {status} from the controller", status=answer.status)


def _together(marks: list[Mark]) -> list[Mark]:
    made: list[Mark] = []
    for mark in marks:
        same = next((n for n, m in enumerate(made) if _is_same(m, mark)), None)
        if same is None:
            made.append(mark)
        else:
            made[same] = replace(
                made[same], names=(*made[same].names, *(n for n in mark.names if n not in made[same].names))
            )
    return made


def _is_same(one: Mark, other: Mark) -> bool:
    """The first answers of two Pods stay two: the later may be one of a Pod that was not ready before."""
    if not one.names or one.lane == CLIENT:
        return False
    return (one.lane, one.what) == (other.lane, other.what) and other.at - one.at <= _TOGETHER


def _generation(obj: dict) -> int:
    return obj["metadata"].get("generation") or 0


def _wanted(obj: dict) -> int:
    return (obj.get("spec") or {}).get("replicas") or 0


def _address(obj: dict) -> bool:
    return bool(((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress"))


def _ready(obj: dict) -> int:
    endpoints = obj.get("endpoints") or []
    return sum((endpoint.get("conditions") or {}).get("ready") is not False for endpoint in endpoints)
