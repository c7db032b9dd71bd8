"""A learner's visit to the clinic: begin, check, give up, clean up. Each returns what is to be printed."""

import secrets
import time
from collections.abc import Iterator
from contextlib import suppress

from labcore import clusters
from labcore.errors import LabError, NoCluster
from labcore.language.messages import filled, joined, phrase

from labtools.clinic import records, registry
from labtools.clinic.case import Case, Scene
from labtools.clinic.checking import check as checked
from labtools.clinic.ground import Ground
from labtools.clinic.records import GIVEN_UP, REPAIRED, STARTING, Visit, Visits
from labtools.clinic.staging import disturb, settle_in
from labtools.clinic.telling import at_hand, closed, closed_before, require_done, scene_of, symptom, way

_SEEDS = 10_000
_HOW = phrase("""\
kubectl works in the namespace {namespace} after: lab shell -n {namespace}{option}
  lab clinic symptom           the letter again, and the five diagnoses
  lab clinic diagnose LETTER   what you think it is
  lab clinic check             is it repaired?
  lab clinic give-up           what it was, and the way that leads there""")


def ground_of(visit: Visit) -> Ground:
    """The cluster that the case was set up on."""
    require_running(visit.cluster)
    return Ground.of(visit.cluster, registry.find(visit.case).elsewhere)


def require_running(cluster: str | None) -> None:
    """A case is begun on a cluster that runs, and goes on there; nothing is started beside the way."""
    chosen = clusters.of(cluster)
    if chosen.access_starts and not chosen.status().running:
        raise NoCluster(phrase("The cluster is not running. `lab up` starts it, with all that was in it."))


def unmet(case: Case, ground: Ground) -> list[str]:
    """What this cluster lacks for a case, in words."""
    closed = [name for name in ground.namespaces[1:] if not ground.may_use(name)]
    places = [phrase("namespace {name}, which this account may not use", name=name) for name in closed]
    return [*places, *(need.words for need in case.needs if not ground.meets(need))]


# -- begin -------------------------------------------------------------------------------------------------------------


def start(name: str, seed: int | None, *, leave: bool, cluster: str | None) -> Iterator[str]:
    """Set a case up; without a name the next one that is not repaired yet."""
    visits = records.read()
    if visits.now and not leave:
        require_done(visits.now)
    require_running(cluster)
    case = registry.find(name) if name else _next(cluster)
    ground = Ground.of(cluster, case.elsewhere)
    if lacking := unmet(case, ground):
        raise LabError(
            phrase(
                "Case {case} cannot be played on this cluster: it needs {needs}. lab clinic list shows the others.",
                case=case.name,
                needs=joined(", ", lacking),
            )
        )
    if visits.now:
        put_away(visits.now)
        visits.now.leave()
        visits.before.append(visits.now)
    seed = secrets.randbelow(_SEEDS) if seed is None else seed
    visits.now = Visit(case.name, seed, ground.access.name, time.time(), end=STARTING)
    records.write(visits)
    try:
        yield from _set_up(visits, visits.now, ground)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            phrase(
                "The case is not open. What it has made stays until `lab clinic clean-up`, or until a case is started."
            )
        ) from None
    finally:
        if visits.now.end == STARTING:
            visits.now.leave()
            records.write(visits)


def _set_up(visits: Visits, visit: Visit, ground: Ground) -> Iterator[str]:
    case, scene = registry.find(visit.case), scene_of(visit)
    yield phrase("Case {case}, seed {seed}: a healthy state is being made ...", case=case.name, seed=visit.seed)
    if case.equipment:
        case.equipment.install(ground)
    settle_in(scene, ground)
    yield phrase("These requests were answered as they should be:")
    yield from _asked(scene)
    yield phrase("Now somebody changes one thing ...")
    disturb(scene, ground)
    visit.end, visit.began = "", time.time()
    records.write(visits)
    yield ""
    yield from symptom()
    yield ""
    yield filled(_HOW, namespace=ground.namespace, option=clusters.option(visit.cluster))


