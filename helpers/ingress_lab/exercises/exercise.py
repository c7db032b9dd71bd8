"""What an exercise is, and what checking one gives."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingress_lab.messages import english, phrase, text

if TYPE_CHECKING:
    from ingress_lab.answers import Answer
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
        return str(english(self.sentence))

    def __str__(self) -> str:
        return str(self.sentence)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        sign, words = "&#10003;" if self.solved else "&#9675;", str(self.sentence)
        return {
            MIME: {"exercise": self.name, "solved": self.solved, "why": str(self.why)},
            "text/html": f"<p><strong>{sign}</strong> {html.escape(words)}</p>",
            "text/plain": words,
        }


@dataclass(frozen=True)
class Words:
    """Text for a reader, in Markdown."""

    markdown: str

    def __repr__(self) -> str:
        return str(english(self.markdown))

    def __str__(self) -> str:
        return str(self.markdown)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        return {"text/markdown": str(self), "text/plain": str(self)}


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
            return phrase("{url} should get {aim}; it {got}.", url=answer.url, aim=_aim(expected), got=_got(answer))
    return ""


def _aim(expected: str) -> str:
    if expected.isdigit():
        return phrase("status {code}", code=expected)
    return phrase("the Service {service}", service=expected)


def _got(answer: "Answer") -> str:
    if answer.outcome == answer.service:
        return phrase("was answered by {service}", service=answer.service)
    return phrase("got {outcome}", outcome=answer.outcome)
