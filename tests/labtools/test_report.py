"""The report of a small notebook that passes, fails, is expected to fail, and shows tables, checks and pictures."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import jsonschema
import korean
import nbformat
import pytest
from labcore.clusters import Access, Entry
from labcore.errors import LabError
from labcore.kube.api import Api
from labcore.language.untrusted import visible
from labtools.report import outputs
from labtools.report import run as running
from labtools.report.blocks import grid
from labtools.report.data import as_data
from labtools.report.execute import Execution, execute, read
from labtools.report.log import as_log
from labtools.report.page import as_page, markdown, outputs_html, typed
from labtools.report.record import CellRun, NotebookRun, Report
from labtools.report.run import write
from labtools.report.sections import sections

CELLS = [
    (
        "markdown",
        "# 99 Small\n\nGoals. [Here](99_small.ipynb), [docs](../../docs/fidelity.md), [site](https://traefik.io).",
    ),
    ("code", "import os\nprint('progress', os.environ['INGRESS_LAB_PROGRESS'])"),
    ("markdown", "## Round 1\n\n**Predict.** Who answers `/a|b`?"),
    (
        "code",
        "from ingress_lab.http.answers import Answer, Answers\n"
        "Answers([Answer('http://a.com/', 200, 'a-svc'), Answer('http://a.com/<i>', 404)])",
    ),
    ("markdown", "**Explain.** Two rows."),
    ("code", "from ingress_lab.lessons.exercises import Result\nResult('99.1', False, 'nothing is routed.')"),
    (
        "code",
        "from ingress_lab import pictures\npictures.Picture('<svg xmlns=\"http://www.w3.org/2000/svg\"/>', 'a map')",
    ),
    ("markdown", "## Round 2\n\nAn error on purpose, then one that is not."),
    ("expected", "from labcore.errors import LabError\nraise LabError('as planned')"),
    ("code", "raise LabError('no route; look at the Pods')"),
    ("code", "'still run'"),
    ("markdown", "Conclusion."),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> NotebookRun:
    notebook = nbformat.v4.new_notebook()
    for kind, source in CELLS:
        cell = nbformat.v4.new_markdown_cell(source) if kind == "markdown" else nbformat.v4.new_code_cell(source)
        if kind == "expected":
            cell.metadata["tags"] = ["raises-exception"]
        if kind != "markdown":
            cell.outputs = [nbformat.v4.new_output("stream", text="an answer of an earlier run")]
        notebook.cells.append(cell)
    path = tmp_path_factory.mktemp("series") / "99_small.ipynb"
    nbformat.write(notebook, path)
    made = read(path)
    seen: list[int] = []
    execute(made, {"INGRESS_LAB_PROGRESS": "0"}, lambda record: seen.append(record.number))
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    return made


@pytest.fixture
def report(run: NotebookRun) -> Report:
    started = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return Report({"name": "local"}, {"python": "3.11"}, {"cpus": "2"}, started, [run], 4.2)


def test_a_failing_cell_stops_nothing_and_old_outputs_are_gone(run: NotebookRun) -> None:
    assert [r.state for r in run.cells] == ["passed"] * 5 + ["failed", "passed"]
    assert run.cells[5].error["message"] == "no route; look at the Pods"
    assert run.state == "failed" and run.title == "99 Small"
    assert "earlier run" not in json.dumps(run.notebook)


def test_outputs_as_data(run: NotebookRun) -> None:
    assert outputs.texts(run.cells[0].cell) == ["progress 0\n"]
    rows = [["http://a.com/", 200, "a-svc"], ["http://a.com/<i>", 404, "-"]]
    assert outputs.tables(run.cells[1].cell) == [
        {"title": "answers", "columns": ["url", "status", "service"], "rows": rows}
    ]
    assert outputs.checks(run.cells[2].cell) == [{"exercise": "99.1", "solved": False, "why": "nothing is routed."}]
    assert outputs.pictures(run.cells[3].cell) == ["a map"]


def test_sections_are_experiments(run: NotebookRun) -> None:
    found = sections(run)
    assert [s.title for s in found] == ["", "Round 1", "Round 2"]
    assert found[0].before[0].startswith("Goals.")
    assert found[1].before == ["**Predict.** Who answers `/a|b`?"]
    assert found[1].steps[1] == "**Explain.** Two rows."
    assert found[2].after == ["Conclusion."]


def test_json_keeps_to_its_schema(report: Report) -> None:
    schema = json.loads((files("labtools.report") / "schema.json").read_text())
    data = json.loads(json.dumps(as_data(report)))
    jsonschema.Draft202012Validator(schema).validate(data)
    assert data["passed"] is False and data["notebooks"][0]["cells"][1]["tables"][0]["rows"][1][2] == "-"


class Page(HTMLParser):
    """Collects what would be loaded from elsewhere, and the headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.headings: list[str] = []
        self._in_heading = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_heading = tag == "h2"
        if tag in ("script", "link", "img", "iframe"):
            self.loads.append(str(attrs))

    def handle_data(self, data: str) -> None:
        if self._in_heading and data.strip():
            self.headings.append(data.strip())
            self._in_heading = False


