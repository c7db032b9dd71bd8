"""`lab clinic` without a cluster: what it says, and what it keeps."""

import json
from pathlib import Path

import pytest
from labcore.errors import LabError
from labtools import cli
from labtools.clinic import lock, records, registry, telling
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
    code, text = said(capsys, "start", "bakery", "--seed", "one", "--again")
    assert code == 2 and '"one" is no seed; write a number from 0 on' in text
    assert records.read().now == visit()


def test_a_diagnosis_is_kept_and_the_answer_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    records.write(Visits(visit()))
    kept = json.loads(records._file().read_text())
    assert "wrong_port" not in str(kept) and registry.find("bakery").diagnoses[0] not in str(kept)
    assert records._file().stat().st_mode & 0o077 == 0
    order = telling.order(visit())
    first, right = telling.LETTERS[order.index(3)], telling.LETTERS[order.index(0)]
    assert said(capsys, "diagnose", first) == (0, "That is not it.\n")
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
