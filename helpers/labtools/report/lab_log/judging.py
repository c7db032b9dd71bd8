"""The log of a run: each statement with what was observed, and a mark that only the run's outputs decide."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from labcore.language.messages import filled, joined, phrase, stored

from labtools.report.lab_log.checks import Check, Statement, fits, is_no_answer
from labtools.report.lab_log.outline import PARTS
from labtools.report.record import FAILED, NOT_RUN, CellRun, NotebookRun, Report
from labtools.report.sections import sections

CONFIRMED, DIFFERS, NOT_SHOWN = (
    phrase("confirmed"), phrase("differs from the statement"), phrase("not shown in this run"),
)  # fmt: skip
LEGEND = phrase(
    "Each mark comes from the outputs of these cells, by program. Confirmed: all that is named was observed as the "
    "statement says. Differs: something was observed otherwise. Not shown: a cell failed or was not run, its notebook "
    "is not in this report, or nobody answered."
)


@dataclass(frozen=True)
class Seen:
    """What one cell showed: `section` says where, `anchor` leads there ("" where the report has no such cell)."""

    section: str
    anchor: str
    observed: Sequence[tuple[str, str]]
    what: str = ""


@dataclass(frozen=True)
class Line:
    """A statement with its mark; `why` says how reality differs, or what is missing."""

    statement: Statement
    mark: str
    seen: Sequence[Seen]
    why: Sequence[str]


@dataclass(frozen=True)
class Part:
    """A heading of the log ("" for its opening) with its lines."""

    title: str
    lines: Sequence[Line]


def log(report: Report) -> list[Part]:
    """All of it; [] for a report that holds no notebook of the log's."""
    runs = {run.name[:2]: run for run in report.notebooks}
    known = {check.notebook for _, part in PARTS for statement in part for check in statement.checks}
    if not known & runs.keys():
        return []
    return [Part(title, [_line(statement, runs) for statement in part]) for title, part in PARTS]


def marks(parts: Sequence[Part]) -> str:
    """How many statements have which mark, as a sentence."""
    all_marks = [line.mark for part in parts for line in part.lines]
    return phrase(
        "{total} statements: {confirmed} confirmed, {differ} differ from what was observed, "
        "{missing} not shown in this run.",
        total=len(all_marks), confirmed=all_marks.count(CONFIRMED), differ=all_marks.count(DIFFERS),
        missing=all_marks.count(NOT_SHOWN),
    )  # fmt: skip


def untried(line: Line) -> list[str]:
    """What of the statement no cell can try, as a sentence; [] where there is nothing."""
    said = line.statement.untried
    return [phrase("Not tried by any cell: {what}.", what=said)] if said else []


def anchor(run: NotebookRun, cell: str) -> str:
    """The name of a cell on the report's page."""
    return f"{run.name}-{cell}"


@dataclass
class _Judged:
    seen: Seen
    differences: list[str]
    missing: list[str]


def _line(statement: Statement, runs: dict[str, NotebookRun]) -> Line:
    judged = [_judged(check, runs.get(check.notebook)) for check in statement.checks]
    differences = [sentence for each in judged for sentence in each.differences]
    missing = [sentence for each in judged for sentence in each.missing]
    mark = DIFFERS if differences else NOT_SHOWN if missing else CONFIRMED
    return Line(statement, mark, [each.seen for each in judged], [*differences, *dict.fromkeys(missing)])


def _judged(check: Check, run: NotebookRun | None) -> _Judged:
    if run is None:
        section = phrase("notebook {number}", number=check.notebook)
        return _Judged(Seen(section, "", ()), [], [phrase("{place}: it is not in this report", place=section)])
    record = next((record for record in run.cells if record.cell.get("id") == check.cell), None)
    section = _section(check, run, record)
    if missing := _unusable(run, record):
        where = anchor(run, check.cell) if record and run.begun else ""
        return _Judged(Seen(section, where, ()), [], [filled(missing, place=section)])
    assert record is not None
    observed = check.read(record.cell)
    shown = [(stored(name), observed[name]) for name in check.said if name in observed]
    return _Judged(
        Seen(section, anchor(run, check.cell), shown, check.what),
        list(_differences(check, section, observed)),
        list(_missing(check, section, observed)),
    )


def _differences(check: Check, section: str, observed: Mapping[str, str]) -> Iterator[str]:
    told = set()
    for name, said in check.said.items():
        seen = observed.get(name)
        if seen is None or fits(said, seen) or is_no_answer(said, seen):
            continue
        if seen in check.means:
            if seen not in told:
                yield check.means[seen]
            told.add(seen)
        else:
            values = {"place": section, "name": stored(name), "seen": seen, "said": said}
            yield phrase("{place}: {name} was {seen}, not {said}", **values)


def _missing(check: Check, section: str, observed: Mapping[str, str]) -> Iterator[str]:
    if observed.keys().isdisjoint(check.said):
        nothing = phrase("{place}: the output shows none of it", place=section)
        yield joined(": ", [section, check.absent]) if check.absent else nothing
        return
    for name, said in check.said.items():
        if name not in observed:
            yield phrase("{place}: the output does not show {name}", place=section, name=stored(name))
        elif is_no_answer(said, observed[name]):
            yield phrase("{place}: {name} got no answer", place=section, name=stored(name))


def _unusable(run: NotebookRun, record: CellRun | None) -> str:
    if run.left_out:
        return phrase("{place}: it was left out on this cluster")
    if record is None:
        return phrase("{place}: the notebook has no such cell")
    if record.state == FAILED:
        return phrase("{place}: the cell failed")
    return phrase("{place}: the cell was not run") if record.state == NOT_RUN else ""


def _section(check: Check, run: NotebookRun, record: CellRun | None) -> str:
    """`07, Round 1`: the notebook's number, and what its section is called up to the dash."""
    title = next((s.title for s in sections(run) if record in s.cells), "") if record else ""
    return joined(", ", filter(None, [check.notebook, title.partition(" - ")[0]]))
