"""The record of the series in a report of one's own: what was done, no name that nobody gave, and where to go next."""

from datetime import UTC, datetime

from bs4 import BeautifulSoup
from labtools.capstone.result import Result
from labtools.clinic.records import REPAIRED, Visit
from labtools.report import certificate, contents
from labtools.report.log import as_log
from labtools.report.page import as_page
from labtools.report.record import Cover, Report

DONE = "exercises solved: 40 of 54; predictions given: 120, right: 90"


def report(own: str = DONE, **cover: str) -> Report:
    made = Report({"name": "none"}, {}, {}, datetime(2026, 3, 1, 12, tzinfo=UTC), cover=Cover(**cover))
    made.own = own
    return made


def said(made: Report) -> dict[str, str]:
    return {str(line.name): str(line.value) for line in certificate.lines(made)}


def test_what_was_not_done_is_not_there() -> None:
    assert said(report()) == {
        "name": certificate.BLANK, "notebooks": DONE, "day": "2026-03-01", "signature": certificate.BLANK,
    }  # fmt: skip


def test_clinic_and_capstone_stand_on_it_and_a_name_that_was_given() -> None:
    made = report(author="A. Learner", course="Networks")
    made.visits = [Visit("bakery", 1, "local", 1.0, [0], 2, REPAIRED, 60)]
    made.capstone = Result(datetime(2026, 2, 28, 12).timestamp(), 1408, 0, 130.0, 39, 39, ("entry",))
    lines = said(made)
    assert (lines["name"], lines["course"]) == ("A. Learner", "Networks")
    assert lines["clinic"] == "1 case: 1 repaired, 1 with the right diagnosis at once."
    assert lines["capstone"] == "passed on 2026-02-28: the shop was moved, 1408 requests in 2 min, lost: 0."


def test_a_capstone_that_is_not_finished_says_how_far_it_is() -> None:
    made = report()
    made.capstone = Result(0.0, 100, 3, 30.0, 24, 39)
    assert said(made)["capstone"] == "begun; 24 of 39 checks as expected."


def test_both_pages_show_it_and_only_in_a_report_of_ones_own() -> None:
    made = report(author="<b>x</b>")
    page = BeautifulSoup(as_page(made), "html.parser").select_one("#record")
    assert page and "<b>x</b>" in page.get_text() and not page.select("b")
    urls = [url for _, url in certificate.LINKS]
    assert [link["href"] for link in page.select("li a")] == urls
    text = as_log(made)
    assert all(f"]({url})" in text for url in urls) and "<b>" not in text.partition("Record of the series")[2]
    assert "record" not in [part.anchor for part in contents.parts(report(own=""))]
