"""The learner's controller.py: regions that begin with `# [name]`, and what they hold at each step of the notebook.

The first step is a whole file; a later one holds the regions that it changes. A region that the learner has rewritten
stays: only one whose text is a step's own is brought to a later step.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from labcore.errors import LabError, unknown
from labcore.language.messages import phrase
from labcore.machine import paths

FOLDER = "manifests/write-a-controller/steps"
_BEGIN = re.compile(r"^# \[(\w+)\].*\n", re.MULTILINE)
END = "end"


@dataclass(frozen=True)
class Filled:
    """The new text; regions that were brought to the step, and those that the learner's words hold."""

    text: str
    filled: list[str]
    kept: list[str]


def names() -> list[str]:
    """The steps, in their order."""
    return [path.stem.partition("-")[2] for path in _files()]


def at(step: str) -> str:
    """The whole controller at a step."""
    return fill(_files()[0].read_text("utf-8"), step).text


def fill(text: str, step: str) -> Filled:
    """Brings the regions of a file to a step; raises UnknownName, and LabError where a region's line is missing."""
    if step not in names():
        raise unknown(phrase("step"), step, names())
    known: dict[str, list[str]] = {}
    for path in _files():
        for name, body in regions(path.read_text("utf-8")).items():
            known.setdefault(name, []).append(body)
    wanted: dict[str, str] = {}
    for path in _files()[: names().index(step) + 1]:
        wanted |= regions(path.read_text("utf-8"))
    here = regions(text)
    if missing := sorted(wanted.keys() - here.keys()):
        raise LabError(
            phrase("the line `# [{name}]` is missing; `lab controller new --fresh` begins anew", name=missing[0])
        )
    filled, kept = [], []
    for name, body in wanted.items():
        if here[name].strip() == body.strip():
            continue
        if not any(here[name].strip() == other.strip() for other in known[name]):
            kept.append(name)
            continue
        if known[name].index(_same(known[name], here[name])) > known[name].index(body):
            continue  # it is further than this step
        text = text.replace(here[name], body)
        filled.append(name)
    return Filled(text, filled, kept)


def _same(bodies: list[str], body: str) -> str:
    return next(other for other in bodies if other.strip() == body.strip())


def regions(text: str) -> dict[str, str]:
    """{name: from its line to the next one's}; what stands behind `# [end]` is in none."""
    marks = list(_BEGIN.finditer(text))
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {mark[1]: text[mark.start() : end] for mark, end in zip(marks, ends, strict=True) if mark[1] != END}


def _files() -> list[Path]:
    found = (paths.project() / FOLDER).glob("*.py")
    return sorted(found, key=lambda path: int(path.stem.partition("-")[0]))