def test_the_page_needs_nothing_else_and_shows_failures_first(report: Report) -> None:
    page = as_page(report)
    found = Page(page)
    assert found.loads == []
    assert '<a href="#99_small">Here</a>' in page and "<a >docs</a>" in page and 'href="https://traefik.io"' in page
    before = ["Contents", "What failed", "Purpose", "Environment", "Results", "Exercises"]
    assert found.headings == [*before, "99 Small", "Appendix: the environment"]
    assert '<p class="failed"><strong>1 notebook, 7 cells: 1 failed.</strong></p>' in page
    assert "<p>Exercises: none of 1 is solved yet.</p>" in page
    assert '<td style="text-align: left;">http://a.com/&lt;i&gt;</td>' in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"/>' in page


def test_the_log_says_what_was_tried_and_seen(report: Report) -> None:
    log = as_log(report)
    assert log.index("## What failed") < log.index("## 99 Small") < log.index("### Round 1")
    assert "| http://a.com/ | 200 | a-svc |" in log
    assert "LabError: no route; look at the Pods" in log
    assert "Exercise 99.1 is not solved yet: nothing is routed." in log
    assert "| 99 Small | failed | 7 | 1 | 0 / 1 |" in log


def test_bars_in_cells_do_not_break_a_grid() -> None:
    assert grid(["a"], [["x|y"], [None]]) == "| a |\n| --- |\n| x\\|y |\n| - |"


def test_words_of_a_report_are_no_markdown() -> None:
    hostile = "<img src=x onerror=a()> ![i](http://h) [l](javascript:a()) <javascript:a()> `c` *b* &lt;\n# h\u2028| - x"
    shown = markdown(grid(["a"], [[hostile]]))
    found = Page(shown)
    assert found.loads == [] and "<a" not in shown and "<code" not in shown and "<em" not in shown
    words = html.unescape(re.sub(r"</?[a-z]+[^>]*>", "\n", shown)).split("\n")
    assert " ".join(visible(hostile).splitlines()) in words


def test_failures_of_one_notebook_have_one_heading(run: NotebookRun, report: Report) -> None:
    report.notebooks = [NotebookRun(run.path, run.notebook, [run.cells[5], run.cells[5]])]
    failures = as_page(report).partition('<section id="failures">')[2].partition("</section>")[0]
    assert failures.count("<h3>") == 1 and failures.count("failed-cell") == 2


def test_a_partial_report_says_that_it_is_one(run: NotebookRun, report: Report) -> None:
    report.interrupted = True
    report.notebooks = [NotebookRun(run.path, run.notebook, [*run.cells[:2], CellRun(3, run.cells[2].cell)])]
    report.notebooks[0].interrupted = True
    data = json.loads(json.dumps(as_data(report)))
    jsonschema.Draft202012Validator(json.loads((files("labtools.report") / "schema.json").read_text())).validate(data)
    assert (data["interrupted"], data["passed"], data["notebooks"][0]["state"]) == (True, False, "not run")
    assert data["notebooks"][0]["problem"] == "interrupted"
    for words in (as_log(report), as_page(report)):
        assert "A partial report: the run was interrupted at 99 Small." in words and "Interrupted here." in words


