"""The series as files: its notebooks in each language, and the titles and marks that structure them."""

from collections.abc import Sequence
from pathlib import Path

from labcore.errors import LabError
from labcore.language import choice
from labcore.language.messages import phrase
from labcore.machine import paths

FIRST = "00_start_here"

# Titles of sections, in their order; "Round 2 - a rule" begins with one of them.
SECTIONS = {
    "en": ("Setup", "Round 1", "Round 2", "Round 3", "Exercise", "Recap", "On this cluster", "Clean up"),
    "ko": ("준비", "실험 1", "실험 2", "실험 3", "연습", "정리", "이 클러스터에서는", "뒷정리"),
}
REAL_CLUSTER = {"en": "On a real cluster", "ko": "실제 클러스터에서는"}
ROUND = {"en": "Round", "ko": "실험"}
EXERCISE = {"en": "Exercise", "ko": "연습"}
RECAP = {"en": "Recap", "ko": "정리"}

# The suggested way through the series, by numbers; a notebook that is not on it is read beside the one before it.
WAY = ["00", "01", "02", "03", "04", "05", "06", "07", "12", "09", "10", "15", "11", "13", "14", "16", "17", "18"]

# How the cells of a round begin, in bold; `goals` stands in the first cell.
MARKS = {
    "en": {"goals": "**Goals**", "predict": "**Predict", "run": "**Run", "explain": "**Explain"},
    "ko": {"goals": "**목표**", "predict": "**예상", "run": "**실행", "explain": "**설명"},
}


def folder(of: str) -> Path:
    """`notebooks/en` or `notebooks/ko`."""
    return paths.project() / "notebooks" / of


def notebooks(of: str) -> list[Path]:
    """The series in one language, in order."""
    return sorted(folder(of).glob("*.ipynb"))


def named(of: str, parts: Sequence[str]) -> list[Path]:
    """Those with one of `parts` in their name, all without any. LabError for a part that no name has."""
    for part in parts:
        if not any(part in path.name for path in notebooks(of)):
            raise LabError(phrase('no notebook in {folder} has "{only}" in its name', folder=folder(of), only=part))
    return [path for path in notebooks(of) if not parts or any(part in path.name for part in parts)]


def twin(path: Path, of: str) -> Path:
    """The same notebook in another language."""
    return path.parent.parent / of / path.name


def neighbours(path: Path) -> tuple[Path | None, Path | None]:
    """The notebooks before and after one on the suggested way, of those that there are."""
    there = {other.name[:2]: other for other in sorted(path.parent.glob("[0-9][0-9]_*.ipynb"))}
    way, number = [step for step in WAY if step in there], path.name[:2]
    if number not in way:
        before = max((step for step in way if step < number), default="")
        at = way.index(before) + 1 if before else 0
        return there.get(before), there[way[at]] if at < len(way) else None
    at = way.index(number)
    return there[way[at - 1]] if at else None, there[way[at + 1]] if at + 1 < len(way) else None


def language_of(path: Path) -> str:
    """The language of a notebook, by its folder; English where the folder is none of the series'."""
    return path.parent.name if path.parent.name in choice.LANGUAGES else choice.SOURCE


def mark_of(source: str, of: str) -> str:
    """`predict`, `run`, `explain`: how a cell of prose begins; "" for any other."""
    return next((name for name, mark in MARKS[of].items() if name != "goals" and source.startswith(mark)), "")
