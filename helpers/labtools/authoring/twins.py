"""The authors' commands on a language's notebooks: `sync`, `accept` and `prose`."""

import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from labcore.errors import UnknownName
from labcore.language import choice
from labcore.language.messages import phrase

from labtools.authoring import prose, translating
from labtools.workspace import series


def sync(only: str = "") -> int:
    """Brings code over and lists the prose to write; exit code 1 while there is some."""
    todo = 0
    for name, english, path in _pairs(only):
        source = translating.read(english)
        before = translating.read(path) if path.exists() else None
        made = translating.synced(source, before)
        if made != before:
            path.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(made, path)
        lists = {"not written": translating.unwritten(made), "older": translating.older(source, made)}
        lists["to run"] = [c.id for c in made.cells if c.cell_type == "code" and c.execution_count is None]
        todo += sum(map(len, lists.values()))
        print(f"{name}/{path.name}: {_told(lists)}")
    return 1 if todo else 0


def _told(lists: dict[str, list[str]]) -> str:
    said = [f"{len(cells)} {what} ({', '.join(cells)})" for what, cells in lists.items() if cells]
    return "; ".join(said) or "in step"


def accept(only: str, cells: list[str]) -> int:
    """Notes that the prose says what the English now says."""
    for name, english, path in _pairs(only, existing=True):
        made = translating.read(path)
        translating.accept(translating.read(english), made, cells)
        nbformat.write(made, path)
        print(f"{name}/{path.name}: taken as written from today's English")
    return 0


def write_prose(only: str, file: Path | None, *, beside: bool) -> int:
    """Prints a notebook's prose as text, or reads it back from a file."""
    for name, english, path in _pairs(only, existing=True):
        source, made = translating.read(english), translating.read(path)
        if file is None:
            print(prose.as_text(source, made, beside=beside))
            continue
        strange = prose.take(source, made, prose.from_text(file.read_text(encoding="utf-8")))
        nbformat.write(made, path)
        print(f"{name}/{path.name}: read" + (f"; it has no cells {', '.join(strange)}" if strange else ""))
    return 0


def _pairs(only: str, *, existing: bool = False) -> Iterator[tuple[str, Path, Path]]:
    """Language, English notebook, its twin: for each whose name contains `only`."""
    pairs = [
        (name, english, series.twin(english, name))
        for name in choice.LANGUAGES[1:]
        for english in series.notebooks(choice.SOURCE)
        if only in english.name and (not existing or series.twin(english, name).exists())
    ]
    if not pairs:
        raise UnknownName(
            phrase('no notebook has "{only}" in its name; begin with: sync', only=only)
            if existing
            else phrase('no notebook has "{only}" in its name', only=only)
        )
    sys.stdout.flush()
    yield from pairs
