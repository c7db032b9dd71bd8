"""The series as files: its notebooks in each language, and the titles and marks that structure them."""

from pathlib import Path

from labcore.language import choice
from labcore.machine import paths

FIRST = "00_start_here"

# Titles of sections, in their order; "Round 2 - a rule" begins with one of them.
SECTIONS = {
    "en": ("Setup", "Round 1", "Round 2", "Round 3", "Exercise", "Recap", "On this cluster", "Clean up"),
    "ko": ("준비", "실험 1", "실험 2", "실험 3", "연습", "정리", "이 클러스터에서는", "뒷정리"),
}
ROUND = {"en": "Round", "ko": "실험"}
EXERCISE = {"en": "Exercise", "ko": "연습"}
RECAP = {"en": "Recap", "ko": "정리"}

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


def twin(path: Path, of: str) -> Path:
    """The same notebook in another language."""
    return path.parent.parent / of / path.name


def language_of(path: Path) -> str:
    """The language of a notebook, by its folder; English where the folder is none of the series'."""
    return path.parent.name if path.parent.name in choice.LANGUAGES else choice.SOURCE


def mark_of(source: str, of: str) -> str:
    """`predict`, `run`, `explain`: how a cell of prose begins; "" for any other."""
    return next((name for name, mark in MARKS[of].items() if name != "goals" and source.startswith(mark)), "")
