"""`report.md`: the report as a lab log - what was tried, what was seen, what follows."""

from collections import Counter
from collections.abc import Sequence

from labcore.language.headings import HEADINGS
from labcore.language.messages import filled, joined, phrase
from labcore.language.untrusted import markdown_text

from labtools.report import appendix, counts, outputs
from labtools.report.record import NOT_RUN, CellRun, NotebookRun, Report
from labtools.report.sections import Section, sections, superseded

RESULTS = ("notebook", "state", "cells", "failed", "exercises", "took")


def as_log(report: Report) -> str:
    """The report as Markdown."""
    blocks = [f"# {phrase('Lab report')}", _facts(report), _results(report), *_failures(report), *_changes(report)]
    blocks += _exercises(report)
    for run in report.notebooks:
        said_of_run = said(run)
        blocks += [f"## {run.title}", *([f"**{markdown_text(said_of_run)}**"] if said_of_run else [])]
        for section in sections(run) if run.begun else []:
            blocks += _section(section)
    blocks += _appendix(report)
    return "\n\n".join(block for block in blocks if block) + "\n"


def summary(report: Report) -> str:
    """How many ran, how many failed, how many exercises are solved, how many notebooks were left out."""
    return joined(" ", [outcome(report), *beside(report)])


def outcome(report: Report) -> str:
    """What became of the cells, as a sentence; of a partial report, that it is one."""
    states = Counter(cell.state for run in report.ran for cell in run.cells)
    ran = {"notebooks": counts.notebooks(len(report.ran)), "cells": counts.cells(states.total())}
    sentence = filled(_outcome(report, states), **ran, failed=states["failed"], left=states["not run"])
    if not report.interrupted:
        return sentence
    at = next((run.title for run in report.notebooks if run.interrupted), phrase("-"))
    return joined(" ", [phrase("A partial report: the run was interrupted at {title}.", title=at), sentence])


def beside(report: Report) -> list[str]:
    """What does not decide whether the run passed: exercises solved, notebooks left out; a sentence each."""
    verdicts = [solved for run in report.ran for solved in _verdicts(run).values()]
    sentences = [counts.exercises(sum(verdicts), len(verdicts))] if verdicts else []
    sentences += [report.own] if report.own else []
    left_out = len(report.notebooks) - len(report.ran)
    return [*sentences, *([phrase("Left out: {number}.", number=left_out)] if left_out else [])]


def said(run: NotebookRun) -> str:
    """Why a notebook was left out, ended early, was interrupted or never begun; "" if it ran."""
    sentence = run.left_out or run.problem or (phrase("Interrupted here.") if run.interrupted else "")
    return sentence or ("" if run.begun else NOT_RUN)


def _outcome(report: Report, states: Counter[str]) -> str:
    if report.passed:
        return phrase("{notebooks}, {cells}: all passed.")
    if states["not run"] or not report.ran:
        return phrase("{notebooks}, {cells}: {failed} failed, {left} not run.")
    return (
        phrase("{notebooks}, {cells}: {failed} failed.")
        if states["failed"]
        else phrase("{notebooks}, {cells}: none failed, but a notebook did not end well.")
    )


def _facts(report: Report) -> str:
    return "\n".join([summary(report), "", *(f"- {n}: {markdown_text(v)}" for n, v in facts(report).items())])


def facts(report: Report) -> dict[str, str]:
    """When, how long, and on which cluster and machine."""
    when = {
        phrase("when"): report.started.strftime("%Y-%m-%d %H:%M"),
        phrase("took"): str(counts.lasted(report.seconds)),
    }
    known = {"cluster" if n == "name" else n: v for n, v in report.cluster.items()} | report.machine
    known |= {"commit": report.commit} if report.commit else {}
    return when | {str(appendix.FACTS[name]): value for name, value in known.items()}


def solved(run: NotebookRun) -> str:
    """`1 of 2`: how many of the notebook's exercises are solved; "-" where there is none."""
    checks = _verdicts(run)
    return f"{sum(checks.values())} / {len(checks)}" if checks else phrase("-")


def _verdicts(run: NotebookRun) -> dict[str, bool]:
    """Each exercise with its last verdict."""
    return {c["exercise"]: c["solved"] for record in run.cells for c in outputs.checks(record.cell)}


def _results(report: Report) -> str:
    rows = [
        [r.title, r.state, len(r.cells), len(r.failures), solved(r), counts.lasted(r.seconds)] for r in report.notebooks
    ]
    return grid([HEADINGS[key] for key in RESULTS], rows)


def _exercises(report: Report) -> list[str]:
    table = appendix.exercises(report)
    return [f"## {table.title}", grid(table.columns, table.rows)] if table.rows else []


def _appendix(report: Report) -> list[str]:
    blocks = [f"## {appendix.TITLE}"]
    for table in appendix.tables(report):
        blocks += [f"### {table.title}", grid(table.columns, table.rows)]
    return blocks


def _failures(report: Report) -> list[str]:
    if not report.failures:
        return []
    blocks = [f"## {phrase('What failed')}"]
    for run, record in report.failures:
        blocks += [
            f"{run.title}, {phrase('cell {number}', number=record.number)}",
            _fenced(record.cell.source, "python"),
        ]
        if record.error:
            blocks.append(_fenced(f"{record.error['name']}: {record.error['message']}"))
    return blocks


def _changes(report: Report) -> list[str]:
    if report.changes is None:
        return []
    rows = [[str(cell) for cell in change] for change in report.changes]
    seen = (
        grid([str(HEADINGS[key]) for key in ("where", "what", "before", "after")], rows)
        if rows
        else phrase("no difference")
    )
    return [f"## {phrase('What changed since')}", seen]


def _section(section: Section) -> list[str]:
    """What surrounds the code is what was asked and concluded; its outputs are what was seen; the code is folded."""
    blocks = [f"### {section.title}"] if section.title else []
    blocks += section.before
    known = superseded(section)
    for step in section.steps:
        if isinstance(step, str):
            blocks.append(step)
        else:
            blocks += [_code(step), *([] if step.number in known else _seen(step))]
    return blocks + section.after


def _code(record: CellRun) -> str:
    title = phrase("code of cell {number}", number=record.number)
    return f"<details><summary>{title}</summary>\n\n{_fenced(record.cell.source, 'python')}\n\n</details>"


def _seen(record: CellRun) -> list[str]:
    cell = record.cell
    blocks = [_fenced(text) for text in outputs.texts(cell)]
    for (columns, *rows), notes in outputs.shown_tables(cell):
        blocks += [grid(columns, rows), *map(markdown_text, notes)]
    blocks += [_fenced(text) for text in outputs.pictures(cell)]
    blocks += [
        phrase("Exercise {name} is solved: {why}", name=markdown_text(c["exercise"]), why=markdown_text(c["why"]))
        if c["solved"]
        else phrase(
            "Exercise {name} is not solved yet: {why}", name=markdown_text(c["exercise"]), why=markdown_text(c["why"])
        )
        for c in outputs.checks(cell)
    ]
    if record.error:
        blocks.append(_fenced(f"{record.error['name']}: {record.error['message']}"))
    return blocks


def grid(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; whatever Markdown would read in a cell as more than text is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return markdown_text(phrase("-") if value is None else value)


def _fenced(text: str, language: str = "") -> str:
    """A code block whose fence is longer than any inside it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
