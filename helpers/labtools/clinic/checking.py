"""Is it repaired? Judged by what happens, so any right way counts; and whether anything else is otherwise now."""

import time
from typing import NamedTuple

from labcore.kube.patience import patient
from labcore.language.messages import joined, phrase

from labtools.clinic.case import Scene
from labtools.clinic.ground import Ground

_LAST_LOOK, _AGAIN = 1.5, 0.3
"""Seconds in which what is not right yet may become so, after the cluster has come to rest."""


class Verdict(NamedTuple):
    """`other` is the URL that is otherwise than before the case, "" where there is none."""

    broken: bool
    other: str = ""

    @property
    def repaired(self) -> bool:
        return not self.broken and not self.other

    @property
    def sentence(self) -> str:
        if self.repaired:
            return phrase("Repaired.")
        parts = [phrase("Still broken.")] if self.broken else []
        if self.other:
            parts.append(phrase("Something else is broken now: {url}", url=self.other))
        return joined(" ", parts)


def judged(scene: Scene, ground: Ground) -> Verdict:
    """As it is at this moment."""
    failing = [each for each in scene.asks if not each.holds(ground)]
    broken = any(each.sick for each in failing)
    return Verdict(broken, next((each.shown for each in failing if not each.sick), ""))


def check(scene: Scene, ground: Ground) -> Verdict:
    """Once what was changed last has taken effect."""
    ground.rest()
    deadline = time.monotonic() + patient(_LAST_LOOK)
    while not (verdict := judged(scene, ground)).repaired and time.monotonic() < deadline:
        time.sleep(_AGAIN)
    return verdict
