"""The lab log: its marks follow the outputs of the cells, and nothing else. The outputs here are those stored."""

import copy
import functools
from datetime import UTC, datetime

import nbformat
import pytest
from bs4 import BeautifulSoup
from labcore.language import choice
from labcore.machine import paths
from labtools.report import outputs
from labtools.report.lab_log import judging
from labtools.report.lab_log.judging import CONFIRMED, DIFFERS, NOT_SHOWN, Line, log, marks
from labtools.report.lab_log.outline import PARTS
from labtools.report.log import as_log
from labtools.report.page import as_page
from labtools.report.record import FAILED, NOT_RUN, PASSED, CellRun, NotebookRun, Report

STATEMENTS = [statement for _, part in PARTS for statement in part]
LOCAL = dict.fromkeys(range(1, 21), CONFIRMED) | dict.fromkeys((1, 7, 10, 12, 13, 19, 20), DIFFERS) | {16: NOT_SHOWN}
"""On the local cluster: no node is a container, so that Docker has nothing to say of one."""


@functools.cache
def stored(language: str) -> tuple[NotebookRun, ...]:
    files = sorted((paths.project() / "notebooks" / language).glob("*.ipynb"))
    return tuple(_run(file) for file in files)


def _run(file) -> NotebookRun:
    notebook = nbformat.v4.reads(file.read_text(encoding="utf-8"))  # they are validated elsewhere
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return NotebookRun(file, notebook, [CellRun(number, cell, PASSED) for number, cell in enumerate(code, 1)])


def report(*numbers: str, language: str = "en") -> Report:
    """Of these notebooks (all, if none is named), each of which a test may change."""
    chosen = [copy.deepcopy(run) for run in stored(language) if not numbers or run.name[:2] in numbers]
    return Report({"name": "local"}, {}, {}, datetime(2026, 3, 1, tzinfo=UTC), chosen, language=language)


def cell(made: Report, number: str, name: str) -> CellRun:
    run = next(run for run in made.notebooks if run.name.startswith(number))
    return next(record for record in run.cells if record.cell.id == name)


def lines(made: Report) -> dict[int, Line]:
    return {line.statement.number: line for part in log(made) for line in part.lines}


def only(run: NotebookRun, *names: str) -> None:
    """A notebook of these code cells, and what stands before them."""
    run.cells = [record for record in run.cells if record.cell.id in names]
    run.notebook.cells = [each for each in run.notebook.cells if each.cell_type == "markdown" or each.id in names]


def prints(record: CellRun, text: str) -> None:
    record.cell.outputs = [nbformat.v4.new_output("stream", text=text)]


@pytest.mark.parametrize("language", choice.LANGUAGES)
def test_the_stored_outputs_show_every_statement(language: str) -> None:
    whole = Report({}, {}, {}, datetime(2026, 3, 1, tzinfo=UTC), list(stored(language)), language=language)
    found = lines(whole)
    assert {number: line.mark for number, line in found.items()} == LOCAL, [line.why for line in found.values()]
    assert [statement.number for statement in STATEMENTS] == list(range(1, 21))
    for number, line in found.items():
        assert number == 16 or all(seen.observed and seen.anchor for seen in line.seen), line
        assert bool(line.why) == (line.mark != CONFIRMED)
    assert marks(log(whole)).startswith("20 statements: 12 confirmed, 7 differ")


def test_docker_that_names_an_address_confirms_it() -> None:
    made = report("04")
    prints(cell(made, "04", "r4-machine"), '            "IPAddress": "172.18.0.2",\n')
    assert lines(made)[16].mark == CONFIRMED
    assert lines(made)[16].seen[0].observed == [("address by docker", "172.18.0.2")]


def test_other_outputs_change_the_mark() -> None:
    made = report("08")
    answers = outputs.tables(cell(made, "08", "r3-run").cell)[0]
    assert "r3-run" not in str(lines(made)[19].why)
    changed = cell(made, "08", "r3-run").cell.outputs
    for output in changed:
        if outputs.TABLE in output.get("data", {}):
            output.data[outputs.TABLE] = answers | {"rows": [["http://abc.book.example.com/apl2", "java-svc"]]}
    assert "08, Round 3: http://abc.book.example.com/apl2 was java-svc, not nginx-svc" in lines(made)[19].why


def test_the_marks_of_a_run_without_a_cell_or_an_answer() -> None:
    """Failed, not run, not in the report, nobody there: nothing of it is for or against the statement."""
    made = report("05", "07", "12")
    cell(made, "05", "r2-run").state = FAILED
    cell(made, "05", "r2-compare").state = NOT_RUN
    prints(cell(made, "07", "r1-order-run"), '"service": "a"\n"service": "test"\n')
    table = {"title": "predicted and observed", "columns": ["url", "observed"]}
    refused = table | {"rows": [["http://abc.sample.com/", "connection refused"]]}
    cell(made, "07", "r1-compare").cell.outputs = [nbformat.v4.new_output("display_data", {outputs.TABLE: refused})]
    prints(cell(made, "12", "r1-services"), "site-svc   ClusterIP   127.104.3.162     <none>        80/TCP    2s")
    found = lines(made)
    assert [found[number].mark for number in (2, 3, 4, 6, 18)] == [CONFIRMED, *[NOT_SHOWN] * 4]
    assert list(found[3].why) == ["05, Round 2: the cell failed", "05, Round 2: the cell was not run"]
    assert "07, Round 1: the output shows none of it" in found[4].why
    missing = ["12, Round 1: the output does not show next-svc", "notebook 03: it is not in this report"]
    assert list(found[6].why) == missing
    assert "07, Round 1: http://abc.sample.com/ got no answer" in found[18].why


def test_what_is_left_out_on_a_cluster_is_not_shown() -> None:
    made = report("11")
    made.notebooks[0].left_out = "It needs a node."
    assert lines(made)[14].mark == NOT_SHOWN and "11, Round 2: it was left out on this cluster" in lines(made)[14].why


def test_a_report_of_other_notebooks_has_no_log() -> None:
    other = NotebookRun(paths.project() / "99_small.ipynb", nbformat.v4.new_notebook(), [])
    assert log(Report({}, {}, {}, datetime(2026, 3, 1, tzinfo=UTC), [other])) == []


def test_each_line_leads_to_its_cells() -> None:
    made = report("05")
    only(made.notebooks[0], "r1-who", "r2-get", "r5-classes")
    page = BeautifulSoup(as_page(made), "html.parser")
    section = page.find(id="lab-log")
    links = [link["href"][1:] for link in section.find_all("a")]
    assert "05_ingress_controllers-r1-who" in links and all(page.find(id=link) for link in links)
    assert [row.find_all("td")[-1].strong["class"] for row in section.find_all("tr")[1:3]] == [["faint"], ["passed"]]
    written = as_log(made)
    assert all(f'<a id="{link}"></a>' in written for link in links)
    assert "**2.** The ingress controller is no part of kube-controller-manager." in written
    assert "web → kube-controller-manager" in written


def test_the_statements_are_written_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(choice.VARIABLE, "ko")
    means = [words for s in STATEMENTS for check in s.checks for words in check.means.values()]
    texts = [*(statement.text for statement in STATEMENTS), *(title for title, _ in PARTS)]
    for words in [*texts, *means, judging.LEGEND]:
        assert not words or any("가" <= letter <= "힣" for letter in str(words)), words
