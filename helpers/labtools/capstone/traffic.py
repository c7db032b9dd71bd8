"""What the customers got since the start: requests that were lost, doors that stood open, baskets that moved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from labcore.language.messages import phrase

from labtools.capstone import shop
from labtools.capstone.record import Line
from labtools.capstone.verdict import Verdict


@dataclass
class Wrong:
    """The wrong answers of one request: how many, from when to when, and the first of them in words."""

    ask: shop.Ask
    number: int = 0
    begin: float = 0.0
    end: float = 0.0
    got: str = ""

    def add(self, at: float, got: str) -> None:
        if not self.number:
            self.begin, self.got = at, got
        self.number, self.end = self.number + 1, at


@dataclass
class Traffic:
    """Everything that was asked so far; `moved` are times at which a basket changed its Pod under one controller."""

    requests: int = 0
    begin: float = 0.0
    end: float = 0.0
    wrong: dict[shop.Ask, Wrong] = field(default_factory=dict)
    moved: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return sum(wrong.number for wrong in self.wrong.values())

    @property
    def seconds(self) -> float:
        return self.end - self.begin


_ASKS = {(ask.url, ask.user): ask for ask in shop.TRAFFIC}


def read(lines: Iterable[Line]) -> Traffic:
    """What is served late counts from its first right answer on."""
    found, served, basket = Traffic(), set(), None
    for line in lines:
        ask = _ASKS.get((line.url, line.user))
        if ask is None:
            continue
        found.requests, found.begin, found.end = found.requests + 1, found.begin or line.at, max(found.end, line.at)
        wrong = ask.wrong(line.answer)
        if not wrong:
            served.add(ask)
        elif not ask.late or ask in served:
            found.wrong.setdefault(ask, Wrong(ask)).add(line.at, wrong)
        if line.pod:
            way = line.place, line.nginx
            if basket and basket[0] == way and basket[1] != line.pod:
                found.moved.append(line.at)
            basket = way, line.pod
    return found


def requests(traffic: Traffic) -> Iterator[Verdict]:
    """None may be lost, and nobody may have come in where it is closed."""
    for ask, wrong in traffic.wrong.items():
        yield Verdict("requests", ask.url, ask.expected, _times(wrong))
    if traffic.moved:
        found = phrase(
            "another one {number} times, first at {time}", number=len(traffic.moved), time=clock(traffic.moved[0])
        )
        yield Verdict("requests", shop.BASKET.url, phrase("the same Pod for the client with the cookie"), found)
    if not traffic.wrong and not traffic.moved:
        yield Verdict("requests", "", "")


def _times(wrong: Wrong) -> str:
    return phrase(
        "{got}, {number} times from {begin} to {end}",
        got=wrong.got, number=wrong.number, begin=clock(wrong.begin), end=clock(wrong.end),
    )  # fmt: skip


def clock(at: float) -> str:
    return datetime.fromtimestamp(at).strftime("%H:%M:%S")
