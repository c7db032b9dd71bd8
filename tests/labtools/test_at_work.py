"""`make clean` removes no Python under a JupyterLab, a report or a notebook that runs from it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from labtools.workspace import at_work

ROOT = Path(__file__).parent.parent.parent
STAND_IN = '#!/bin/sh\ncase "$*" in *at_work*) exit {busy} ;; esac\n'


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("python -P -m jupyterlab --no-browser", "JupyterLab"),
        ("python -m ipykernel_launcher -f kernel.json", "a notebook"),
        ("python .venv/bin/lab study --no-browser", "lab study"),
        ("python -u -m pytest -q", "pytest"),
        ("python .venv/bin/jupyter-lab", "JupyterLab"),
        ("python -P -m loopkube.process.serve .lab", ""),
        ("python app.py", ""),
        ("python -", ""),
        ("python", ""),
    ],
)
def test_what_is_a_persons_work(words: str, name: str) -> None:
    assert at_work.name_of(words.split()) == name


def test_who_works_with_a_folders_python_is_found(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / "bin" / "lab").write_text("print(flush=True); input()")
    command = [str(tmp_path / "bin" / "python"), "bin/lab", "study"]
    with subprocess.Popen(command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as lab:
        assert lab.stdout and lab.stdout.readline() == b"\n"
        assert list(at_work.at_work(tmp_path)) == [("lab study", lab.pid)]
        assert list(at_work.at_work(tmp_path / "elsewhere")) == []
        lab.communicate(b"\n")
    assert list(at_work.at_work(tmp_path)) == []


def test_somebody_at_work_is_named_in_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(at_work, "at_work", lambda folder: [("lab study", 7)])
    assert at_work.main() == 1
    assert "lab study (process 7). End it first" in capsys.readouterr().err
    monkeypatch.setattr(at_work, "at_work", lambda folder: [])
    assert at_work.main() == 0 and capsys.readouterr().err == ""


@pytest.mark.parametrize("busy", [0, 1])
def test_make_clean_leaves_all_as_it_is_then(tmp_path: Path, busy: int) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".lab").mkdir()
    for name in ("python", "lab"):
        (tmp_path / ".venv" / "bin" / name).write_text(STAND_IN.format(busy=busy))
        (tmp_path / ".venv" / "bin" / name).chmod(0o755)
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(["make", "clean"], cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert (done.returncode != 0, (tmp_path / ".venv").exists(), (tmp_path / ".lab").exists()) == (busy,) * 3