def test_files_and_the_link_to_the_latest(report: Report, tmp_path: Path) -> None:
    first, second = write(report, tmp_path), write(report, tmp_path)
    assert first != second
    assert (tmp_path / "latest").resolve() == second.resolve()
    assert {p.name for p in second.iterdir()} == {"index.html", "report.md", "report.json", "notebooks"}
    assert nbformat.read(second / "notebooks" / "99_small.ipynb", 4).cells[1].outputs


def test_a_notebook_that_is_left_out_is_no_failure(run: NotebookRun) -> None:
    ran = NotebookRun(run.path, run.notebook, run.cells[:1])
    skipped = NotebookRun(Path("98_other.ipynb"), run.notebook, read(run.path).cells, left_out="It needs a node.")
    report = Report({"name": "context:c"}, {}, {}, datetime(2026, 3, 1, 12, tzinfo=UTC), [ran, skipped], 4.2)
    assert report.passed and skipped.state == "left out"
    data = json.loads(json.dumps(as_data(report)))
    jsonschema.Draft202012Validator(json.loads((files("labtools.report") / "schema.json").read_text())).validate(data)
    assert (data["notebooks"][1]["state"], data["notebooks"][1]["problem"]) == ("left out", "It needs a node.")
    for words in (as_log(report), as_page(report)):
        assert "1 notebook, 1 cell: all passed." in words and "Left out: 1." in words and "It needs a node." in words
    assert as_log(report).count("### Round 1") == 1
    assert not Report({}, {}, {}, report.started, [skipped]).passed


def test_a_kernel_that_dies_fails_its_cell_and_leaves_the_rest(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("import os; os._exit(1)"), nbformat.v4.new_code_cell("1")]
    nbformat.write(notebook, tmp_path / "dies.ipynb")
    made = read(tmp_path / "dies.ipynb")
    execute(made, {}, lambda record: None)
    assert [r.state for r in made.cells] == ["failed", "not run"]
    assert made.problem == "the kernel died" and made.state == "failed"


def test_a_long_traceback_is_folded_below_its_error() -> None:
    many = [f"frame {n}" for n in range(40)]
    error = nbformat.v4.new_output("error", ename="E", evalue="<why>", traceback=many)
    cell = nbformat.v4.new_code_cell("x", outputs=[error])
    shown = outputs_html(CellRun(1, cell))
    assert (
        shown.startswith('<pre class="error">E: &lt;why&gt;</pre><details class="traceback"><summary>')
        and "frame 39" in shown
    )
    error.traceback = many[:3]
    assert "<details" not in outputs_html(CellRun(1, cell))


def test_commands_are_shown_as_one_would_type_them() -> None:
    source = "x = 1\n!kubectl get pods \\\n  -o wide\nfor n in (1, 2):\n    !curl {n}\nsaid = !ls\nassert x != 2"
    assert typed(source) == "$ kubectl get pods \\\n  -o wide\n$ curl {n}"
    assert typed("lab.probe()") == ""


def test_an_exercise_that_is_not_solved_is_no_failure() -> None:
    check = {"application/vnd.ingress-lab.check+json": {"exercise": "1.1", "solved": False, "why": "w"}}
    pill = '<p><span style="background:#b3261e">\u2717 not yet</span> w</p>'
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.v4.new_output("display_data", check | {"text/html": pill})])
    shown = outputs_html(CellRun(1, cell))
    assert "#b3261e" not in shown and "○ open" in shown and "not yet" not in shown


def test_a_cluster_that_went_away_fails_its_notebook_and_ends_no_report(
    run: NotebookRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*asked: object) -> set[str]:
        raise LabError("nobody answers")

    monkeypatch.setattr(running, "_own", gone)
    made = read(run.path)
    running._run_one(Execution(made, {}, lambda record: None), Api.__new__(Api), Access("local", None, None, Entry()))
    assert (made.state, made.problem) == ("failed", "nobody answers")
    assert {record.state for record in made.cells} == {"not run"}


def test_the_log_of_a_korean_report_is_korean(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_LANG", "ko")
    log = as_log(replace(report, changes=[], language="ko"))
    assert "노트북 1개, 셀 7개: 1개가 실패했습니다." in log and "차이 없음" in log
    ours = re.sub(
        r"^```.*?^```|nothing is routed\.", "", log.partition("## 99 Small")[0], flags=re.MULTILINE | re.DOTALL
    )
    assert korean.english(ours) == []
