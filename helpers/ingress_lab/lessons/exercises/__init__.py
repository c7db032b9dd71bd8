"""The exercises: what is asked, how it is judged, hints one at a time, and solutions.

Belongs here: what an exercise is (`exercise`, read it first), and finding one, checking it, its hints. The exercises
themselves are content, in the package `labexercises`: one module per notebook, found by its name.
"""

import re
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import labexercises
from labcore.errors import BadArgument, Refused, TimedOut, unknown
from labcore.language.comments import commented
from labcore.language.messages import joined, phrase

from ingress_lab.kube import connected
from ingress_lab.lessons import score
from ingress_lab.lessons.exercises.exercise import Exercise, Result, Words

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

__all__ = ["ALL", "Exercise", "Result", "Words", "check", "find", "here", "hint", "solution"]

_NOTEBOOK = "notebook_"
_MODULES = {
    module.name.removeprefix(_NOTEBOOK): import_module(f"{labexercises.__name__}.{module.name}")
    for module in iter_modules(labexercises.__path__)
    if module.name.startswith(_NOTEBOOK)
}
"""{a notebook's number: its exercises}, in the order of the series."""
NAMESPACES: dict[str, str] = {number: module.NAMESPACE for number, module in _MODULES.items()}
"""Where the notebooks of the series work, by their number."""
ALL: dict[str, Exercise] = {exercise.name: exercise for module in _MODULES.values() for exercise in module.EXERCISES}

_SETTLE = 5.0  # seconds that a controller may take to take in the learner's last change
_hints_given: dict[str, int] = {}


def find(name: str) -> Exercise:
    """The exercise called `07.1` (also as `7.1`, a number); raises UnknownName."""
    full_name = _in_full(str(name).strip())
    if full_name not in ALL:
        raise unknown(phrase("exercise"), full_name, ALL)
    return ALL[full_name]


def _in_full(name: str) -> str:
    return f"0{name}" if re.fullmatch(r"\d\.\d+", name) else name


def check(lab: "Lab", name: str) -> Result:
    """Judge the state of the lab's namespace as it is now; raises BadArgument in another notebook of the series."""
    exercise = find(name)
    _require_its_notebook(lab, exercise)
    try:
        lab.settle(_SETTLE)
    except (TimedOut, Refused):
        pass  # a controller that does not follow, or a webhook that refuses, is what the check itself then reports
    result = exercise.judge(lab)
    score.check(exercise.name.partition(".")[0], exercise.name, result.solved)
    return result


def here() -> str:
    """The number of the notebook at work, by its namespace; "" where it is none of the series."""
    lab = connected.last()
    own = lab.namespace.removeprefix(lab.tenancy.prefix) if lab else ""
    return next((number for number, namespace in NAMESPACES.items() if namespace == own), "")


def _require_its_notebook(lab: "Lab", exercise: Exercise) -> None:
    number = exercise.name.partition(".")[0]
    here = lab.namespace.removeprefix(lab.tenancy.prefix)
    if here in NAMESPACES.values() and here != NAMESPACES[number]:
        raise BadArgument(
            phrase(
                "exercise {name} belongs to notebook {number}, which works in namespace {there}; "
                "this lab works in {here}. Check it there.",
                name=exercise.name,
                number=number,
                there=NAMESPACES[number],
                here=here,
            )
        )


def hint(name: str, number: int | str | None = None) -> Words:
    """The next hint, or hint `number` (from 1)."""
    exercise = find(name)
    if isinstance(number, str) and number.isdigit():
        number = int(number)
    given = min(_hints_given.get(exercise.name, 0) + 1, len(exercise.hints)) if number is None else number
    if not isinstance(given, int) or not 1 <= given <= len(exercise.hints):
        raise BadArgument(
            phrase(
                "exercise {name} has hints 1 to {number}, not {given}",
                name=exercise.name,
                number=len(exercise.hints),
                given=given,
            )
        )
    _hints_given[exercise.name] = given
    last = given == len(exercise.hints)
    more = (
        phrase('That was the last hint; lab.solution("{name}") shows one solution.', name=exercise.name)
        if last
        else phrase('Another hint: lab.hint("{name}")', name=exercise.name)
    )
    return Words(joined("\n\n", [exercise.hints[given - 1], more]))


def solution(name: str) -> Words:
    """One solution, as a manifest."""
    return Words(f"```yaml\n{commented(find(name).solutions[0].strip())}\n```")
