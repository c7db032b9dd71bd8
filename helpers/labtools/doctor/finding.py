"""One line of the doctor's result."""

from dataclasses import dataclass

from labcore.language.messages import phrase

OK, NOTE, WRONG = phrase("ok"), phrase("note"), phrase("wrong")


@dataclass(frozen=True)
class Finding:
    """`ok`, `note` (worth knowing; matters for another cluster or later) or `wrong`; then why, and the fix."""

    name: str
    state: str
    found: str
    why: str = ""
    fix: str = ""


def ok(name: str, found: str) -> Finding:
    """All is well: no reason and no fix."""
    return Finding(name, OK, found)


def note(name: str, found: str, why: str = "", fix: str = "") -> Finding:
    """Worth knowing, and stands in nobody's way."""
    return Finding(name, NOTE, found, why, fix)


def wrong(name: str, found: str, why: str, fix: str) -> Finding:
    """The lab cannot work so; `fix` is a command that can be typed as it is."""
    return Finding(name, WRONG, found, why, fix)


def judged(needed: bool, name: str, found: str, why: str, fix: str) -> Finding:
    """Wrong where it is needed, else a note."""
    return Finding(name, WRONG if needed else NOTE, found, why, fix)
