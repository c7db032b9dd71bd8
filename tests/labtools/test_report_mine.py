"""`lab report --mine`: the learner's notebooks as they stand, whatever stands in them."""

import json
import os
from datetime import datetime
from pathlib import Path

import fastjsonschema
import nbformat
import pytest
from bs4 import BeautifulSoup
from labcore import progress
from labcore.errors import LabError
from labcore.machine import paths
from labtools.capstone import result
from labtools.clinic import records
from labtools.report import mine, reading
from labtools.report.data import as_data
from labtools.report.page import markdown
from labtools.report.run import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

BAD = "<script>alert(1)</script><img src=x onerror=alert(1)><iframe src=//a></iframe><b>note</b>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(paths, "project", lambda start=None: tmp_path)
    for place in ("notebooks/en", "my/en", "manifests"):
        (tmp_path / place).mkdir(parents=True)
    for name in ("07_one", "08_two"):
        nbformat.write(nbformat.v4.new_notebook(), tmp_path / "notebooks" / "en" / f"{name}.ipynb")
    return tmp_path / "my" / "en"


def kept(folder: Path, name: str, *cells) -> None:
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), folder / name)


def code(source: str, *found, count: int | None = 1):
    return new_code_cell(source, outputs=list(found), execution_count=count)


def test_what_stands_there_is_shown_and_nothing_of_it_acts(folder: Path, tmp_path: Path) -> None:
    data = {"text/html": BAD, "text/plain": "x", "image/svg+xml": f"<svg>{BAD}</svg>"}
    table = {"application/vnd.ingress-lab.table+json": {"title": BAD, "columns": 7}, "text/plain": "t"}
    kept(
        folder, "07_one.ipynb", new_markdown_cell(f"# My own\n\n{BAD}"), code("1", new_output("display_data", data)),
        code("2", new_output("display_data", {"image/svg+xml": f"<svg>{BAD}</svg>"})),
        code("3", new_output("display_data", table)), code("4", new_output("stream", text="y" * 300_000)),
        code("5", new_output("error", ename="E", evalue=BAD, traceback=[BAD])), code("6", count=None),
    )  # fmt: skip
    (folder / "08_two.ipynb").write_text("{")
    progress.write("07", progress.Progress(exercises={"07.1": True}))
    report = mine.report()
    assert [cell.state for cell in report.notebooks[0].cells] == ["passed"] * 4 + ["failed", "not run"]
    assert "is not a notebook" in report.notebooks[1].problem and "exercises solved: 1 of" in report.own
    place = write(report, tmp_path / "reports", latest=False)
    page = (place / "index.html").read_text()
    for acts in ("<script", "<iframe", "onerror=alert(1)>"):
        assert acts not in page
    assert "<b>note</b>" in page and len(page) < 400_000
    schema = json.loads((Path(mine.__file__).parent / "schema.json").read_text())
    fastjsonschema.compile(schema)(json.loads(json.dumps(as_data(report))))
    assert not (tmp_path / "reports" / "latest").exists()


def test_the_clinic_is_handed_in(folder: Path, tmp_path: Path) -> None:
    kept(folder, "07_one.ipynb", code("1"))
    assert "clinic" not in as_data(mine.report())
    done = records.Visit("bakery", 7, "local", 5.0, diagnoses=[1, 0], checks=3, end="repaired", seconds=70)
    records.write(records.Visits(None, [done, records.Visit("museum", 7, "local", 5.0, end="left")]))
    report = mine.report()
    place = write(report, tmp_path / "reports", latest=False)
    assert "| bakery | repaired | after 1 wrong one | 1:10 | 3 |" in (place / "report.md").read_text()
    assert "1 case: 1 repaired, 0 with the right diagnosis at once." in (place / "index.html").read_text()
    assert reading.read(place / "report.json")["clinic"] == [
        {"case": "bakery", "seed": 7, "end": "repaired", "seconds": 70, "checks": 3, "diagnoses": [1, 0]}
    ]


def test_the_capstone_is_handed_in(folder: Path, tmp_path: Path) -> None:
    kept(folder, "07_one.ipynb", code("1"))
    assert "capstone" not in as_data(mine.report())
    begun = result.Result(0.0, 1408, 3, 130.4, 24, 39, ("entry", "gateway.gateway"))
    begun.remember()
    place = write(mine.report(), tmp_path / "begun", latest=False)
    shown = {"requests": 1408, "lost": 3, "seconds": 130, "right": 24, "checks": 39}
    assert reading.read(place / "report.json")["capstone"] == shown | {"ways": ["entry", "gateway.gateway"]}
    passed = result.Result(datetime(2026, 2, 28, 12).timestamp(), 1408, 0, 130.4, 39, 39, ("entry",))
    passed.remember()
    place = write(mine.report(), tmp_path / "passed", latest=False)
    assert reading.read(place / "report.json")["capstone"]["passed"] == "2026-02-28"


