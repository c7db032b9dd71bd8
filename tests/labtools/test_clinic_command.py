"""`lab clinic` without a cluster: what it says, and what it keeps."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from labcore.errors import LabError
from labtools import cli
from labtools.clinic import lock, playing, records, registry, telling
from labtools.clinic.records import Visit, Visits
from labtools.clusters import local


@pytest.fixture(autouse=True)
def stopped(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The local cluster, which does not run."""
    monkeypatch.delenv("INGRESS_LAB_CLUSTER", raising=False)
    assert not local.LocalCluster().status().running


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    try:
        code = cli.main(["clinic", *words])
    except SystemExit as wrong_usage:
        code = wrong_usage.code
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def visit(**more: object) -> Visit:
    return Visit(**({"case": "bakery", "seed": 4, "cluster": "local", "began": 5.0} | more))


def test_each_failure_names_the_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "start") == (1, "The cluster is not running. `lab up` starts it, with all that was in it.\n")
    for verb in (["symptom"], ["check"], ["diagnose", "A"], ["give-up"]):
        code, text = said(capsys, *verb)
        assert code == 1 and "No case is open. lab clinic list names the cases; lab clinic start takes" in text
    records.write(Visits(visit()))
    assert "Case bakery is not closed yet: lab clinic symptom." in said(capsys, "start", "museum")[1]
    assert "The cluster is not running." in said(capsys, "check")[1]
    assert '"F" is none of the diagnoses; choose one of A, B, C, D, E' in said(capsys, "diagnose", "F")[1]
    code, text = said(capsys, "start", "bakery", "--seed", "one", "--leave")
    assert code == 2 and '"one" is no seed; write a number from 0 on' in text
    assert records.read().now == visit()


def test_a_diagnosis_is_kept_and_the_answer_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    records.write(Visits(visit()))
    kept = json.loads(records._file().read_text())
    assert "wrong_port" not in str(kept) and registry.find("bakery").diagnoses[0] not in str(kept)
    assert records._file().stat().st_mode & 0o077 == 0
    order = telling.order(visit())
    first, right = telling.LETTERS[order.index(3)], telling.LETTERS[order.index(0)]
    assert said(capsys, "diagnose", first) == (0, "That is not it. It counts: 1 wrong diagnosis so far.\n")
    assert said(capsys, "diagnose", first) == (0, "That is not it. You have said it before, so it counts once.\n")
    assert said(capsys, "diagnose", right.lower())[1].startswith("That is right.\nNow repair it")
    said(capsys, "diagnose", first)  # what is said once it is known counts for nothing
    assert records.read().now.diagnoses == [3, 0] and not records.read().now.right_at_once


def test_giving_up_tells_the_way_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    records.write(Visits(visit()))
    text = said(capsys, "give-up")[1]
    assert "It was this: The Service sends requests to a port" in text and "  1. Which Service" in text
    assert "1 case: 0 repaired, 0 with the right diagnosis at once." in said(capsys, "score")[1]
    assert "given up" in next(line for line in said(capsys, "list")[1].splitlines() if line.startswith("bakery"))


def test_explain_waits_until_the_case_is_closed() -> None:
    records.write(Visits(visit()))
    url = next(each.shown for each in telling.scene_of(visit()).asks if each.sick)
    with pytest.raises(LabError, match="its URLs are explained when it is closed"):
        lock.require_closed(url)
    lock.require_closed("http://other.example.com/")
    records.write(Visits(visit(end="repaired")))
    lock.require_closed(url)


def test_the_names_of_cases_and_grades_say_nothing() -> None:
    modules = registry.modules()
    assert len({case.name for case in modules.values()}) == len(modules)
    for module, case in modules.items():
        assert case.name.isalpha() and not set(case.name.split("-")) & set(module.split("_"))
    assert [case.grade for case in registry.every()] == sorted(
        (case.grade for case in registry.every()), key=["easy", "middle", "hard"].index
    )


def test_a_case_without_its_diagnosis_is_not_left_by_chance(capsys: pytest.CaptureFixture[str]) -> None:
    records.write(Visits(visit(end="repaired", diagnoses=[3])))
    code, text = said(capsys, "start", "museum")
    assert code == 1 and "Case bakery is repaired, but not diagnosed: lab clinic diagnose LETTER." in text
    assert "The cluster is not running." in said(capsys, "start", "museum", "--leave")[1]
    records.write(Visits(visit(end="repaired", diagnoses=[3, 0])))
    assert "The cluster is not running." in said(capsys, "start", "museum")[1]


def test_a_closed_case_says_that_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    for end in ("repaired", "given up"):
        records.write(Visits(visit(end=end, diagnoses=[0])))
        code, text = said(capsys, "check")
        assert text.startswith(f"Case bakery is closed: {end}.\nIt was this:") and code == (end == "given up")
        assert "Outside of the clinic, this shows where" in text and "While it is broken" not in text


def test_a_case_that_is_played_again_counts_as_it_ended_first(capsys: pytest.CaptureFixture[str]) -> None:
    first, then = visit(end="given up"), visit(seed=5, end="repaired", diagnoses=[0])
    records.write(Visits(visit(seed=6), [first, then, visit(case="farm", end="repaired", diagnoses=[0])]))
    text = said(capsys, "score")[1]
    assert "2 cases: 1 repaired, 1 with the right diagnosis at once.\nA case that is played again counts once" in text
    assert [line.split()[:2] for line in text.splitlines()[:4]] == [
        ["case", "seed"], ["bakery", "4"], ["bakery", "5"], ["farm", "4"],
    ]  # fmt: skip
    listed = {line.split()[0]: line.split()[2:] for line in said(capsys, "list")[1].splitlines()}
    assert listed["bakery"] == ["given", "up,", "open"] and listed["farm"] == ["repaired"]
    assert listed["case"] == ["so", "far"] and listed["market"] == ["not", "begun"]


def test_a_case_that_was_only_left_counts_by_its_next_visit(capsys: pytest.CaptureFixture[str]) -> None:
    """An interrupted start tells nobody the answer."""
    records.write(Visits(None, [visit(end="left"), visit(seed=5, end="repaired", diagnoses=[0])]))
    assert "1 case: 1 repaired, 1 with the right diagnosis at once." in said(capsys, "score")[1]
    listed = {line.split()[0]: line.split()[2:] for line in said(capsys, "list")[1].splitlines()}
    assert listed["bakery"] == ["repaired"]


def test_a_case_that_is_interrupted_is_not_open(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    ground = SimpleNamespace(access=SimpleNamespace(name="local"), namespaces=["clinic"])
    monkeypatch.setattr(playing, "require_running", lambda cluster: None)
    monkeypatch.setattr(playing.Ground, "of", lambda *_: ground)
    monkeypatch.setattr(playing, "settle_in", lambda *_: None)

    def interrupted(*_: object) -> None:
        assert "being set up" in said(capsys, "list")[1]
        raise KeyboardInterrupt

    monkeypatch.setattr(playing, "disturb", interrupted)
    text = said(capsys, "start", "bakery", "--seed", "1")[1]
    assert "Interrupted. The case is not open. What it has made stays until `lab clinic clean-up`" in text
    assert [each.end for each in records.read().every] == ["left"]


def test_the_help_of_a_question_has_one_mark(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Is it repaired?\n" in said(capsys, "check", "--help")[1]
    assert '"soon" is no number of seconds' in said(capsys, "check", "--wait", "soon")[1]
