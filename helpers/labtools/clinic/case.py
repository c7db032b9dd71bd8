"""What a case is: its setup in two states, how the check judges, what it may have been, the way that leads there."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer

    from labtools.clinic.draw import Draw
    from labtools.clinic.ground import Ground

NAMESPACE = "clinic"
"""Where a case is played; some have others beside it."""
EASY, MIDDLE, HARD = GRADES = ("easy", "middle", "hard")
"""The object says it; two objects disagree; everything looks well."""


class Expectation(Protocol):
    """Something that has to be so; `Ask` is the usual one."""

    @property
    def shown(self) -> str: ...

    @property
    def wanted(self) -> str: ...

    @property
    def sick(self) -> bool: ...

    def amiss(self, ground: "Ground") -> "Answer | None":
        """The answer that is not as it has to be; None where all is."""


@dataclass(frozen=True)
class Ask:
    """A request to the entry, and what has to come: the Service that answers (`pay`), else a status (`"404"`).

    `path` is what the application has to see; `certificate` the name that the certificate has to be for; `times`
    requests within `over` seconds must all be answered so; `also` judges the answer further.
    """

    url: str
    outcome: str
    sick: bool = False
    path: str = ""
    certificate: str = ""
    times: int = 1
    over: float = 0.0
    also: "Callable[[Answer], bool] | None" = None

    @property
    def shown(self) -> str:
        return self.url

    @property
    def wanted(self) -> str:
        return self.outcome

    def amiss(self, ground: "Ground") -> "Answer | None":
        for number in range(self.times):
            if number:
                time.sleep(self.over / (self.times - 1))  # spread: what comes and goes is to be met
            answer = ground.ask(self.url)
            if not self.is_right(answer):
                return answer
        return None

    def is_right(self, answer: "Answer") -> bool:
        from labtools.clinic.certificates import is_for

        return (
            answer.outcome == self.outcome
            and (not self.path or answer.path == self.path)
            and (not self.certificate or is_for(answer.layers.get("certificate"), self.certificate))
            and (self.also is None or self.also(answer))
        )


class Step(NamedTuple):
    """One step of the way that leads to the fault."""

    question: str
    command: str
    shows: str


@dataclass(frozen=True)
class Scene:
    """A case as a seed has drawn it. Objects without a namespace are in the case's own."""

    healthy: Sequence[dict]
    broken: Sequence[dict]
    asks: Sequence[Expectation]
    symptom: str
    path: Sequence[Step]
    live: bool = False
    strike: "Callable[[Ground], None] | None" = None
    tidy: "Callable[[Ground], None] | None" = None


class Need(NamedTuple):
    """What the cluster must have or allow, in words that end the sentence `it needs ...`."""

    words: str
    is_met: "Callable[[Ground], bool]"


class Equipment(NamedTuple):
    """What the whole cluster has while a case is played: put there before it, and taken away after it."""

    install: "Callable[[Ground], None]"
    remove: "Callable[[Ground], None]"


@dataclass(frozen=True)
class Case:
    """`diagnoses`: the right one first; `elsewhere`: the namespaces beside its own (`clinic-desk`).

    `patience`: for so many seconds `check` asks again before it says that a repair is none.
    """

    name: str
    grade: str
    scene: "Callable[[Draw], Scene]"
    diagnoses: tuple[str, str, str, str, str]
    needs: tuple[Need, ...] = ()
    elsewhere: tuple[str, ...] = ()
    equipment: Equipment | None = None
    patience: float = 20.0