def _asked(scene: Scene) -> Iterator[str]:
    rows = sorted((each.shown, each.wanted) for each in scene.asks)
    longest = max(len(shown) for shown, _ in rows)
    yield from (f"  {shown:{longest}}  {wanted}" for shown, wanted in rows)


def _next(cluster: str | None) -> Case:
    done = {visit.case for visit in records.read().closed if visit.end == REPAIRED}
    ground = Ground.of(cluster)
    for case in registry.every():
        if case.name not in done and not unmet(case, ground.elsewhere(case.elsewhere)):
            return case
    raise LabError(phrase("You have repaired every case. Play one again by its name: lab clinic start NAME"))


def put_away(visit: Visit) -> None:
    """What a case has left on its cluster, where this still answers."""
    with suppress(LabError):  # the cluster is gone, or another edition had this case
        scene, ground = scene_of(visit), ground_of(visit)
        put_back(visit)
        ground.clear(scene.broken)
        _put_equipment_away(visit, ground)
        for namespace in ground.namespaces[1:]:
            from ingress_lab.kube import namespaces

            namespaces.remove(ground.api, namespace)


def _put_equipment_away(visit: Visit, ground: Ground) -> None:
    if equipment := registry.find(visit.case).equipment:
        equipment.remove(ground)


def put_back(visit: Visit) -> None:
    """What a case has changed of what it has not made is as before."""
    with suppress(LabError):
        if tidy := scene_of(visit).tidy:
            tidy(ground_of(visit))


def let_go(cluster: str) -> None:
    """Before the lab's namespaces are deleted (`lab reset`): nothing of a case here keeps them, or stays elsewhere."""
    visit = records.read().now
    if visit and visit.cluster == cluster:
        put_back(visit)
        with suppress(LabError):
            ground_of(visit).stop_routing()


# -- check, give up ---------------------------------------------------------------------------------------------------


def check(wait: int | None = None) -> Iterator[str]:
    """Repaired, still broken, or broken elsewhere; nothing else is said. `wait`: seconds in place of the case's own."""
    visits = records.read()
    visit = at_hand()
    if visit.end:
        yield from closed_before(visit)
        return
    ground = ground_of(visit)
    _require_there(visit, ground)
    verdict = checked(scene_of(visit), ground, registry.find(visit.case).patience if wait is None else wait)
    assert visits.now
    visits.now.checks += 1
    if verdict.repaired:
        _close(visits.now, REPAIRED)
    records.write(visits)
    if verdict.repaired:
        put_back(visit)
    yield verdict.sentence
    if verdict.repaired:
        yield from closed(visits.now)


def give_up() -> Iterator[str]:
    """What it was; counted as such."""
    visits = records.read()
    visit = at_hand()
    if not visit.end:
        assert visits.now
        _close(visits.now, GIVEN_UP)
        records.write(visits)
        put_back(visit)
    yield from way(visit)


def clean_up() -> Iterator[str]:
    """Everything of the case goes; an open one counts as left."""
    visits = records.read()
    if not visits.now:
        yield phrase("There is nothing to clean up.")
        return
    ground = ground_of(visits.now)
    put_back(visits.now)
    ground.leave(scene_of(visits.now).broken)
    _put_equipment_away(visits.now, ground)
    visits.now.leave()
    visits.before.append(visits.now)
    visits.now = None
    records.write(visits)
    yield phrase("The clinic's namespaces are gone.")


def _require_there(visit: Visit, ground: Ground) -> None:
    if not ground.is_laid():
        raise LabError(
            phrase(
                "The objects of case {case} are not on the cluster any more. This sets it up again:\n"
                "  lab clinic start {case} --seed {seed} --leave",
                case=visit.case,
                seed=visit.seed,
            )
        )


def _close(visit: Visit, end: str) -> None:
    visit.end = end
    visit.seconds = min(max(0, round(time.time() - visit.began)), records.LONGEST)  # clocks jump
