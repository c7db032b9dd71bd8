"""`lab report --mine`: the learner's notebooks as they stand, whatever stands in them."""

import json
from pathlib import Path

import fastjsonschema
import nbformat
import pytest
from labcore import progress
from labcore.errors import LabError
from labcore.machine import paths
from labtools.report import mine
from labtools.report.data import as_data
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


def test_without_a_copy_the_way_to_one_is_named(folder: Path) -> None:
    with pytest.raises(LabError, match="lab study"):
        mine.report()
