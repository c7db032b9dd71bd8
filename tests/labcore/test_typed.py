"""Advice that can be typed as it stands."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from labcore.language import typed
from labcore.language.messages import phrase
from labtools.cli import _parser


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    typed.lab.cache_clear()
    yield
    typed.lab.cache_clear()


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "lab").write_text("#!/bin/sh\n")
    (tmp_path / "lab").chmod(0o755)

    def call(name: str, path: str = "/usr/bin:/bin") -> None:
        monkeypatch.setattr(sys, "argv", [name])
        monkeypatch.setenv("PATH", path)

    return call


TEXT = "Start it:\n  lab up --http-port 9080\n(`lab down` stops it; .venv/bin/lab up; lab/report; my-lab up)"


@pytest.mark.parametrize("name", ["pytest", "/usr/bin/python", "-c", ""])
def test_elsewhere_than_in_the_command_it_is_lab(called, name: str) -> None:
    called(name)
    assert typed.commands(TEXT) == TEXT


def test_a_command_that_no_path_leads_to_is_named_as_it_was_called(called) -> None:
    called(".venv/bin/lab")
    shown = str(phrase("the cluster is not running. Start it:\n  lab up"))
    assert shown == "the cluster is not running. Start it:\n  .venv/bin/lab up"
    assert typed.commands(shown) == shown
    assert "`.venv/bin/lab down` stops it; .venv/bin/lab up;" in typed.commands(TEXT)
    assert "my-lab up" in typed.commands(TEXT) and "lab/report" in typed.commands(TEXT)


def test_a_command_on_the_path_has_its_name(called, tmp_path: Path) -> None:
    called(str(tmp_path / "lab"), str(tmp_path))
    assert typed.commands(TEXT) == TEXT


def test_a_path_with_a_space_is_quoted(called) -> None:
    called("/my labs/.venv/bin/lab")
    assert typed.commands("lab up") == "'/my labs/.venv/bin/lab' up"


def test_a_path_below_is_short_and_no_path_leads_upwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert typed.path(tmp_path / ".lab" / "kubeconfig") == ".lab/kubeconfig"
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert typed.path(tmp_path / ".lab") == str(tmp_path / ".lab")


def test_the_command_itself_names_itself(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("lab")
    env = {"INGRESS_LAB_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([command, "status"], env=env, capture_output=True, text=True)
    assert f"`{command} up` starts it." in done.stdout
    there = subprocess.run([command, "status"], env=env | {"PATH": str(command.parent)}, capture_output=True, text=True)
    assert "`lab up` starts it." in there.stdout


def test_every_command_is_known(called) -> None:
    called(".venv/bin/lab")
    (commands,) = [action.choices for action in _parser()._actions if isinstance(action.choices, dict)]
    assert len(commands) > 10
    assert [name for name in commands if typed.commands(f"lab {name}") != f".venv/bin/lab {name}"] == []
