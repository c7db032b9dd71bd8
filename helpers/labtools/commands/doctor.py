"""`lab doctor`: what is well, what is wrong, why it matters, and the command that fixes it."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from labcore.language import typed
from labcore.language.messages import phrase
from labcore.language.text_width import padded, width

from labtools.commands import FAILED, OK, cluster_option, declare

if TYPE_CHECKING:
    from labtools.doctor.finding import Finding


def add(commands) -> None:
    summary = phrase(
        "look for what stands in the way on this machine, and name the command that fixes it (exit code 1 if any)"
    )
    cluster_option(declare(commands, "doctor", run, summary))


def run(chosen: argparse.Namespace) -> int:
    """Prints all findings; exit code 1 if one of them stands in the way."""
    from labtools.doctor.examine import examine
    from labtools.doctor.facts import Machine
    from labtools.doctor.finding import NOTE, WRONG

    findings = examine(Machine.here(chosen.cluster))
    show(findings)
    wrong = [finding for finding in findings if finding.state == WRONG]
    print(
        phrase("\n{number} of {total} wrong.", number=len(wrong), total=len(findings))
        if wrong
        else phrase("\nAll is well ({number} looked at).", number=len(findings))
    )
    if any(finding.state == NOTE for finding in findings):
        print(phrase("A note is not a fault: its fix is for those who want what it names."))
    return FAILED if wrong else OK


def show(findings: Iterable["Finding"]) -> None:
    """A line for each, with why and fix below where there is something to do."""
    why, fix = f"{phrase('why')}:", f"{phrase('fix')}:"
    for finding in findings:
        print(padded(str(finding.state), 6), padded(str(finding.name), 20), finding.found)
        if finding.state == "ok":
            continue
        for title, text in ((why, finding.why), (fix, finding.fix)):
            if text:
                print(" " * 27, padded(title, max(5, width(why), width(fix))), typed.commands(str(text)))
