"""What a learner has done in the clinic, for their own report."""

from collections.abc import Sequence

from labcore.language.messages import phrase

from labtools.clinic import card
from labtools.clinic.records import Visit
from labtools.report.appendix import Grid
from labtools.report.record import Report

TITLE = phrase("Clinic")
_FIELDS = ("case", "seed", "end", "seconds", "checks")
_MOST_VISITS, _MOST_DIAGNOSES = 500, 100


def table(report: Report) -> Grid:
    """A row for each case that was closed."""
    columns = [phrase("case"), phrase("end"), phrase("diagnosis"), phrase("time"), phrase("checks")]
    rows = [
        [visit.case, card.ENDS[visit.end], card.diagnosis(visit), card.clock(visit.seconds), str(visit.checks)]
        for visit in report.visits
    ]
    return Grid(TITLE, columns, rows)


def as_data(visits: Sequence[Visit]) -> list[dict]:
    """As report.json holds them."""
    return [
        {name: getattr(visit, name) for name in _FIELDS} | {"diagnoses": visit.diagnoses[:_MOST_DIAGNOSES]}
        for visit in visits[-_MOST_VISITS:]
    ]
