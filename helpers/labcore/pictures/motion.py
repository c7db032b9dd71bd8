"""Motion without a script: keyframes of CSS from times that were measured, slowed down so that eyes can follow.

It plays three times and then rests, and not at all on paper, or where a reader's system asks for less motion: the
picture says the same without it.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SECONDS = 4.0
"""What the whole way takes on the screen, were no step too short to be seen."""
_LEAST, _REST, _TIMES = 0.45, 1.5, 3


@dataclass(frozen=True)
class Step:
    """A part of the way: what it took, and the places it goes through (one place: it stays there)."""

    milliseconds: float
    path: tuple[int, ...]


@dataclass(frozen=True)
class Moment:
    """From second `start` to `end` on the screen the way leads from one place to another."""

    start: float
    end: float
    leave: int
    arrive: int
    step: int


def schedule(steps: Sequence[Step], slowed: float) -> list[Moment]:
    """When the screen shows what; `slowed` is seconds on the screen for a millisecond."""
    moments, now = [], 0.0
    for number, step in enumerate(steps):
        ways = list(itertools.pairwise(step.path)) or [(step.path[0], step.path[0])]
        long = max(_LEAST * len(ways), step.milliseconds * slowed) / len(ways)
        for leave, arrive in ways:
            moments.append(Moment(now, now + long, leave, arrive, number))
            now += long
    return moments


def style(name: str, moments: Sequence[Moment], seconds: float, ys: Mapping[int, float], aside: float) -> str:
    """The dot's way as CSS: down on the left, up `aside` units to the right of it."""
    frames = []
    for moment in moments:
        x = aside if moment.arrive < moment.leave else 0.0
        frames += [
            _frame(moment.start, seconds, f"transform:translate({x:g}px,{ys[moment.leave]:g}px)"),
            _frame(moment.end, seconds, f"transform:translate({x:g}px,{ys[moment.arrive]:g}px)"),
        ]
    return _animation(name, frames, seconds)


def lit(name: str, spans: Sequence[tuple[float, float]], seconds: float) -> str:
    """Something shown in these spans of time, and not else."""
    frames = [_frame(0, seconds, "opacity:0")]
    for start, end in spans:
        frames += [
            _frame(at, seconds, f"opacity:{seen}")
            for at, seen in ((start, 0), (start + 0.02, 1), (end - 0.02, 1), (end, 0))
        ]
    return _animation(name, [*frames, _frame(seconds, seconds, "opacity:0")], seconds, "opacity:0;")


def length(ways: Sequence[Sequence[Moment]]) -> float:
    """The seconds of one run: the longest way, and a rest after it."""
    return max((way[-1].end for way in ways if way), default=0.0) + _REST


def still(name: str) -> str:
    """What moves is left out where nothing is to move."""
    return f"@media print,(prefers-reduced-motion:reduce){{.{name}{{display:none}}}}"


def _animation(name: str, frames: Sequence[str], seconds: float, at_rest: str = "") -> str:
    runs = f"{at_rest}animation:{name} {seconds:.2f}s linear {_TIMES}"
    return f".{name}{{{runs}}}\n@keyframes {name}{{{''.join(frames)}}}\n"


def _frame(at: float, seconds: float, what: str) -> str:
    return f"{100 * at / seconds:.3f}%{{{what}}}"
