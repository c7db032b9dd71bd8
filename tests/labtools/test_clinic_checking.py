"""The check waits for a repair to take effect, and says what is otherwise than before; a cluster stands in."""

from collections.abc import Callable

import pytest
from ingress_lab.http.answers import Answer
from labtools.clinic import checking
from labtools.clinic.case import Ask, Scene
from labtools.clinic.registry import every

SICK, CLOSED, WELL = "http://a.example.com/stock", "http://a.example.com/", "http://a.example.com/menu"
ASKS = [Ask(SICK, "stock", sick=True), Ask(CLOSED, "404"), Ask(WELL, "menu", path="/menu")]
SCENE = Scene([], [], ASKS, "", [])
GOOD = {SICK: Answer(SICK, 200, "stock"), CLOSED: Answer(CLOSED, 404), WELL: Answer(WELL, 200, "menu", path="/menu")}


class Stage:
    """Answers by the time that has passed, in seconds of its own."""

    def __init__(self, answers: Callable[[float], dict]) -> None:
        self.now, self._answers = 0.0, answers

    def rest(self) -> None: ...

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def ask(self, url: str) -> Answer:
        return (GOOD | self._answers(self.now))[url]


def checked(monkeypatch: pytest.MonkeyPatch, answers: Callable[[float], dict], patience: float) -> checking.Verdict:
    stage = Stage(answers)
    monkeypatch.setattr(checking, "time", stage)
    return checking.check(SCENE, stage, patience)  # type: ignore[arg-type]


def test_a_repair_that_a_controller_sees_late_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(now: float) -> dict:
        return {SICK: Answer(SICK, 404)} if now < 12 else {}

    verdict = checked(monkeypatch, late, 20)
    assert verdict.repaired and verdict.sentence == "Repaired." and 12 <= verdict.waited <= 13
    assert checked(monkeypatch, late, 0).sentence == "Still broken."
    assert checked(monkeypatch, late, 5).sentence == "Still broken (asked for 5 s)."


def test_what_looks_broken_for_a_moment_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(monkeypatch, lambda now: {WELL: Answer(WELL, 503)} if now < 2 else {}, 20).repaired


@pytest.mark.parametrize(
    ("url", "answer", "told"),
    [
        (CLOSED, Answer(CLOSED, 200, "stock"), f"{CLOSED} answered 404 before, and now 200 (stock)."),
        (WELL, Answer(WELL, 503), f"{WELL} answered 200 (menu) before, and now 503."),
        (WELL, Answer(WELL, 404, "menu"), f"{WELL} answered 200 (menu) before, and now 404 (menu)."),
        (WELL, Answer(WELL, 0, error="refused"), f"{WELL} answered 200 (menu) before, and now refused."),
        (WELL, Answer(WELL, 200, "menu", path="/"), f"{WELL} is answered by menu as before, but with another path"),
    ],
)
def test_what_is_otherwise_is_said_with_both_answers(
    monkeypatch: pytest.MonkeyPatch, url: str, answer: Answer, told: str
) -> None:
    verdict = checked(monkeypatch, lambda now: {url: answer}, 0)
    assert verdict.sentence.startswith("The customer's page is repaired, but something else is otherwise now: " + told)
    verdict = checked(monkeypatch, lambda now: {url: answer, SICK: Answer(SICK, 404)}, 0)
    assert verdict.sentence.startswith("Still broken. Something else is otherwise now, too: " + told)


def test_each_case_gives_a_repair_time() -> None:
    patience = {case.name: case.patience for case in every()}
    assert (
        min(patience.values()) >= 15 and patience["hospital"] > 60
    )  # two times 30 s: a refused list is asked for again
