"""What an exercise is, and what checking one gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import english, phrase
from labcore.language.untrusted import html_text, visible

from ingress_lab.display.verdicts import BAD, GOOD, pill

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

MIME = "application/vnd.ingress-lab.check+json"


@dataclass(frozen=True)
class Result:
    """Whether an exercise is solved, and what is not yet so; why it is not is what hints are for."""

    name: str
    solved: bool
    why: str

    @property
    def sentence(self) -> str:
        return (
            phrase("Exercise {name} is solved: {why}", name=self.name, why=self.why)
            if self.solved
            else phrase("Exercise {name} is not solved yet: {why}", name=self.name, why=self.why)
        )

    def __bool__(self) -> bool:
        return self.solved

    def __repr__(self) -> str:
        return visible(english(self.sentence))

    def __str__(self) -> str:
        return visible(self.sentence)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        sentence = str(self.sentence)
        verdict = pill(phrase("✓ solved"), GOOD) if self.solved else pill(phrase("✗ not yet"), BAD)
        return {
            MIME: {"exercise": self.name, "solved": self.solved, "why": str(self.why)},
            "text/html": f"<p>{verdict} {html_text(sentence)}</p>",
            "text/plain": visible(sentence),
        }


@dataclass(frozen=True)
class Words:
    """Text for a reader, in Markdown."""

    markdown: str

    def __repr__(self) -> str:
        return visible(english(self.markdown))

    def __str__(self) -> str:
        return visible(self.markdown)

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
        """Runs the check, which asks the cluster; it may be run again at any time."""
        missing = self.missing(lab)
        return Result(self.name, not missing, missing or self.praise)


def first_elsewhere(lab: "Lab", services: dict[str, str]) -> str:
    """Sends a request to each URL; names the first whose Service (or status) is another than wanted."""
    for answer in lab.probe(list(services)):
        expected = services[answer.url]
        if answer.outcome != expected:
            return _elsewhere(answer, expected)
    return ""


def _elsewhere(answer: "Answer", expected: str) -> str:
    got = _got(answer)
    if expected.isdigit():
        return phrase("{url} should get status {code}; it {got}.", url=answer.url, code=expected, got=got)
    return phrase("{url} should get the Service {service}; it {got}.", url=answer.url, service=expected, got=got)


def _got(answer: "Answer") -> str:
    if answer.outcome == answer.service:
        return phrase("was answered by {service}", service=answer.service)
    return phrase("got {outcome}", outcome=answer.outcome)
