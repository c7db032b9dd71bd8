"""What an exercise is, and what checking one gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import english, joined, phrase
from labcore.language.untrusted import html_text, visible

from ingress_lab.http.answers import NOBODY
from ingress_lab.ingress.rules import api_reading

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer
    from ingress_lab.lab import Lab

_NOT_FOLLOWED = (404, 503)  # statuses of a controller that took no rule, or found no Pod behind it
MIME = "application/vnd.ingress-lab.check+json"


@dataclass(frozen=True)
class Result:
    """Whether an exercise is solved, and why (not)."""

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
        sign, sentence = "&#10003;" if self.solved else "&#9675;", str(self.sentence)
        return {
            MIME: {"exercise": self.name, "solved": self.solved, "why": str(self.why)},
            "text/html": f"<p><strong>{sign}</strong> {html_text(sentence)}</p>",
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
            return with_the_way(lab, _elsewhere(answer, expected), answer, expected)
    return ""


def with_the_way(lab: "Lab", said: str, answer: "Answer", service: str) -> str:
    """What was said, and what the rules say of an answer that no application gave."""
    if answer.service != NOBODY:
        return _with_the_apis_reading(lab, said, answer, service)
    if answer.status not in _NOT_FOLLOWED:
        return said
    rule = api_reading(lab.rules(), answer.url)
    if rule is None:
        return joined(" ", [said, phrase("No Ingress in this namespace has a rule for it.")])
    if rule.service != service:
        leads = phrase("Ingress {ingress} leads it to {service}.", ingress=rule.ingress, service=rule.service)
        return joined(" ", [said, leads])
    way = phrase(
        'Ingress {ingress} has a rule for it: lab.explain("{url}") says where the way is broken.',
        ingress=rule.ingress,
        url=answer.url,
    )
    return joined(" ", [said, way])


def _with_the_apis_reading(lab: "Lab", said: str, answer: "Answer", service: str) -> str:
    """The learner's rules may be right, and the controller of another mind."""
    rule = api_reading(lab.rules(), answer.url)
    if answer.service == service or rule is None or rule.service != service:
        return said
    reading = phrase(
        'By the API it is {service}: lab.explain("{url}") says why this controller decides otherwise.',
        service=service,
        url=answer.url,
    )
    return joined(" ", [said, reading])


def _elsewhere(answer: "Answer", expected: str) -> str:
    got = _got(answer)
    if expected.isdigit():
        return phrase("{url} should get status {code}; it {got}.", url=answer.url, code=expected, got=got)
    return phrase("{url} should get the Service {service}; it {got}.", url=answer.url, service=expected, got=got)


def _got(answer: "Answer") -> str:
    if answer.outcome == answer.service:
        return phrase("was answered by {service}", service=answer.service)
    return phrase("got {outcome}", outcome=answer.outcome)
