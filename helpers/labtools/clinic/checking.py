"""Is it repaired? Judged by what happens, so any right way counts; and whether anything else is otherwise now."""

import time
from typing import TYPE_CHECKING, NamedTuple

from labcore.kube.patience import patient
from labcore.language.messages import joined, phrase

from labtools.clinic.case import Expectation, Scene
from labtools.clinic.ground import Ground

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answer

_AGAIN = 0.3


class Verdict(NamedTuple):
    """`other` is the URL that is otherwise than before the case, "" where there is none; `change` says how."""

    broken: bool
    other: str = ""
    change: str = ""
    waited: int = 0

    @property
    def repaired(self) -> bool:
        return not self.broken and not self.other

    @property
    def sentence(self) -> str:
        if self.repaired:
            return phrase("Repaired.")
        if not self.broken:
            return phrase(
                "The customer's page is repaired, but something else is otherwise now: {change}", change=self.change
            )
        still = phrase("Still broken (asked for {seconds} s).", seconds=self.waited)
        parts = [still if self.waited else phrase("Still broken.")]
        if self.other:
            parts.append(phrase("Something else is otherwise now, too: {change}", change=self.change))
        return joined(" ", parts)


def judged(scene: Scene, ground: Ground) -> Verdict:
    """As it is at this moment."""
    failing = [(each, came) for each in scene.asks if (came := each.amiss(ground))]
    broken = any(each.sick for each, _ in failing)
    for each, came in failing:
        if not each.sick:
            return Verdict(broken, each.shown, _change(each, came))
    return Verdict(broken)


def check(scene: Scene, ground: Ground, patience: float) -> Verdict:
    """Once what was changed last has taken effect, for which this may wait so many seconds.

    A controller that could not follow asks again after a while only: until then a right repair looks like a wrong one.
    """
    began = time.monotonic()
    ground.rest()
    deadline = time.monotonic() + patient(patience)
    while not (verdict := judged(scene, ground)).repaired and time.monotonic() < deadline:
        time.sleep(_AGAIN)
    return verdict._replace(waited=round(time.monotonic() - began) if patience else 0)


def _change(each: Expectation, came: "Answer") -> str:
    """`http://embassy.porto.example.com/ answered 404 before, and now 200 (stock).`"""
    if came.outcome == each.wanted:
        return phrase(
            "{url} is answered by {name} as before, but with another path or certificate.",
            url=each.shown,
            name=each.wanted,
        )
    before = each.wanted if each.wanted.isdigit() else f"200 ({each.wanted})"
    return phrase("{url} answered {before} before, and now {now}.", url=each.shown, before=before, now=_in_short(came))


def _in_short(answer: "Answer") -> str:
    from ingress_lab.http.answers import NOBODY

    if not answer.status:
        return answer.error
    return str(answer.status) if answer.service == NOBODY else f"{answer.status} ({answer.service})"
