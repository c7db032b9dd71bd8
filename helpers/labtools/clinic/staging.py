"""How a case is set up: the healthy state is made and shown to work; then one thing is otherwise, and nobody saw it.

The second state is not a change of the first one, but made anew as a whole: all objects are equally old, each was
written once, and events begin with it. Ingresses that must change while they are served are written equally often, all
of them.
"""

import copy
import time
from collections.abc import Callable

from labcore.errors import LabError
from labcore.kube.patience import patient
from labcore.language.messages import phrase

from labtools.clinic.case import Scene
from labtools.clinic.checking import Verdict, judged
from labtools.clinic.ground import Ground

_TIMEOUT, _AGAIN = 60.0, 0.05


def settle_in(scene: Scene, ground: Ground) -> None:
    """The healthy state, which works; raises LabError where this cluster does not play along."""
    ground.enter()
    ground.clear(scene.broken)
    ground.lay(scene.healthy)
    _await(scene, ground, lambda verdict: verdict.repaired)


def disturb(scene: Scene, ground: Ground) -> None:
    """From the healthy state to the broken one, as its learner finds it."""
    ground.clear(scene.healthy)
    ground.lay(scene.healthy if scene.live else scene.broken)
    if scene.live:
        _await(scene, ground, lambda verdict: verdict.repaired)
        _await_addresses(ground)
        _rewrite_ingresses(scene, ground)
    if scene.strike:
        scene.strike(ground)
    _await(scene, ground, lambda verdict: verdict.broken and not verdict.other)


def _await(scene: Scene, ground: Ground, wanted: Callable[[Verdict], bool]) -> None:
    deadline = time.monotonic() + patient(_TIMEOUT)
    while not wanted(verdict := judged(scene, ground)):
        if time.monotonic() > deadline:
            raise LabError(
                phrase(
                    "The case could not be set up on this cluster ({verdict}). `lab doctor` looks for what stands in "
                    "the way; then start the case again.",
                    verdict=verdict.other or verdict.sentence,
                )
            )
        time.sleep(_AGAIN)


def _await_addresses(ground: Ground) -> None:
    """What a served Ingress has, and keeps; not every controller writes it."""
    deadline = time.monotonic() + patient(3)
    while time.monotonic() < deadline:
        there = ground.lab.objects("ingresses")
        if all((each.get("status") or {}).get("loadBalancer", {}).get("ingress") for each in there):
            return
        time.sleep(_AGAIN)


def _rewrite_ingresses(scene: Scene, ground: Ground) -> None:
    """Each is written twice, so that generation and managedFields are the same for all of them."""
    for final in (obj for obj in scene.broken if obj["kind"] == "Ingress"):
        between = copy.deepcopy(final)
        between["spec"]["rules"].append(copy.deepcopy(between["spec"]["rules"][0]) | {"host": "none.invalid"})
        ground.replace(between)
        ground.replace(final)
