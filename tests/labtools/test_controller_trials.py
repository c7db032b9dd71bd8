"""Each breaking of notebook 16: the step before it fails the trial, the step that repairs it passes."""

from pathlib import Path

import pytest
from labtools import cli
from labtools.controller import steps, trials

BREAKINGS = [
    ("news", "poll", "watch"),
    ("missed-delete", "watch", "list"),
    ("gone", "list", "gone"),
    ("moved", "gone", "level"),
    ("late-service", "gone", "level"),
    ("pods", "level", "pods"),
    ("other-class", "level", "pods"),
    ("with-address", "pods", "status"),
    ("two-replicas", "status", "lease"),
    ("order", "lease", "order"),
    ("default-backend", "order", "default"),
]
QUICK = ("gone", "pods")


def marked(*values: str) -> object:
    return pytest.param(*values, marks=[] if values[0] in QUICK else [pytest.mark.long], id=values[0])


def written(folder: Path, step: str) -> Path:
    file = folder / f"{step}.py"
    file.write_text(steps.at(step), encoding="utf-8")
    return file


@pytest.mark.parametrize(("trial", "before", "after"), [marked(*row) for row in BREAKINGS])
def test_a_trial_fails_before_and_passes_after(trial: str, before: str, after: str, tmp_path: Path) -> None:
    (first,) = trials.judge(written(tmp_path, before), [trial])
    (second,) = trials.judge(written(tmp_path, after), [trial])
    assert not first.passed, first
    assert second.passed, second


@pytest.mark.long
def test_the_finished_controller_stands_all_trials(tmp_path: Path) -> None:
    assert [v for v in trials.judge(written(tmp_path, "default"), list(trials.TRIALS)) if not v.passed] == []


def test_a_program_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    file = tmp_path / "controller.py"
    file.write_text("raise ValueError('a typing error')", encoding="utf-8")
    (verdict,) = trials.judge(file, ["routes"])
    assert verdict.seen == "the program has ended: ValueError: a typing error"


def test_the_command_writes_fills_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "my" / "controller.py"
    assert cli.main(["controller", "new", str(file)]) == 0
    assert cli.main(["controller", "new", str(file)]) == 0
    assert cli.main(["controller", "fill", "level", str(file)]) == 0
    assert cli.main(["controller", "fill", "level", str(file)]) == 0
    assert cli.main(["controller", "check", str(file), "pods"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "controller.py is written: the step poll",
        "controller.py is there, and stays as it is",
        "filled in: kinds, follow, changes, pods",
        "nothing to fill in for the step level",
        "fails   pods: the route leads to the address of the Service, not to its Pods",
    ]


def test_what_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["controller", "check", str(tmp_path / "none.py")]) == 1
    assert "`lab controller new" in capsys.readouterr().err
