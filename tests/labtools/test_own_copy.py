"""The learner's copy: made without outputs, renewed without losing a word of the learner's, begun anew when asked."""

from pathlib import Path

import nbformat
import pytest
from labcore import progress
from labcore.errors import LabError
from labcore.machine import paths
from labtools.workspace import own_copy, series
from labtools.workspace.own_copy import Copies

FIRST = {"title": "# One", "guess": 'predict({"a": ""})', "end": "lab.progress()"}


def written(path: Path, cells: dict[str, str]) -> None:
    notebook = nbformat.v4.new_notebook()
    for name, source in cells.items():
        make = nbformat.v4.new_markdown_cell if source.startswith("#") else nbformat.v4.new_code_cell
        notebook.cells.append(make(source, id=name))
    for cell in own_copy.code_of(notebook):
        cell.outputs = [nbformat.v4.new_output("stream", text="seen")]
    nbformat.write(notebook, path)


def sources(path: Path) -> dict[str, str]:
    return {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}


@pytest.fixture
def original(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(paths, "project", lambda start=None: tmp_path)
    path = tmp_path / "notebooks" / "en" / "07_one.ipynb"
    path.parent.mkdir(parents=True)
    written(path, FIRST)
    return path


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def copy(original: Path, said: list[str]) -> Path:
    return Copies("en", said.append).refresh() / original.name


def change(path: Path, **cells: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cells.get(cell.id, cell.source)
    nbformat.write(notebook, path)


def test_made_without_outputs_and_for_this_person_alone(copy: Path, said: list[str]) -> None:
    assert sources(copy) == FIRST and said == []
    assert all(not cell.outputs for cell in own_copy.code_of(own_copy.read(copy)))
    assert copy.stat().st_mode & 0o077 == 0 and copy.parent.stat().st_mode & 0o077 == 0


def test_nothing_is_touched_while_the_original_stays(copy: Path, said: list[str]) -> None:
    change(copy, guess='predict({"a": "404"})')
    before = copy.read_bytes()
    Copies("en", said.append).refresh()
    assert copy.read_bytes() == before and said == []


def test_what_the_learner_changed_stays_and_the_rest_is_renewed(original: Path, copy: Path, said: list[str]) -> None:
    change(copy, guess='predict({"a": "404"})')
    notebook = nbformat.read(copy, as_version=4)
    notebook.cells.insert(2, nbformat.v4.new_markdown_cell("my own note", id="own"))
    nbformat.write(notebook, copy)
    before = copy.read_bytes()
    written(original, {"title": "# Two", "guess": 'predict({"a": "", "b": ""})', "more": "1 + 1", "end": FIRST["end"]})
    Copies("en", said.append).refresh()
    assert list(sources(copy).items()) == [
        ("title", "# Two"), ("guess", 'predict({"a": "404"})'), ("own", "my own note"), ("more", "1 + 1"),
        ("end", FIRST["end"]),
    ]  # fmt: skip
    (older,) = (copy.parent / "older").iterdir()
    assert older.read_bytes() == before
    assert len(said) == 1 and "cells of yours that stayed: 2" in said[0] and older.name in said[0]
    Copies("en", said.append).refresh()
    assert len(said) == 1


def test_what_the_learner_has_not_begun_is_renewed_without_a_word(original: Path, copy: Path, said: list[str]) -> None:
    written(original, {**FIRST, "title": "# Two"})
    Copies("en", said.append).refresh()
    assert sources(copy)["title"] == "# Two" and said == [] and not (copy.parent / "older").exists()
    notebook = nbformat.read(copy, as_version=4)
    next(own_copy.code_of(notebook)).outputs = [nbformat.v4.new_output("stream", text="mine")]
    nbformat.write(notebook, copy)
    written(original, FIRST)
    Copies("en", said.append).refresh()
    assert len(said) == 1 and len(list((copy.parent / "older").iterdir())) == 1


def test_a_changed_cell_that_the_original_lost_stays(original: Path, copy: Path) -> None:
    change(copy, guess="mine")
    written(original, {"title": "# Two", "end": "2"})
    Copies("en", lambda words: None).refresh()
    assert sources(copy) == {"title": "# Two", "guess": "mine", "end": "2"}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 7}', "[" * 100_000])
def test_a_copy_that_is_broken_is_kept_aside(original: Path, copy: Path, said: list[str], content: str) -> None:
    copy.write_text(content)
    written(original, FIRST | {"end": "2"})
    Copies("en", said.append).refresh()
    assert sources(copy) == FIRST | {"end": "2"} and "could not be read" in said[0]
    assert [path.read_text() for path in (copy.parent / "older").iterdir()] == [content]


def test_begun_anew_with_the_old_one_kept(copy: Path, said: list[str]) -> None:
    change(copy, guess="mine")
    kept = progress.Progress(exercises={"07.1": True})
    progress.write("07", kept)
    assert progress.read("07") == kept
    Copies("en", said.append).fresh("07")
    assert sources(copy) == FIRST and progress.read("07") == progress.Progress()
    (older,) = (copy.parent / "older").iterdir()
    assert sources(older)["guess"] == "mine" and older.name in said[0]
    with pytest.raises(LabError, match="07_one"):
        Copies("en", said.append).fresh("nothing")


def test_the_first_comparison_counts_and_broken_files_count_as_empty(original: Path) -> None:
    made = progress.Progress()
    made.ask("c", {"a": "404", "b": ""})
    made.judge("c", {"a": False, "b": True})
    made.ask("c", {"a": "200", "b": "1"})
    made.judge("c", {"a": True, "b": True})
    made.check("07.1", True)
    made.check("07.1", False)
    assert (made.asked, made.given, made.right, made.solved) == (2, 2, 1, 1)
    progress.write("07", made)
    assert progress.read("07") == made
    file = paths.state() / progress.FOLDER / "07.json"
    assert file.stat().st_mode & 0o077 == 0
    for content in (
        "",
        "[]",
        '{"predictions": 1, "exercises": {}}',
        '{"predictions": {"c": {"a": 3}}, "exercises": {}}',
    ):
        file.write_text(content)
        assert progress.read("07") == progress.Progress()


def test_the_series_is_found(original: Path) -> None:
    assert series.notebooks("en") == [original]
