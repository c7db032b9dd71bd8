"""`lab preflight`: before a workshop, is this machine ready? What stands in the way, and notebook 00 run here."""

import argparse

from labcore.language import typed
from labcore.language.messages import phrase
from labcore.machine import paths

from labtools.commands import FAILED, OK, cluster_option, declare, doctor
from labtools.workspace import series

SLOW = 60.0
"""Seconds of notebook 00; it takes less than ten on most machines, and the others take about as long."""


def add(commands) -> None:
    summary = phrase("before a workshop: is this machine ready? Looks at it and runs notebook 00 (exit code 1 if not)")
    cluster_option(declare(commands, "preflight", run, summary))


def run(chosen: argparse.Namespace) -> int:
    """Says only what stands in the way, and ends with one sentence to be sent to whoever leads the workshop."""
    from labtools.doctor.examine import examine
    from labtools.doctor.facts import Machine
    from labtools.doctor.finding import WRONG

    machine = Machine.here(chosen.cluster)
    wrong = [finding for finding in examine(machine) if finding.state == WRONG]
    if wrong:
        doctor.show(wrong)
        print(phrase("\nNot ready: run the commands that are named above, then `lab preflight` again."))
        return FAILED
    return _first_notebook(chosen.cluster, ".".join(map(str, machine.python)), machine.architecture)


def _first_notebook(cluster: str | None, python: str, system: str) -> int:
    from labtools.report.run import write_report

    report, folder = write_report(paths.state() / "preflight", cluster, only=[series.FIRST])
    if not report.passed:
        page = typed.path(folder / "index.html")
        print(phrase("Not ready: a cell of notebook 00 failed. This page shows which one, and why: {page}", page=page))
        return FAILED
    if report.seconds > SLOW:
        print(phrase("This machine is slow or busy: end other programs, or sit with somebody else."))
    facts = {"seconds": report.seconds, "python": python, "system": system}
    print(phrase("Ready: notebook 00 ran in {seconds:.0f} s (Python {python}, {system}).", **facts))
    return OK
