"""The list of cases, and the card of what a learner has done there."""

from collections.abc import Iterable, Iterator, Sequence

from labcore.language.messages import phrase, plural
from labcore.language.text_width import padded, width

from labtools.clinic import records, registry
from labtools.clinic.case import Case
from labtools.clinic.records import GIVEN_UP, LEFT, REPAIRED, Visit

GRADES = {"easy": phrase("easy"), "middle": phrase("middle"), "hard": phrase("hard")}
ENDS = {REPAIRED: phrase("repaired"), GIVEN_UP: phrase("given up"), LEFT: phrase("left"), "": phrase("open")}


def listed(lacking: dict[str, str]) -> Iterator[str]:
    """Every case with its grade and what became of it; `lacking`: why one cannot be played here."""
    latest = {visit.case: visit for visit in records.read().every}
    yield from _aligned(
        [case.name, GRADES[case.grade], lacking.get(case.name) or _state(latest.get(case.name))]
        for case in registry.every()
    )


def score() -> Iterator[str]:
    """A line for each case that was closed, and their sum."""
    closed = records.read().closed
    if not closed:
        yield phrase("No case is closed yet. lab clinic start takes the first one.")
        return
    head = [phrase("case"), phrase("grade"), phrase("end"), phrase("diagnosis"), phrase("time"), phrase("checks")]
    yield from _aligned([head, *(_row(visit) for visit in closed)])
    yield ""
    yield summary(closed)


def summary(closed: Sequence[Visit]) -> str:
    """In one sentence."""
    repaired = [visit for visit in closed if visit.end == REPAIRED]
    return phrase(
        "{cases}: {repaired} repaired, {right} with the right diagnosis at once.",
        cases=plural("{number} case", "{number} cases", len(closed)),
        repaired=len(repaired),
        right=sum(visit.right_at_once for visit in closed),
    )


def clock(seconds: int) -> str:
    """`4:05`, with hours `1:04:05`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def diagnosis(visit: Visit) -> str:
    """How the right one was found."""
    if visit.right_at_once:
        return phrase("right at once")
    wrong = plural("after {number} wrong one", "after {number} wrong ones", len(visit.wrong))
    return wrong if visit.is_diagnosed else phrase("none right")


def _row(visit: Visit) -> list[str]:
    return [
        visit.case, _grade(visit), ENDS[visit.end], diagnosis(visit), clock(visit.seconds), str(visit.checks),
    ]  # fmt: skip


def _grade(visit: Visit) -> str:
    there: dict[str, Case] = {case.name: case for case in registry.every()}
    return GRADES[there[visit.case].grade] if visit.case in there else phrase("-")


def _state(visit: Visit | None) -> str:
    return ENDS[visit.end] if visit else phrase("-")


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    every = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*every, strict=True)]
    for row in every:
        yield "  ".join(padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
