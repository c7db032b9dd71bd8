"""The parts of a report in their order: which there are, what each is called, and how links lead to it."""

from typing import NamedTuple

from labcore.language.messages import phrase

from labtools.report import appendix, certificate, handing_in
from labtools.report.lab_log import judging
from labtools.report.record import Report


class Entry(NamedTuple):
    """A line of the table of contents."""

    anchor: str
    title: str


TITLES = {
    "failures": phrase("What failed"),
    "changes": phrase("What changed since"),
    "purpose": phrase("Purpose"),
    "environment": phrase("Environment"),
    "results": phrase("Results"),
    "predictions": phrase("Predicted and observed"),
    "exercises": phrase("Exercises"),
    "clinic": phrase("Clinic"),
    "lab-log": phrase("Lab log"),
    "findings": phrase("Findings"),
    "conclusion": phrase("Conclusion"),
    "record": certificate.TITLE,
}


def parts(report: Report) -> list[Entry]:
    """The parts before the notebooks."""
    there = {
        "failures": bool(report.failures),
        "changes": report.changes is not None,
        "predictions": bool(handing_in.predictions(report)),
        "exercises": bool(appendix.exercises(report).rows),
        "clinic": bool(report.visits),
        "lab-log": bool(judging.log(report)),
        "findings": bool(report.own or handing_in.findings(report)),
        "conclusion": bool(handing_in.conclusions(report)),
        "record": bool(report.own),
    }
    return [Entry(anchor, title) for anchor, title in TITLES.items() if there.get(anchor, True)]


def entries(report: Report) -> list[Entry]:
    """The whole table of contents."""
    notebooks = [Entry(run.name, run.title) for run in report.notebooks]
    return [*parts(report), *notebooks, Entry("appendix", appendix.TITLE)]
