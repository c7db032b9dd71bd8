"""`lab study`: a few lines with JupyterLab's address, its log in a file, and nothing of the current folder run."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from labcore import clusters
from labcore.errors import LabError
from labcore.machine import jupyter
from labtools.commands import up_options
from labtools.commands.cluster import up_
from labtools.workspace import jupyterlab
from loopkube import cluster

from tests.conftest import free_port

PRINTS = "import os, signal, sys; print('line of its log', flush=True); assert '--LabApp.custom_css=True' in sys.argv\n"
SERVES = PRINTS + (
    "import json, pathlib, time\n"
    "place = pathlib.Path(os.environ['JUPYTER_RUNTIME_DIR']) / f'jpserver-{os.getpid()}.json'\n"
    "facts = {'url': 'http://localhost:8899/', 'token': 'abc', 'port': 8899}\n"
    "place.write_text(json.dumps(facts))\n"
)
ENDS = SERVES + "time.sleep(0.3)\n"
STAYS = SERVES + "time.sleep(60)\n"


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder whose `jupyterlab` is run in place of the real one: the module path is not the current folder."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.chdir(tmp_path)
    yield folder / "jupyterlab.py"


def study(tmp_path: Path) -> int:
    return jupyterlab.run([], tmp_path / "log", tmp_path, "/lab/tree/my/en/00.ipynb")


def test_few_lines_and_the_log_in_a_file(stand_in: Path, tmp_path: Path, capsys) -> None:
    stand_in.write_text(ENDS)
    assert study(tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "JupyterLab: http://localhost:8899/lab/tree/my/en/00.ipynb?token=abc",
        "Ctrl-C here ends JupyterLab (its log: log); `lab down` stops the cluster.",
    ]
    assert (tmp_path / "log").read_text() == "line of its log\n"
    assert (tmp_path / "log").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("brief", "lines"), [(True, 1), (False, 3)])
def test_beside_jupyterlab_the_cluster_says_one_line(monkeypatch, capsys, brief: bool, lines: int) -> None:
    there = SimpleNamespace(ready=True, sentence="It is running.", lines=["entry", "kubectl"], notice="")
    cluster = SimpleNamespace(beforehand=lambda options: there)
    monkeypatch.setattr(clusters, "of", lambda name: cluster)
    monkeypatch.setattr(up_options, "given", lambda cluster, chosen: None)
    assert up_(SimpleNamespace(cluster="local"), brief=brief) == 0
    assert capsys.readouterr().out.count("\n") == lines


def test_over_ssh_the_tunnel_is_named(stand_in: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    stand_in.write_text(ENDS)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.9 50000 10.0.0.5 22")
    assert study(tmp_path) == 0
    printed = capsys.readouterr().out
    assert f"ssh -N -L 8899:localhost:8899 {jupyterlab._user()}@10.0.0.5 " in printed and printed.count("\n") == 3


def test_ctrl_c_ends_the_server(stand_in: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    stand_in.write_text(STAYS)
    started = []

    class Started(subprocess.Popen):
        def __init__(self, *words, **options) -> None:
            super().__init__(*words, **options)
            started.append(self)

        def wait(self, timeout=None) -> int:
            if not started[1:]:
                started.append(self)
                raise KeyboardInterrupt
            return super().wait(timeout)

    monkeypatch.setattr(subprocess, "Popen", Started)
    assert study(tmp_path) == 0
    assert started[0].returncode == -signal.SIGTERM
    assert "`lab down` stops the cluster" in capsys.readouterr().out


def test_a_server_that_fails_is_said_with_its_last_words(stand_in: Path, tmp_path: Path) -> None:
    stand_in.write_text(PRINTS + "sys.exit(3)\n")
    with pytest.raises(LabError, match="line of its log"):
        study(tmp_path)


def test_options_that_only_print_are_passed_on(stand_in: Path, tmp_path: Path, capsys) -> None:
    stand_in.write_text(PRINTS)
    assert study(tmp_path) == 0
    assert capsys.readouterr().out == "line of its log\n"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder in which every module that is loaded on the way writes down that it was."""
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in ("jupyterlab", "ipykernel_launcher", "yaml", "loopkube", "ingress_lab", "random", "tornado", "psutil"):
        words = f"open({str(tmp_path / 'seen')!r}, 'a').write({name!r} + chr(10)); raise SystemExit('hijacked')\n"
        (folder / f"{name}.py").write_text(words)
    (folder / "startup.py").write_text(f"open({str(tmp_path / 'seen')!r}, 'a').write('startup')\n")
    return folder


@pytest.mark.long
def test_modules_of_the_current_folder_are_not_run(hostile: Path, tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nfrom labtools.workspace import jupyterlab\n"
        f"print(jupyterlab.run(['--version'], Path({str(tmp_path / 'log')!r}), Path({str(tmp_path)!r})))"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], cwd=hostile, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "0", done
    assert not (tmp_path / "seen").exists()


def test_the_command_and_its_cluster_take_no_modules_of_a_persons_path(hostile: Path, tmp_path: Path) -> None:
    (hostile / "ingress_lab.py").unlink()  # of that name the first one is the lab, by what PYTHONPATH means
    own = {"INGRESS_LAB_HOME": str(tmp_path / "state"), "PYTHONPATH": str(hostile), "IPYTHONDIR": str(hostile)}
    env = os.environ | own | {"PYTHONSTARTUP": str(hostile / "startup.py")}
    command = [str(Path(sys.executable).with_name("lab"))]
    ports = ["--http-port", str(free_port()), "--https-port", str(free_port())]
    try:
        for words in (["status"], ["up", *ports], ["doctor"], ["down"]):
            done = subprocess.run([*command, *words], env=env, cwd=hostile, capture_output=True, text=True)
            assert "hijacked" not in done.stdout + done.stderr, done
    finally:
        cluster.stop(tmp_path / "state")
    assert not (tmp_path / "seen").exists()


@pytest.mark.long
def test_a_kernel_takes_none_either_and_cells_import_from_their_folder(hostile: Path, tmp_path: Path) -> None:
    (hostile / "mine.py").write_text("value = 42\n")
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom labcore.machine import jupyter\n"
        f"jupyter.use_own_folders(Path({str(tmp_path / 'state')!r}))\n"
        "from nbclient import NotebookClient\nfrom nbformat import v4\n"
        "cells = ['import mine, os; print(mine.value, os.environ.get(\"PYTHONSAFEPATH\"))']\n"
        "book = v4.new_notebook(cells=[v4.new_code_cell(c) for c in cells])\n"
        f"client = NotebookClient(book, resources={{'metadata': {{'path': {str(hostile)!r}}}}})\n"
        "client.execute(env=os.environ | jupyter.SAFE)\n"
        "print(book.cells[0].outputs[0].text)"
    )
    env = os.environ | {"PYTHONPATH": str(hostile), "PYTHONSTARTUP": str(hostile / "startup.py")}
    program = "import sys, os; sys.path.remove(os.environ['PYTHONPATH'])\n" + program
    env |= {"IPYTHONDIR": str(hostile)}
    done = subprocess.run([sys.executable, "-P", "-c", program], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "42 None", done
    assert not (tmp_path / "seen").exists()


def test_kubectl_and_npm_write_into_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*jupyter.FOLDERS, *jupyter.OWN, *jupyter.FOREIGN):
        monkeypatch.setenv(name, "somebody's")
    monkeypatch.chdir(tmp_path)
    jupyter.use_own_folders(tmp_path)
    assert all(Path(os.environ[name]).is_relative_to(tmp_path) for name in jupyter.OWN)
    assert not set(jupyter.FOREIGN) & set(os.environ)
