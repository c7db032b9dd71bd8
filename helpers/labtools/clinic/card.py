"""The list of cases, and the card of what a learner has done there."""

from collections.abc import Iterable, Iterator, Sequence

from labcore.language.messages import joined, phrase, plural
from labcore.language.text_width import padded, width

from labtools.clinic import records, registry
from labtools.clinic.case import Case
from labtools.clinic.records import GIVEN_UP, LEFT, REPAIRED, STARTING, Visit, Visits

GRADES = {"easy": phrase("easy"), "middle": phrase("middle"), "hard": phrase("hard")}
ENDS = {
    REPAIRED: phrase("repaired"), GIVEN_UP: phrase("given up"), LEFT: phrase("left"), STARTING: phrase("being set up"),
    "": phrase("open"),
}  # fmt: skip


def listed(lacking: dict[str, str]) -> Iterator[str]:
    """Every case with its grade and what became of it; `lacking`: why one cannot be played here."""
    visits = records.read()
    head = [phrase("case"), phrase("grade"), phrase("so far")]
    rows = [
        [case.name, GRADES[case.grade], lacking.get(case.name) or _state(case.name, visits)]
        for case in registry.every()
    ]
    yield from _aligned([head, *rows])


def score() -> Iterator[str]:
    """A line for each case that was closed, and their sum."""
    closed = records.read().closed
    if not closed:
        yield phrase("No case is closed yet. lab clinic start takes the first one.")
        return
    head = [
        phrase("case"),
        phrase("seed"),
        phrase("grade"),
        phrase("end"),
        phrase("diagnosis"),
        phrase("time"),
        phrase("checks"),
    ]
    yield from _aligned([head, *(_row(visit) for visit in closed)])
    yield ""
    yield summary(closed)
    if len(first_of_each(closed)) < len(closed):
        yield phrase("A case that is played again counts once, as it ended for the first time.")


def first_of_each(closed: Iterable[Visit]) -> dict[str, Visit]:
    """{case: the visit that counts}: a case that is played again is known already, but not one that was only left."""
    found: dict[str, Visit] = {}
    for visit in closed:
        if visit.case not in found or found[visit.case].end == LEFT:
            found[visit.case] = visit
    return found


def summary(closed: Sequence[Visit]) -> str:
    """In one sentence; each case counts once."""
    counted = first_of_each(closed).values()
    repaired = [visit for visit in counted if visit.end == REPAIRED]
    return phrase(
        "{cases}: {repaired} repaired, {right} with the right diagnosis at once.",
        cases=plural("{number} case", "{number} cases", len(counted)),
        repaired=len(repaired),
        right=sum(visit.right_at_once for visit in counted),
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
    seen = [diagnosis(visit), clock(visit.seconds), str(visit.checks)]
    return [visit.case, str(visit.seed), _grade(visit), ENDS[visit.end], *seen]


def _grade(visit: Visit) -> str:
    there: dict[str, Case] = {case.name: case for case in registry.every()}
    return GRADES[there[visit.case].grade] if visit.case in there else phrase("-")


def _state(name: str, visits: Visits) -> str:
    """How it ended for the first time, also while it is played again; else how it stands."""
    of_it = [visit for visit in visits.every if visit.case == name]
    if not of_it:
        return phrase("not begun")
    first = first_of_each(visits.closed).get(name)
    if first is None:
        return ENDS[of_it[-1].end]
    again = [ENDS[of_it[-1].end]] if of_it[-1].end in ("", STARTING) else []
    return joined(", ", [ENDS[first.end], *again])


def _aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    every = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*every, strict=True)]
    for row in every:
        yield "  ".join(padded(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip()
