"""Each case of the clinic: broken at first, repaired by a right repair, still broken after a wrong move, no traces.

The repairs and wrong moves of a case are in `clinic/CASE.py`. `pytest --thorough` tries all, not the first alone;
`--clinic-seeds 3` plays each case with three seeds.
"""

import importlib.util
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import pytest
from hand import Hand
from labcore.errors import LabError
from labtools import cli
from labtools.clinic import checking, draw, playing, records, registry, staging, telling
from labtools.clinic.case import Scene
from labtools.clinic.ground import Ground
from loopkube.cluster import ClusterInfo

MOVES = Path(__file__).parent / "clinic"
SOON = 1.5
"""Seconds in which a wrong move is shown to be one; a repair has as long as its case gives a learner."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "played" in metafunc.fixturenames:
        seeds = range(1, 1 + metafunc.config.getoption("--clinic-seeds"))
        metafunc.parametrize(("played", "seed"), [(name, seed) for name in registry.modules() for seed in seeds])


@pytest.fixture
def clinic(cluster: ClusterInfo, tmp_path: Path) -> Iterator[None]:
    yield
    list(playing.clean_up())
    records._file().unlink(missing_ok=True)


def moves_of(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"clinic_{name}", MOVES / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def many(thorough: bool) -> int | None:
    """Of the repairs of a case, and of its wrong moves, how many are tried."""
    return None if thorough else 1


@pytest.mark.long
@pytest.mark.apart
def test_a_case_is_judged_by_what_happens(clinic: None, played: str, seed: int, many: int | None) -> None:
    case, moves = registry.modules()[played], moves_of(played)
    assert len(moves.REPAIRS) >= 2 and len(moves.WRONG_MOVES) >= 3
    shown = list(playing.start(case.name, seed, leave=True, cluster=None))
    visit = records.read().now
    assert visit and not visit.end
    scene, ground = telling.scene_of(visit), playing.ground_of(visit)
    assert no_traces(ground) == [] and case.diagnoses[0] in "\n".join(map(str, shown))
    hand = Hand(ground, scene)
    assert checking.check(scene, ground, SOON).broken
    for move in moves.WRONG_MOVES[:many]:
        move(hand)
        assert not checking.check(scene, ground, SOON).repaired, move.__name__
        hand = begun_again(hand, scene)
    for repair in moves.REPAIRS[:many]:
        assert is_broken_again(scene, ground), f"before {repair.__name__}"
        repair(hand)
        verdict = checking.check(scene, ground, case.patience)
        assert verdict.repaired, f"{repair.__name__}: {verdict}"
        hand = begun_again(hand, scene)


def begun_again(hand: Hand, scene: Scene) -> Hand:
    """The case as it was found; what was done to objects that it has not made is done again."""
    if not scene.strike:
        hand.undo()
        return hand
    if scene.tidy:
        scene.tidy(hand.ground)
    staging.disturb(scene, hand.ground)
    return Hand(hand.ground, scene)


def is_broken_again(scene: Scene, ground: Ground) -> bool:
    """Once the Pods of the repair before are gone."""
    deadline = time.monotonic() + 20
    while not (broken := checking.judged(scene, ground).broken) and time.monotonic() < deadline:
        ground.rest()
    return broken


def no_traces(ground: Ground) -> list[str]:
    """What would tell which object was changed: another age, another writer, another number of writings."""
    found = []
    for kind in ("configmaps", "secrets", "services", "deployments", "replicasets", "ingresses"):
        resource = ground.api.resources().named(kind)
        objects = [obj for name in ground.namespaces for obj in ground.api.list(resource, name)["items"]]
        objects = [obj for obj in objects if obj["metadata"]["name"] != "kube-root-ca.crt"]
        objects = [obj for obj in objects if not obj["metadata"].get("deletionTimestamp")]  # what tells is the fault
        made = [datetime.fromisoformat(obj["metadata"]["creationTimestamp"]) for obj in objects]
        if made and (max(made) - min(made)).total_seconds() > 5:
            found.append(f"{kind} are of different ages: {made}")
        if len({obj["metadata"].get("generation") for obj in objects}) > 1:
            found.append(f"{kind} were written more or less often")
        if len({str(_writers(obj)) for obj in objects}) > 1:
            found.append(f"{kind} have different writers")
        if any("last-applied" in key for obj in objects for key in obj["metadata"].get("annotations") or {}):
            found.append(f"{kind} tell what was applied")
    return found


def _writers(obj: dict) -> list[tuple[str, str]]:
    """Without controllers, which write down what they serve."""
    entries = obj["metadata"].get("managedFields") or ()
    return sorted((each["manager"], each["operation"]) for each in entries if not each.get("subresource"))


def test_a_visit_from_start_to_score(clinic: None, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*words: str) -> str:
        code = cli.main(["clinic", *words])
        printed = capsys.readouterr()
        return f"{code} {printed.out}{printed.err}"

    records.write(records.Visits())  # other tests of this cluster have played, and the first time counts
    assert "No case is open" in said("check")
    assert "A customer writes:" in said("start", "bakery", "--seed", "1")
    assert "Case bakery is not closed yet" in said("start", "bakery")
    visit = records.read().open
    assert visit
    right = telling.LETTERS[telling.order(visit).index(0)]
    wrong = next(letter for letter in telling.LETTERS if letter != right)
    assert said("check", "--wait", "0") == "1 Still broken.\n"
    url = next(each.shown for each in telling.scene_of(visit).asks if each.sick)
    assert cli.main(["explain", url]) == 1 and "is open: its URLs are explained" in capsys.readouterr().err
    assert "That is not it." in said("diagnose", wrong)
    moves_of("wrong_port").service_by_name(Hand(playing.ground_of(visit), telling.scene_of(visit)))
    told = said("check")
    assert told.startswith("0 Repaired.\nWhat was it?") and "$ kubectl" not in told
    told = said("diagnose", right.lower())
    assert "It was this: The Service sends requests to a port" in told and "$ kubectl describe service" in told
    assert cli.main(["explain", url]) == 0 and capsys.readouterr().out
    assert "1 case: 1 repaired, 0 with the right diagnosis at once." in said("score")
    assert "bakery" in said("list") and "easy" in said("list")


def test_what_a_file_of_visits_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    assert records.read() == records.Visits()
    for text in ("", "[]", '{"now": {"case": 1}, "before": []}', '{"now": null, "before": [[]]}', "[" * 5000):
        records._file().parent.mkdir(exist_ok=True, parents=True)
        records._file().write_text(text)
        assert records.read() == records.Visits()
    good = records.Visits(records.Visit("bakery", 1, "local", 5.0, diagnoses=[2, 0]))
    records.write(good)
    assert records.read() == good and good.open and not good.open.right_at_once
    with pytest.raises((LabError, ValueError)):
        records.visit({"case": "x" * 101, "seed": 1, "cluster": "", "began": 0})


def test_the_same_seed_draws_the_same() -> None:
    for case in registry.every():
        scenes = [case.scene(draw.Draw(case.name, seed)) for seed in (1, 1, 2, 3, 4)]
        assert scenes[0].healthy == scenes[1].healthy and scenes[0].broken == scenes[1].broken
        assert any(scenes[0].broken != other.broken for other in scenes[2:])
        assert scenes[0].healthy != scenes[0].broken or scenes[0].strike
        assert len(set(case.diagnoses)) == 5 and any(each.sick for each in scenes[0].asks)
        assert not all(each.sick for each in scenes[0].asks)
