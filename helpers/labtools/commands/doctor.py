"""`lab doctor`: what is well, what is wrong, why it matters, and the command that fixes it."""

import argparse

from labcore.language import typed
from labcore.language.messages import phrase

from labtools.commands import FAILED, OK, cluster_option, declare


def add(commands) -> None:
    words = phrase(
        "look for what stands in the way on this machine, and name the command that fixes it (exit code 1 if any)"
    )
    cluster_option(declare(commands, "doctor", run, words))


def run(chosen: argparse.Namespace) -> int:
    from labtools.doctor.examine import examine
    from labtools.doctor.facts import Machine
    from labtools.doctor.finding import NOTE, WRONG

    found = examine(Machine.here(chosen.cluster))
    for finding in found:
        print(f"{finding.state:<6} {finding.name:<20} {finding.found}")
        if finding.state == "ok":
            continue
        for title, words in (("why", finding.why), ("fix", finding.fix)):
            if words:
                print(f"{'':27} {title + ':':<5} {typed.commands(str(words))}")
    wrong = [finding for finding in found if finding.state == WRONG]
    print(
        phrase("\n{number} of {total} wrong.", number=len(wrong), total=len(found))
        if wrong
        else phrase("\nAll is well ({number} looked at).", number=len(found))
    )
    if any(finding.state == NOTE for finding in found):
        print(phrase("A note is not a fault: its fix is for those who want what it names."))
    return FAILED if wrong else OK
