"""The exercises: what is asked, how it is judged, hints one at a time, and solutions.

Belongs here: one module per notebook (`notebook_07`), each a tuple `EXERCISES`. A check looks at what the entry
answers, never at how a manifest is written, so that any right solution counts. Solutions stand here and nowhere
else; the tests run every check against the unsolved state and against each solution. Read `exercise` first.
"""

from typing import TYPE_CHECKING

from ingress_lab.errors import BadArgument, TimedOut, unknown
from ingress_lab.exercises import (
    notebook_00,
    notebook_01,
    notebook_02,
    notebook_03,
    notebook_04,
    notebook_05,
    notebook_06,
    notebook_07,
    notebook_08,
    notebook_09,
    notebook_10,
    notebook_11,
    notebook_12,
)
from ingress_lab.exercises.exercise import Exercise, Result, Words
from ingress_lab.messages import joined, phrase, text

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

__all__ = ["ALL", "Exercise", "Result", "Words", "check", "find", "hint", "solution"]

_MODULES = (
    notebook_00,
    notebook_01,
    notebook_02,
    notebook_03,
    notebook_04,
    notebook_05,
    notebook_06,
    notebook_07,
    notebook_08,
    notebook_09,
    notebook_10,
    notebook_11,
    notebook_12,
)
ALL = {exercise.name: exercise for module in _MODULES for exercise in module.EXERCISES}

_SETTLE = 5.0  # seconds that a controller may take to take in the learner's last change
_hints_given: dict[str, int] = {}


def find(name: str) -> Exercise:
    """The exercise called `07.1`; raises UnknownName."""
    if str(name) not in ALL:
        raise unknown("exercise", str(name), ALL)
    return ALL[str(name)]


def check(lab: "Lab", name: str) -> Result:
    """Judge the state of the lab's namespace as it is now."""
    exercise = find(name)
    try:
        lab.settle(_SETTLE)
    except TimedOut:
        pass  # a controller that does not follow is what the check itself then reports
    return exercise.judge(lab)


def hint(name: str, number: int | None = None) -> Words:
    """The next hint, or hint `number` (from 1)."""
    exercise = find(name)
    given = number or min(_hints_given.get(exercise.name, 0) + 1, len(exercise.hints))
    if not 1 <= given <= len(exercise.hints):
        raise BadArgument(
            phrase(
                "exercise {name} has hints 1 to {number}, not {given}",
                name=name,
                number=len(exercise.hints),
                given=number,
            )
        )
    _hints_given[exercise.name] = given
    last = given == len(exercise.hints)
    return Words(
        joined("\n\n", [exercise.hints[given - 1], text("no_more_hints" if last else "more_hints", name=name)])
    )


def solution(name: str) -> Words:
    """One solution, as a manifest."""
    return Words(f"```yaml\n{find(name).solutions[0].strip()}\n```")