def test_without_a_copy_the_way_to_one_is_named(folder: Path) -> None:
    with pytest.raises(LabError, match="lab study"):
        mine.report()


IMAGE = "<img src=x onerror=alert(1)>"
TABLE = "application/vnd.ingress-lab.table+json"
ACTING = {
    "a picture from the network": "![x](http://a.example/x.png) <img src='https://a.example/y.png'>",
    "a background": "<p style='background:url(http://a.example/)'>x</p>",
    "a background with a hidden name": "<p style='background:u\\72l(http://a.example/)'>x</p>",
    "an address that acts": "[x](javascript:alert(1))", "an element's end": "</blockquote></div></section>x",
    "a fence in another": f"~~~\n```\n~~~\n{IMAGE}\n```", "code over two lines": f"`a\n`{IMAGE}` x",
    "code over two cells": f"| a | b |\n|---|---|\n| `a | {IMAGE}` |", "a sign before": f"\\{IMAGE} \\`{IMAGE}`",
}  # fmt: skip


@pytest.mark.parametrize("words", ACTING.values(), ids=ACTING)
def test_nothing_acts_or_is_loaded_wherever_it_was_written(folder: Path, tmp_path: Path, words: str) -> None:
    shown = new_output("display_data", {"text/markdown": words, "text/plain": "x"})
    cells = [new_markdown_cell(words, metadata={"tags": ["conclusion"]}), new_markdown_cell(words), code("1", shown)]
    kept(folder, "07_one.ipynb", *cells)
    place = write(mine.report(), tmp_path / "reports", latest=False)
    page, written = (place / "index.html").read_text(), markdown((place / "report.md").read_text())
    for found in (BeautifulSoup(text, "html.parser") for text in (page, written)):
        assert not found.select("script, [onerror], [style*=example]") and len(found.find_all("h1")) == 1
    found = BeautifulSoup(page, "html.parser")
    assert not found.select("img[src], [href^=javascript]") and len(found.select("body > section")) == 8


def test_a_stream_of_another_name_is_printed(folder: Path) -> None:
    kept(folder, "07_one.ipynb", code("1", new_output("stream", name='x"><script>', text="t")))
    assert mine.report().notebooks[0].cells[0].cell.outputs[0].name == "stdout"


def test_a_fence_without_an_end_swallows_nothing(folder: Path, tmp_path: Path) -> None:
    kept(folder, "07_one.ipynb", code("1"), new_markdown_cell("```\nabc"))
    written = write(mine.report(), tmp_path / "reports", latest=False) / "report.md"
    assert BeautifulSoup(markdown(written.read_text()), "html.parser").find(id="appendix")


def test_an_attached_picture_is_on_the_page_and_words_elsewhere(folder: Path, tmp_path: Path) -> None:
    words = "see ![shot](attachment:a.png), ![lost](attachment:b.png)"
    cell = new_markdown_cell(words, metadata={"tags": ["conclusion"]}, attachments={"a.png": {"image/png": "AAAA"}})
    kept(folder, "07_one.ipynb", cell)
    place = write(mine.report(), tmp_path / "reports", latest=False)
    page = BeautifulSoup((place / "index.html").read_text(), "html.parser")
    assert [image["src"] for image in page.select("img")] == ["data:image/png;base64,AAAA"] and page.find("em").text
    assert "> see *shot*, *lost*" in (place / "report.md").read_text()
    assert reading.read(place / "report.json")["findings"] == {"07_one": "see *shot*, *lost*"}


def test_what_json_cannot_name_does_not_end_the_report(folder: Path, tmp_path: Path) -> None:
    """Half a character, a number that is none, a table without rows on its page, a long cell."""
    rows = {TABLE: {"title": "t", "columns": ["a"], "rows": [[float("nan")]]}, "text/plain": "t"}
    empty = {TABLE: {"title": "t", "columns": ["a"], "rows": [["b"]]}, "text/html": "<p>"}
    cells = [code("1", new_output("display_data", each)) for each in (rows, empty)]
    book = nbformat.v4.new_notebook(cells=[*cells, code("x" * 50_000), new_markdown_cell("HALF")])
    (folder / "07_one.ipynb").write_text(json.dumps(book).replace("HALF", "\\ud83d"))
    place = write(mine.report(), tmp_path / "reports", latest=False)
    (book, *_) = reading.read(place / "report.json")["notebooks"]
    assert [len(cell["tables"]) for cell in book["cells"]] == [0, 1, 0]
    assert len(book["cells"][2]["source"]) < 21_000


def test_what_is_no_file_is_named_in_its_place(folder: Path) -> None:
    os.mkfifo(folder / "07_one.ipynb")
    (folder / "08_two.ipynb").symlink_to("nowhere")
    first, second = mine.report().notebooks
    assert "it is not a regular file" in first.problem and "No such file" in second.problem
