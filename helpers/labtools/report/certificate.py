"""The page at the end of the series: what its learner has done, a line for a name, and where to go next.

Only in a report of one's own. Nothing is counted that was not done, and no name is written that nobody gave.
"""

from datetime import datetime
from typing import NamedTuple

from labcore.language.messages import phrase

from labtools.capstone.result import Result
from labtools.clinic import card
from labtools.report.record import Report

TITLE = phrase("Record of the series")
BLANK = "_" * 40
"""A line to write on by hand."""
NEXT = phrase("Where to go next")
LINKS = (
    (phrase("Gateway API: specification, guides, implementations"), "https://gateway-api.sigs.k8s.io/"),
    (
        phrase("Kubernetes: Services, load balancing and networking"),
        "https://kubernetes.io/docs/concepts/services-networking/",
    ),
    (phrase("Traefik: reference and migration guides"), "https://doc.traefik.io/traefik/"),
    (phrase("The curricula of the certifications CKA and CKAD"), "https://github.com/cncf/curriculum"),
    (phrase("Contributing to Kubernetes"), "https://www.kubernetes.dev/docs/guide/"),
)


class Line(NamedTuple):
    """What the line is about, and what stands on it."""

    name: str
    value: str


def lines(report: Report) -> list[Line]:
    """Whose record it is, what was done in the notebooks, the clinic and the capstone; then place for a signature."""
    done = [Line(phrase("notebooks"), report.own)]
    if report.visits:
        done.append(Line(phrase("clinic"), card.summary(report.visits)))
    if report.capstone:
        done.append(Line(phrase("capstone"), capstone(report.capstone)))
    name = Line(phrase("name"), report.cover.author or BLANK)
    course = [Line(phrase("course"), report.cover.course)] if report.cover.course else []
    day = Line(phrase("day"), report.started.strftime("%Y-%m-%d"))
    return [name, *course, *done, day, Line(phrase("signature"), BLANK)]


def capstone(kept: Result) -> str:
    """What became of the shop, in one sentence."""
    if not kept.passed:
        return phrase("begun; {right} of {checks} checks as expected.", right=kept.right, checks=kept.checks)
    return phrase(
        "passed on {day}: the shop was moved, {requests} requests in {minutes} min, lost: {lost}.",
        day=datetime.fromtimestamp(kept.passed).strftime("%Y-%m-%d"),
        requests=kept.requests,
        minutes=max(1, round(kept.seconds / 60)),
        lost=kept.lost,
    )
