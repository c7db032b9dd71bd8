"""What a report says beside its cells, to be handed in: purpose, predictions with a score, findings, conclusions."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from labcore.errors import LabError
from labcore.language.messages import phrase, stored

from labtools.report import compared, outputs
from labtools.report.appendix import Grid
from labtools.report.record import NOT_RUN, PASSED, NotebookRun, Report
from labtools.report.sections import OWN_WORDS, RECAP, has_tag, prose, sections
from labtools.workspace import own_copy, series

PURPOSE = phrase("To find out by experiment what an Ingress is and does, and what of it holds on this cluster.")
_INVITES = "`lab report --mine`"
NO_FINDINGS = phrase("Nothing is written yet. The cell for it stands near the end of each notebook.")


class Goals(NamedTuple):
    """A notebook, and what it is for."""

    run: NotebookRun
    goals: list[str]


class Words(NamedTuple):
    """What is said of a notebook in its recap or in the learner's words; `doubt` says why it may not hold here."""

    run: NotebookRun
    text: str
    doubt: str = ""


class Prediction(NamedTuple):
    """One question of a notebook, with what was predicted ("" where nothing was) and what was observed."""

    run: NotebookRun
    where: str
    question: str
    predicted: str
    observed: str
    verdict: str


def title(report: Report) -> str:
    """As the author gave it, else the usual one."""
    return report.cover.title or phrase("Lab report")


def goals(report: Report) -> list[Goals]:
    """The goals that stand in the first cell of each notebook."""
    mark = series.MARKS.get(report.language, series.MARKS["en"])["goals"]
    of_notebooks = []
    for run in report.ran:
        first = next((prose(cell) for cell in run.notebook.cells if cell.cell_type == "markdown"), "")
        lines = first.partition(mark)[2].splitlines()
        if listed := [line[2:].strip() for line in lines if line.startswith("- ")]:
            of_notebooks.append(Goals(run, listed))
    return of_notebooks


def predictions(report: Report) -> list[Prediction]:
    """Every question that was asked and observed."""
    return [prediction for run in report.ran if run.begun for prediction in _of(run)]


def _of(run: NotebookRun) -> Iterator[Prediction]:
    for section in sections(run):
        for table in (table for record in section.cells for table in outputs.tables(record.cell)):
            for answer in compared.answers(table):
                yield Prediction(run, section.title.partition(" - ")[0], *answer)


def is_right(prediction: Prediction) -> bool:
    return compared.is_right(prediction.verdict)


def score(predictions: list[Prediction]) -> str:
    """How many predictions were given and how many of these were right, as a sentence."""
    given = [each for each in predictions if each.predicted]
    if not given:
        return phrase("No prediction was given; the experiments show what was observed.")
    right = sum(map(is_right, given))
    return phrase(
        "Predictions given: {given} of {asked}. Right: {right} ({share} %).",
        given=len(given), asked=len(predictions), right=right, share=round(100 * right / len(given)),
    )  # fmt: skip


def prediction_tables(predictions: list[Prediction]) -> list[Grid]:
    """The score of each notebook, and every prediction that was given; [] where there was none."""
    given = [each for each in predictions if each.predicted]
    if not given:
        return []
    return [_scores(predictions), _compared(given)]


def _scores(predictions: list[Prediction]) -> Grid:
    rows = []
    for name in dict.fromkeys(each.run.title for each in predictions):
        asked = [each for each in predictions if each.run.title == name]
        given = [each for each in asked if each.predicted]
        right = sum(map(is_right, given))
        share = f"{round(100 * right / len(given))} %" if given else phrase("-")
        rows.append([name, f"{len(given)} / {len(asked)}", str(right), share])
    columns = [phrase("notebook"), phrase("predictions given"), phrase("of these right"), phrase("score")]
    return Grid("", columns, rows)


def _compared(given: list[Prediction]) -> Grid:
    """Options and what was observed stay as they are in the notebook: they are what one writes there."""
    columns = [phrase("experiment"), phrase("question"), phrase("predicted"), phrase("observed"), phrase("verdict")]
    return Grid("", columns, [_compared_row(each) for each in given])


def _compared_row(each: Prediction) -> list[str]:
    section = ", ".join(filter(None, (each.run.name.partition("_")[0], each.where)))
    return [section, stored(each.question), each.predicted, each.observed, stored(each.verdict)]


def findings(report: Report) -> list[Words]:
    """The learner's own words: what stands in cells tagged `conclusion`, without the lines of the original."""
    findings = []
    for run in report.notebooks:
        asked = _lines_of_the_original(run, report.language)
        own = [cell.source for cell in run.notebook.cells if cell.cell_type == "markdown" and has_tag(cell, OWN_WORDS)]
        lines = [line for source in own for line in [*source.splitlines(), ""] if not _is_asked(line, asked)]
        if text := re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip():
            findings.append(Words(run, text))
    return findings


def _is_asked(line: str, asked: set[str]) -> bool:
    """Whether it is the original's; an older copy may hold another wording, which names the command, too."""
    return line.strip() in asked or _INVITES in line


def _lines_of_the_original(run: NotebookRun, language: str) -> set[str]:
    """Without the empty one, which stands between paragraphs of the learner's, too."""
    original = series.folder(language) / run.path.name
    if not original.is_file():
        return set()
    try:
        cells = own_copy.read(original).cells
    except LabError:
        return set()
    return {line.strip() for cell in cells if has_tag(cell, OWN_WORDS) for line in cell.source.splitlines()} - {""}


def conclusions(report: Report) -> list[Words]:
    """The recap of each notebook, gathered; of one that has not passed here, with that as a doubt."""
    recaps = []
    for run in report.ran:
        for cell in run.notebook.cells:
            if cell.cell_type == "markdown" and cell.get("id") == RECAP:
                recaps.append(Words(run, prose(cell).partition("\n")[2].strip(), _doubt(run)))
    return recaps


def _doubt(run: NotebookRun) -> str:
    if run.state == PASSED:
        return ""
    if run.state == NOT_RUN:
        return phrase("This notebook was not run to its end: these outputs do not show all of it.")
    return phrase("Cells of this notebook failed: these outputs do not show all of it.")
