"""A report to be handed in: whose it is, what was predicted and observed, findings, conclusions; nothing in it acts."""

import json
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import fastjsonschema
import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from labcore.machine import paths
from labtools.cli import _parser, main
from labtools.commands.series import _cover
from labtools.report import contents, handing_in, mine, outputs, summary
from labtools.report.data import as_data
from labtools.report.log import as_log
from labtools.report.page import as_page, markdown
from labtools.report.record import FAILED, PASSED, CellRun, Cover, NotebookRun, Report
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

BAD = "<script>alert(1)</script> *b* [l](javascript:a()) `c` # h"
ASKED = ["/a", "/b", "/c"]
PLACE = "## Findings\n\nWrite here what you found out."


def table(columns: list[str], *rows: list[str | None]) -> dict:
    return {outputs.TABLE: {"title": "predicted and observed", "columns": columns, "rows": list(rows)}}


WITHOUT = table(["url", "observed"], *([url, "404"] for url in ASKED))
GIVEN = table(
    ["url", "predicted", "observed", "verdict"],
    ["/a", "404", "404", "✓ right"], ["/b", "200", "404", "✗ wrong"], ["/c", None, "404", None],
)  # fmt: skip


def run(*, compared: dict, folder: Path = Path(), state: str = PASSED, findings: str = "") -> NotebookRun:
    check = {outputs.CHECK: {"exercise": "98.1", "solved": False, "why": "nothing is routed."}, "text/plain": "no"}
    cells = [
        new_markdown_cell("# 98 Small\n\nOne sentence.\n\n**Goals**\n\n- See a thing.\n- Do a thing.", id="title"),
        new_markdown_cell("## Round 1 - who answers\n\n**Predict.** Who?", id="r1-text"),
        new_code_cell(
            "guess = predict({}, options='404')", outputs=[new_output("display_data", {"text/plain": "0 of 3"})]
        ),
        new_code_cell("compare(guess, seen)", outputs=[new_output("display_data", compared)]),
        new_code_cell("lab.check('98.1')", outputs=[new_output("display_data", check)]),
        new_markdown_cell("## Recap\n\nA rule is needed. <!-- proved-by: r1-run -->", id="recap"),
        new_markdown_cell(findings, id="findings", metadata={"tags": ["conclusion"]}),
        new_markdown_cell("Next: [nothing](99.ipynb)", id="way"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    code = [cell for cell in cells if cell.cell_type == "code"]
    return NotebookRun(folder / "98_small.ipynb", notebook, [CellRun(n, cell, state) for n, cell in enumerate(code, 1)])


def report(*runs: NotebookRun, cover: Cover | None = None) -> Report:
    made = Report(
        {"name": "local"}, {"python": "3.11"}, {"cpus": "2"}, datetime(2026, 3, 1, 12, tzinfo=UTC), list(runs)
    )
    made.cover, made.commit = cover or Cover(), "0123456789ab"
    return made


def page(made: Report) -> BeautifulSoup:
    return BeautifulSoup(as_page(made), "html.parser")


def part(made: Report, anchor: str) -> Tag:
    found = page(made).find(id=anchor)
    assert isinstance(found, Tag)
    return found


def test_the_parts_stand_in_their_order_and_each_is_linked() -> None:
    made = report(run(compared=GIVEN))
    wanted = ["purpose", "environment", "results", "predictions", "exercises", "conclusion"]
    assert [entry.anchor for entry in contents.parts(made)] == wanted
    shown = page(made)
    links = [link["href"][1:] for link in shown.find("nav").find_all("a")]
    assert links == [*wanted, "98_small", "appendix"] and all(shown.find(id=link) for link in links)
    written = as_log(made)
    assert all(f"(#{link})" in written and f'<a id="{link}"></a>' in written for link in links)


def test_the_cover_names_author_course_and_commit() -> None:
    made = report(run(compared=GIVEN), cover=Cover("작성자 이름", "Networks", "Ingress, measured"))
    head = page(made).find("header").get_text()
    assert all(words in head for words in ("작성자 이름", "Networks", "Ingress, measured", "0123456789ab"))
    written = as_log(made)
    assert (
        written.startswith("# Ingress, measured\n") and "- author: 작성자 이름" in written and "0123456789ab" in written
    )
    data = as_data(made)
    assert (data["author"], data["course"], data["title"]) == ("작성자 이름", "Networks", "Ingress, measured")


def test_nothing_that_a_person_writes_acts() -> None:
    made = report(run(compared=GIVEN, findings=BAD), cover=Cover(BAD, BAD, BAD))
    made.own = "none"
    shown = page(made)
    assert not shown.find_all("script") and not shown.find_all(href=lambda link: link and "javascript" in link)
    again = BeautifulSoup(markdown(as_log(made)), "html.parser")
    assert not again.find_all("script") and again.find("h1").get_text() == f"{BAD}¶"
    schema = json.loads((files("labtools.report") / "schema.json").read_text())
    fastjsonschema.compile(schema)(json.loads(json.dumps(as_data(made))))


def test_the_command_takes_one_line_of_what_utf_8_can_write() -> None:
    typed = _parser().parse_args(["report", "--author", "A\nB\udc80", "--title", "x" * 200])
    made = _cover(typed)
    assert (made.author, made.course, made.title) == ("A B\\udc80", "", "x" * 200)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--title", "가" * 100_000], "at most 200 letters find room there, and these are 100000"),
        (["--output", ""], "'' cannot name a file or folder"),
        (["--merge", ""], "'' cannot name a file or folder"),
        (["--against", "a\0b"], r"'a\x00b' cannot name a file or folder"),
        (["--mine", "--against", "x"], "argument --against: not allowed with argument --mine"),
        (["\x1b]0;me\x07\u202e"], r"unrecognized arguments: \x1b]0;me\x07\u202e"),
        (["x" * 100_000], "unrecognized arguments: " + "x" * 100 + "...\n"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_run(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is left out, or runs the whole series instead."""
    with pytest.raises(SystemExit) as ended:
        main(["report", *words])
    shown = capsys.readouterr().err
    assert ended.value.code == 2 and said in shown and len(shown) < 2000


@pytest.mark.parametrize("place", ["file", "file/below", "loop", "dangling", "x" * 300])
def test_a_place_where_nothing_can_be_written_is_one_sentence(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing" / "there")
    monkeypatch.setattr(mine, "report", lambda only: report(run(compared=GIVEN)))
    assert main(["report", "--mine", "--output", str(tmp_path / place)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(str(tmp_path / place.partition("/")[0])) and "lab report --output $HOME/reports" in said


def test_a_tilde_is_the_persons_home_where_no_shell_has_seen_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    typed = _parser().parse_args(["report", "--output=~/reports", "--against", "~nobody-of-this-name/x"])
    assert (typed.output, typed.against) == (tmp_path / "reports", Path("~nobody-of-this-name/x"))


def test_predictions_have_a_score() -> None:
    made = report(run(compared=GIVEN))
    assert handing_in.score(handing_in.predictions(made)) == "Predictions given: 2 of 3. Right: 1 (50 %)."
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in part(made, "predictions").find_all("tr")]
    assert ["98 Small", "2 / 3", "1", "50 %"] in rows
    assert ["98, Round 1", "/b", "200", "404", "✗ wrong"] in rows and "/c" not in str(rows)
    assert "| 98, Round 1 | /a | 404 | 404 | ✓ right |" in as_log(made)


def test_without_predictions_there_is_no_column_for_them() -> None:
    made = report(run(compared=WITHOUT))
    assert not part(made, "predictions").find("table")
    for words in (as_page(made), as_log(made)):
        assert "No prediction was given" in words and "0 of 3" not in words and "<td>?</td>" not in words


def test_an_open_exercise_is_open_and_not_green() -> None:
    made = report(run(compared=WITHOUT))
    (row,) = part(made, "exercises").find_all("tr")[1:]
    assert (row.find_all("td")[2].get_text(), row.find_all("td")[2]["class"]) == ("open", ["open"])
    assert not part(made, "exercises").find(class_="passed") and "| 98.1 | 98 Small | open |" in as_log(made)


def test_goals_and_recaps_are_gathered_and_not_said_twice() -> None:
    made = report(run(compared=WITHOUT))
    assert [item.get_text().strip() for item in part(made, "purpose").find_all("li")] == ["See a thing.", "Do a thing."]
    assert part(made, "conclusion").p.get_text() == "A rule is needed."
    for words in (as_page(made), as_log(made)):
        assert words.count("A rule is needed.") == 1 and words.count("See a thing.") == 1
        assert "proved-by" not in words and "nothing" not in words.replace("nothing is routed.", "")


def test_what_a_failed_notebook_concludes_is_in_doubt() -> None:
    made = report(run(compared=WITHOUT, state=FAILED))
    assert part(made, "conclusion").find(class_="problem").get_text().startswith("Cells of this notebook failed")
    assert "**Cells of this notebook failed" in as_log(made)


def test_a_part_of_the_series_says_so() -> None:
    made = report(run(compared=WITHOUT))
    made.series = 13
    assert "A part of the series: 1 of its 13 notebooks." in summary.beside(made)
    assert all("1 of its 13 notebooks" in words for words in (as_page(made), as_log(made)))


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A series of one notebook, and the learner's folder."""
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    monkeypatch.setattr(paths, "project", lambda start=None: tmp_path)
    for place in ("notebooks/en", "my/en", "manifests"):
        (tmp_path / place).mkdir(parents=True)
    nbformat.write(run(compared=WITHOUT, findings=PLACE).notebook, tmp_path / "notebooks" / "en" / "98_small.ipynb")
    return tmp_path / "my" / "en"


def test_findings_are_what_the_learner_added(copies: Path) -> None:
    older = "Say here what you saw; `lab report --mine` takes it."
    mine_ = run(compared=GIVEN, findings=f"{PLACE}\n{older}\n\nI expected 200.\n\n# Big\n- and saw 404").notebook
    nbformat.write(mine_, copies / "98_small.ipynb")
    made = mine.report()
    (found,) = handing_in.findings(made)
    assert found.text == "I expected 200.\n\n# Big\n- and saw 404"
    assert "I expected 200." in part(made, "findings").blockquote.get_text()
    assert "> I expected 200." in as_log(made) and as_log(made).count("I expected 200.") == 1
    assert as_data(made)["findings"] == {"98_small": found.text}


def test_without_findings_the_place_for_them_is_named(copies: Path) -> None:
    nbformat.write(run(compared=GIVEN, findings=PLACE).notebook, copies / "98_small.ipynb")
    made = mine.report()
    assert handing_in.findings(made) == [] and "Nothing is written yet." in part(made, "findings").get_text()
