"""`report.md`: the report as Markdown - what was tried, what was seen, what follows."""

from collections.abc import Callable

from labcore.language.headings import HEADINGS
from labcore.language.messages import joined, phrase
from labcore.language.untrusted import markdown_text

from labtools.clinic import card
from labtools.report import appendix, certificate, clinic, contents, counts, handing_in, outputs, summary
from labtools.report.blocks import fenced, grid, harmless, heading, link, quoted
from labtools.report.lab_log import judging
from labtools.report.record import CellRun, NotebookRun, Report
from labtools.report.sections import Section, sections, superseded


def as_log(report: Report) -> str:
    """The report as Markdown."""
    blocks = [*_head(report), *_contents(report)]
    for anchor, title in contents.parts(report):
        blocks += [heading(2, title, anchor), *PARTS[anchor](report)]
    for run in report.notebooks:
        blocks += _notebook(run, own=bool(report.own))
    blocks += _appendix(report)
    return "\n\n".join(str(block) for block in blocks if block) + "\n"


def _head(report: Report) -> list[str]:
    facts = [f"- {name}: {markdown_text(value)}" for name, value in summary.cover(report).items()]
    return [heading(1, handing_in.title(report)), markdown_text(summary.summary(report)), "\n".join(facts)]


def _contents(report: Report) -> list[str]:
    lines = [f"- {link(title, anchor)}" for anchor, title in contents.entries(report)]
    return [heading(2, phrase("Contents")), "\n".join(lines)]


def _failures(report: Report) -> list[str]:
    blocks = []
    for run, record in report.failures:
        where = joined(", ", [run.title, phrase("cell {number}", number=record.number)])
        blocks += [markdown_text(where), fenced(record.cell.source, "python")]
        if record.error:
            blocks.append(fenced(f"{record.error['name']}: {record.error['message']}"))
    return blocks


def _changes(report: Report) -> list[str]:
    rows = [[str(cell) for cell in change] for change in report.changes or ()]
    if not rows:
        return [str(phrase("no difference"))]
    return [grid([str(HEADINGS[key]) for key in ("where", "what", "before", "after")], rows)]


def _purpose(report: Report) -> list[str]:
    listed = handing_in.goals(report)
    told = harmless if report.own else str
    lines = [
        f"- {markdown_text(run.title)}\n" + "\n".join(f"  - {told(goal)}" for goal in goals) for run, goals in listed
    ]
    return [str(handing_in.PURPOSE), "\n".join(lines)]


def _environment(report: Report) -> list[str]:
    return ["\n".join(f"- {name}: {markdown_text(value)}" for name, value in summary.facts(report).items())]


def _results(report: Report) -> list[str]:
    rows = [
        [r.title, r.state, len(r.cells), len(r.failures), summary.solved(r), counts.lasted(r.seconds)]
        for r in report.notebooks
    ]
    return [grid([HEADINGS[key] for key in summary.RESULTS], rows), str(summary.MEANING)]


def _predictions(report: Report) -> list[str]:
    predictions = handing_in.predictions(report)
    tables = handing_in.prediction_tables(predictions)
    return [str(handing_in.score(predictions)), *(grid(table.columns, table.rows) for table in tables)]


def _exercises(report: Report) -> list[str]:
    table = appendix.exercises(report)
    return [*summary.exercises_said(report), grid(table.columns, table.rows)]


def _clinic(report: Report) -> list[str]:
    table = clinic.table(report)
    return [str(card.summary(report.visits)), grid(table.columns, table.rows)]


def _lab_log(report: Report) -> list[str]:
    parts = judging.log(report)
    blocks = [str(judging.marks(parts)), str(judging.LEGEND)]
    for part in parts:
        blocks += [heading(3, part.title)] if part.title else []
        blocks.append("\n".join(_line(line) for line in part.lines))
    return blocks


