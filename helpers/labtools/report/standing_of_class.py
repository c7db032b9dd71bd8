"""How far each of a class has come, and what was predicted: columns of the first table, and a table by question."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from labcore.language.messages import joined, phrase, stored

from labtools.clinic.records import REPAIRED
from labtools.report import achieved, capstone, clinic_of_class, compared
from labtools.report.appendix import Grid
from labtools.report.clinic import TITLE
from labtools.report.members import Member

_SHOWN = 3  # wrong answers to a question
_NONE = phrase("-")


class Column(NamedTuple):
    """A cell for each report; "" where it has nothing of this."""

    heading: str
    cells: list[str]


class _Asked(NamedTuple):
    """A question in its place: two cells of a notebook may ask the same."""

    notebook: str
    cell: str
    question: str


def columns(members: Sequence[Member]) -> list[Column]:
    """Those of which some report has something: progress where not all was run, predictions, clinic, capstone."""
    scores = [achieved.score(member) or ["", ""] for member in members]
    found = [
        Column(phrase("progress"), _progress(members)),
        Column(phrase("predictions given"), [given for given, _ in scores]),
        Column(phrase("of these right"), [right for _, right in scores]),
        Column(TITLE, [_clinic(member) for member in members]),
        Column(capstone.TITLE, [capstone.in_short(member.report.get("capstone")) for member in members]),
    ]
    return [Column(heading, [cell or _NONE for cell in cells]) for heading, cells in found if any(cells)]


def predictions(members: Sequence[Member]) -> Grid:
    """The questions that somebody had wrong, those first that most had wrong."""
    told: dict[_Asked, list[compared.Answer]] = {}
    for member in members:
        for asked, answer in _given(member):
            told.setdefault(asked, []).append(answer)
    rows = []
    for asked, answers in sorted(told.items(), key=lambda each: -sum(not answer.right for answer in each[1])):
        wrong = Counter(answer.predicted for answer in answers if not answer.right)
        if wrong:
            some = [f"{stored(said)} ({times})" for said, times in wrong.most_common(_SHOWN)]
            right = f"{len(answers) - wrong.total()} / {len(answers)}"
            rows.append([asked.notebook, stored(asked.question), right, joined(" · ", some)])
    headings = [
        phrase("notebook"),
        phrase("question"),
        phrase("right"),
        phrase("wrong answers, the most frequent first"),
    ]
    return Grid(phrase("Predictions"), headings, rows)


def _given(member: Member) -> Iterator[tuple[_Asked, compared.Answer]]:
    for notebook in member.report.get("notebooks", []):
        for cell in notebook["cells"]:
            for answer in (answer for table in cell["tables"] for answer in compared.answers(table)):
                if answer.predicted:
                    yield _Asked(notebook["name"], cell["id"], answer.question), answer


def _progress(members: Sequence[Member]) -> list[str]:
    """Of the cells of the notebooks in a report, how many were run; nothing where everybody ran all."""
    states = [[cell["state"] for book in m.report.get("notebooks", []) for cell in book["cells"]] for m in members]
    if not any("not run" in of_one for of_one in states):
        return []
    return [f"{100 * (len(s) - s.count('not run')) // len(s)} %" if s else "" for s in states]


def _clinic(member: Member) -> str:
    """Cases repaired, of those that were played."""
    visits = clinic_of_class.first_of_each(member).values()
    return f"{sum(visit.end == REPAIRED for visit in visits)} / {len(visits)}" if visits else ""
