"""What an exercise is, and what checking one gives."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingress_lab.messages import text

if TYPE_CHECKING:
    from ingress_lab.lab import Lab

MIME = "application/vnd.ingress-lab.check+json"


@dataclass(frozen=True)
class Result:
    """Whether an exercise is solved, and why (not)."""

    name: str
    solved: bool
    why: str

    @property
    def sentence(self) -> str:
        return text("solved" if self.solved else "open", name=self.name, why=self.why)

    def __bool__(self) -> bool:
        return self.solved

    def __repr__(self) -> str:
        return self.sentence

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        sign = "&#10003;" if self.solved else "&#9675;"
        return {
            MIME: {"exercise": self.name, "solved": self.solved, "why": self.why},
            "text/html": f"<p><strong>{sign}</strong> {html.escape(self.sentence)}</p>",
            "text/plain": self.sentence,
        }


@dataclass(frozen=True)
class Words:
    """Text for a reader, in Markdown."""

    markdown: str

    def __repr__(self) -> str:
        return self.markdown

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


@dataclass(frozen=True)
class Exercise:
    """`missing` says what is still missing, in words, or "" when it is solved; `praise` is then shown."""

    name: str
    missing: Callable[["Lab"], str]
    praise: str
    hints: Sequence[str]
    solutions: Sequence[str]

    def judge(self, lab: "Lab") -> Result:
        missing = self.missing(lab)
        return Result(self.name, not missing, missing or self.praise)


def first_elsewhere(lab: "Lab", wanted: dict[str, str]) -> str:
    """Sends a request to each URL; names the first whose Service (or status) is another than wanted."""
    for answer in lab.probe(list(wanted)):
        expected = wanted[answer.url]
        if answer.outcome != expected:
            aim = f"the Service {expected}" if not expected.isdigit() else f"status {expected}"
            got = f"was answered by {answer.service}" if answer.outcome == answer.service else f"got {answer.outcome}"
            return f"{answer.url} should get {aim}; it {got}."
    return ""
