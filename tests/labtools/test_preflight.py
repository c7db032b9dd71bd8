"""`lab preflight`: what stands in the way is said first, and nothing is run then; else notebook 00 decides."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from healthy import Healthy
from labtools import cli
from labtools.doctor import examine
from labtools.doctor import machine as doctor_of_machine
from labtools.doctor.facts import Machine
from labtools.report import run


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Healthy:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    made = Healthy()
    monkeypatch.setattr(examine, "CHECKS", (doctor_of_machine.memory,))
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls, cluster=None: made))
    return made


def ran(monkeypatch: pytest.MonkeyPatch, passed: bool, seconds: float) -> list[tuple]:
    """Stands in for the run of a notebook."""
    asked = []

    def write_report(output: Path, cluster: str | None, *, only: list[str]) -> tuple[SimpleNamespace, Path]:
        asked.append((cluster, only))
        return SimpleNamespace(passed=passed, seconds=seconds), output / "2026-03-01"

    monkeypatch.setattr(run, "write_report", write_report)
    return asked


def test_what_stands_in_the_way_is_all_that_is_said(machine: Healthy, monkeypatch, capsys) -> None:
    asked = ran(monkeypatch, True, 8)
    machine.memory = 10**8
    assert cli.main(["preflight"]) == 1 and asked == []
    printed = capsys.readouterr().out
    assert printed.startswith("wrong  memory") and "\nNot ready: run the commands" in printed and "ok " not in printed


@pytest.mark.parametrize(
    ("passed", "seconds", "code", "words"),
    [
        (True, 8.4, 0, ["Ready: notebook 00 ran in 8 s (Python 3.12.1, Linux x86_64).\n"]),
        (True, 75.0, 0, ["This machine is slow or busy", "Ready: notebook 00 ran in 75 s"]),
        (False, 8.4, 1, ["Not ready: a cell of notebook 00 failed.", "preflight/2026-03-01/index.html"]),
    ],
)
def test_the_first_notebook_decides(
    machine: Healthy, monkeypatch, capsys, passed: bool, seconds: float, code: int, words: list[str]
) -> None:
    asked = ran(monkeypatch, passed, seconds)
    assert cli.main(["preflight", "--cluster", "kind"]) == code and asked == [("kind", ["00_start_here"])]
    printed = capsys.readouterr().out
    assert [word for word in words if word not in printed] == []
