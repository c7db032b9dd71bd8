"""What was predicted and solved in this notebook: in memory, and kept for good where the learner's own copy runs."""

from collections.abc import Mapping
from contextlib import suppress

from labcore import progress
from labcore.errors import LabError
from labcore.machine import paths

_here: dict[str, progress.Progress] = {}


def of(notebook: str) -> progress.Progress:
    """A notebook's progress: in the learner's copy from its first day, in an original of this run alone."""
    if notebook not in _here:
        _here[notebook] = progress.read(notebook) if paths.is_own_copy() else progress.Progress()
    return _here[notebook]


def ask(notebook: str, cell: str, given: Mapping[str, str]) -> None:
    """Keeps what was predicted; on disk only in a learner's own copy."""
    of(notebook).ask(cell, given)
    _keep(notebook)


def judge(notebook: str, cell: str, verdicts: Mapping[str, bool]) -> None:
    of(notebook).judge(cell, verdicts)
    _keep(notebook)


def check(notebook: str, exercise: str, solved: bool) -> None:
    """Keeps whether an exercise was solved; on disk only in a learner's own copy."""
    of(notebook).check(exercise, solved)
    _keep(notebook)


def _keep(notebook: str) -> None:
    """A notebook goes on where nothing can be kept: it is full, or somebody else's."""
    if notebook and paths.is_own_copy():
        with suppress(OSError, LabError):
            progress.write(notebook, of(notebook))