def _line(line: judging.Line) -> str:
    """The statement, its mark, and below it what each cell showed."""
    lines = [f"- **{line.statement.number}.** {markdown_text(line.statement.text)} **[{markdown_text(line.mark)}]**"]
    for seen in line.seen:
        shown = "; ".join(f"{markdown_text(name)} → {markdown_text(value)}" for name, value in seen.observed)
        what = f" ({markdown_text(seen.what)})" if seen.what else ""
        lines.append(f"  - {link(seen.section, seen.anchor)}{what}: {shown or markdown_text(phrase('-'))}")
    lines += [f"  - {markdown_text(why)}" for why in line.why]
    return "\n".join(lines + [f"  - {markdown_text(said)}" for said in judging.untried(line)])


def _findings(report: Report) -> list[str]:
    findings = handing_in.findings(report)
    blocks = [] if findings else [str(handing_in.NO_FINDINGS)]
    for finding in findings:
        blocks += [heading(3, finding.run.title), quoted(finding.text)]
    return blocks


def _conclusion(report: Report) -> list[str]:
    blocks = []
    for conclusion in handing_in.conclusions(report):
        text = harmless(conclusion.text) if report.own else conclusion.text
        blocks += [heading(3, conclusion.run.title), *([f"**{conclusion.doubt}**"] if conclusion.doubt else []), text]
    return blocks


def _record(report: Report) -> list[str]:
    said = [f"- {markdown_text(line.name)}: {markdown_text(line.value)}" for line in certificate.lines(report)]
    links = [f"- [{markdown_text(words)}]({url})" for words, url in certificate.LINKS]
    return ["\n".join(said), heading(3, certificate.NEXT), "\n".join(links)]


PARTS: dict[str, Callable[[Report], list[str]]] = {
    "failures": _failures, "changes": _changes, "purpose": _purpose, "environment": _environment, "results": _results,
    "predictions": _predictions, "exercises": _exercises, "clinic": _clinic, "lab-log": _lab_log, "findings": _findings,
    "conclusion": _conclusion, "record": _record,
}  # fmt: skip


def _notebook(run: NotebookRun, *, own: bool) -> list[str]:
    said = summary.said(run)
    blocks = [heading(2, run.title, run.name), *([f"**{markdown_text(said)}**"] if said else [])]
    for section in sections(run) if run.begun else []:
        blocks += _section(run, section, own)
    return blocks


def _section(run: NotebookRun, section: Section, own: bool) -> list[str]:
    """What surrounds the code is what was asked and concluded; its outputs are what was seen; the code is folded."""
    told = harmless if own else str
    blocks = [heading(3, section.title)] if section.title else []
    blocks += [told(prose) for prose in section.before]
    known = superseded(section)
    for step in section.steps:
        if isinstance(step, str):
            blocks.append(told(step))
        else:
            blocks += [_code(run, step), *([] if step.number in known else _seen(step))]
    return [*blocks, *(told(prose) for prose in section.after)]


def _code(run: NotebookRun, record: CellRun) -> str:
    title, name = phrase("code of cell {number}", number=record.number), record.cell.get("id", "")
    target = f'<a id="{judging.anchor(run, name)}"></a>\n' if name else ""
    return f"{target}<details><summary>{title}</summary>\n\n{fenced(record.cell.source, 'python')}\n\n</details>"


def _seen(record: CellRun) -> list[str]:
    cell = record.cell
    blocks = [fenced(text) for text in outputs.texts(cell)]
    for (columns, *rows), notes in outputs.shown_tables(cell):
        blocks += [grid(columns, rows), *map(markdown_text, notes)]
    blocks += [fenced(text) for text in outputs.pictures(cell)]
    blocks += [_check(check) for check in outputs.checks(cell)]
    if record.error:
        blocks.append(fenced(f"{record.error['name']}: {record.error['message']}"))
    return blocks


def _check(check: dict) -> str:
    name, why = markdown_text(check["exercise"]), markdown_text(check["why"])
    if check["solved"]:
        return phrase("Exercise {name} is solved: {why}", name=name, why=why)
    return phrase("Exercise {name} is not solved yet: {why}", name=name, why=why)


def _appendix(report: Report) -> list[str]:
    blocks = [heading(2, appendix.TITLE, "appendix")]
    for table in appendix.tables(report):
        blocks += [heading(3, table.title), grid(table.columns, table.rows)]
    return blocks
