"""What is kept of a learner's visits: the open case, and how those before it ended.

One private file in the lab's state folder. It has the case's name and seed, never its answer. A file that somebody has
broken counts as empty.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from labcore.machine import paths
from loopkube.cluster import private

REPAIRED, GIVEN_UP, LEFT, STARTING = "repaired", "given up", "left", "starting"
_ENDS = (REPAIRED, GIVEN_UP, LEFT, STARTING, "")
_MOST = 1024 * 1024  # bytes
LONGEST = 9_999_999
"""Seconds from the symptom to the end."""
_SEED, _CHOICES = 999_999_999, 5
_NAME = r"[a-z][a-z-]{0,29}"


@dataclass
class Visit:
    """One case, played once. `diagnoses` are those that were said, as places in the case's own list (0 is right)."""

    case: str
    seed: int
    cluster: str
    began: float
    diagnoses: list[int] = field(default_factory=list)
    checks: int = 0
    end: str = ""
    seconds: int = 0

    @property
    def right_at_once(self) -> bool:
        return self.diagnoses[:1] == [0]

    @property
    def is_diagnosed(self) -> bool:
        return 0 in self.diagnoses

    @property
    def wrong(self) -> list[int]:
        return [number for number in self.diagnoses if number]

    def leave(self) -> None:
        """It is not closed, and never will be."""
        if self.end in ("", STARTING):
            self.end = LEFT


@dataclass
class Visits:
    """The case at hand, which may be closed already, and all before it."""

    now: Visit | None = None
    before: list[Visit] = field(default_factory=list)

    @property
    def every(self) -> list[Visit]:
        return [*self.before, *([self.now] if self.now else [])]

    @property
    def closed(self) -> list[Visit]:
        return [visit for visit in self.every if visit.end in (REPAIRED, GIVEN_UP)]

    @property
    def open(self) -> Visit | None:
        return self.now if self.now and not self.now.end else None


def read() -> Visits:
    """Nothing where nothing is kept, or nothing that can be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        if _file().is_file() and _file().stat().st_size <= _MOST:
            data = json.loads(_file().read_text(encoding="utf-8"))
            return Visits(visit(data["now"]) if data["now"] else None, [visit(each) for each in data["before"]])
    return Visits()


def write(visits: Visits) -> None:
    """Keep it, in one step; raises OSError."""
    private.folder(_file().parent)
    private.write(_file(), json.dumps(asdict(visits), ensure_ascii=False, indent=1))


def visit(data: Mapping) -> Visit:
    """From a file, which anybody may have written; raises ValueError (TypeError, KeyError) where it is no visit."""
    made = Visit(**data)
    named = isinstance(made.case, str) and re.fullmatch(_NAME, made.case) and made.end in _ENDS
    texts = named and isinstance(made.cluster, str) and len(made.cluster) <= 300
    numbers = all(type(number) is int and 0 <= number <= _SEED for number in (made.seed, made.checks, made.seconds))
    said = isinstance(made.diagnoses, list) and len(made.diagnoses) <= 1000
    known = said and all(type(number) is int and 0 <= number < _CHOICES for number in made.diagnoses)
    if not (texts and numbers and known and isinstance(made.began, int | float) and 0 <= made.began < 1e12):
        raise ValueError(data)
    return made


def _file() -> Path:
    return paths.state() / "clinic" / "visits.json"
