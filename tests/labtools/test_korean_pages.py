"""The Korean prose of a notebook as one page, and how often words stand in the whole edition."""

import subprocess
from pathlib import Path

import nbformat
import pytest
from labtools.authoring import korean
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

TITLE = "# 제목\n\n[Pod](../../docs/glossary.ko.md#pod)의 트래픽입니다. <!-- told: here -->"
MESSAGES = 'msgid "traffic: {n}"\nmsgid_plural "traffic, {n}"\nmsgstr[0] "트래픽 `누가`"\n'


def notebook() -> nbformat.NotebookNode:
    typed = new_markdown_cell("## 실제 클러스터에서는\n\n```sh\n누가\n```\n\n누가 응답할까요?", id="real")
    return new_notebook(cells=[new_markdown_cell(TITLE, id="title"), new_code_cell("1 + 1", id="sum"), typed])


def test_a_page_is_what_a_reader_reads() -> None:
    title, real = korean.page(notebook()).split("\n\n[real]\n")
    assert title == "[title]\n# 제목\n\n[Pod]의 트래픽입니다."
    assert real.endswith("```sh\n누가\n```\n\n누가 응답할까요?")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of one notebook and one message, whose last commit is older than its notebook."""
    monkeypatch.setattr(korean.paths, "project", lambda: tmp_path)
    monkeypatch.setattr(korean, "avoided", lambda: {korean.re.compile("누가|누구"): "대상의 이름"})
    places = [tmp_path / "notebooks/ko/00_x.ipynb", tmp_path / "helpers/locale/ko.po", tmp_path / "README.md"]
    for path in places:
        path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(), places[0])
    places[1].write_text(MESSAGES, encoding="utf-8")
    places[2].write_text("누가", encoding="utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    nbformat.write(new_notebook(cells=[new_markdown_cell(TITLE, id="title")]), places[0])
    return tmp_path


def test_words_are_counted_where_they_are_used_and_beside_a_commit(project: Path) -> None:
    lines = korean.table(korean.counts(korean.texts()), korean.counts(korean.texts("HEAD")))
    assert r"| 누가\|누구 | 대상의 이름 | 1 -> 0 | 0 -> 0 | 0 -> 0 | 0 -> 0 | 1 -> 0 |" in lines
    assert "| 트래픽 | (sought) | 1 -> 1 | 0 -> 0 | 0 -> 0 | 1 -> 1 | 2 -> 2 |" in lines


def test_no_such_commit_is_an_error(project: Path) -> None:
    with pytest.raises(korean.LabError, match="no-such"):
        korean.texts("no-such")
