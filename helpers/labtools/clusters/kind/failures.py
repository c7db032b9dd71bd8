"""What failed, from what kind, docker or kubectl printed: the cause in a sentence, and the exact next command."""

import re

from labcore.errors import LabError
from labcore.language.messages import phrase

from labtools.clusters.kind.causes import CAUSES, LONGEST, ClusterFacts
from labtools.clusters.shared.install_hints import install


class KindFailed(LabError):
    """A step on the way to a kind cluster failed; `cause` names it."""

    def __init__(self, message: str, cause: str) -> None:
        super().__init__(message)
        self.cause = cause


def failed(doing: str, printed: str, cluster: ClusterFacts) -> KindFailed:
    """The error for what a program printed while `doing` something."""
    for cause in CAUSES:
        if match := re.search(cause.pattern, printed, re.MULTILINE):
            message = phrase(
                "{doing} failed: {why}\nAll that was printed: {log}",
                doing=doing,
                why=cause.advice(match, cluster),
                log=cluster.log,
            )
            return KindFailed(message, cause.name)
    return KindFailed(
        phrase(
            "{doing} failed: {why}\nAll that was printed: {log}",
            doing=doing,
            why=_last_words(printed),
            log=cluster.log,
        ),
        "unknown",
    )


def missing_program(name: str) -> KindFailed:
    """A program that is needed is not installed."""
    message = phrase(
        "there is no program {name} on PATH, and a kind cluster needs it. Install it:\n  {install}",
        name=name,
        install=install(name),
    )
    return KindFailed(message, f"no-{name}")


def late(doing: str, seconds: float, cluster: ClusterFacts) -> KindFailed:
    """A step that was ended because nothing happened any more."""
    return KindFailed(
        phrase(
            "{doing} came to nothing within {seconds:.0f} s. Nodes that never join are most "
            "often short of inotify instances (kind needs 128 for three nodes; 512 is "
            "comfortable):\n"
            "  sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288\n"
            "then again: lab up --cluster kind\n"
            "All that was printed: {log}",
            doing=doing,
            seconds=seconds,
            log=cluster.log,
        ),
        "late",
    )


def _last_words(printed: str) -> str:
    """The line that says ERROR, else the last line; a long one is cut."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR:", "error:", "Error"))]
    last = (errors or lines or [phrase("no output")])[0 if errors else -1]
    return last if len(last) <= LONGEST else f"{last[:LONGEST]} ..."
