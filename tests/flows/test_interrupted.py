"""`lab report` interrupted at the first Ctrl-C: it ends soon, keeps what was seen, and leaves nothing behind.

`make test` has one run on a small series; `make test-long` has the real one in notebook 05, `--interruptions 20` times.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest

ROOT = Path(__file__).parent.parent.parent
SOON = 3.0
"""Seconds from the first Ctrl-C to the end, where this machine's processors have nothing else to do."""
QUICK, ENDLESS = "print('seen')", "print('begun', flush=True)\nimport time\nfor _ in range(600): time.sleep(0.1)"
Project = Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A small series: 00 ends, 01 does not, 02 is never reached."""
    (tmp_path / "notebooks" / "en").mkdir(parents=True)
    (tmp_path / "manifests").symlink_to(ROOT / "manifests")
    (tmp_path / "pyproject.toml").touch()
    for name, sources in {"00_a": [QUICK], "01_b": [QUICK, ENDLESS, QUICK], "02_c": [QUICK]}.items():
        cells = [nbformat.v4.new_markdown_cell(f"# {name}"), *map(nbformat.v4.new_code_cell, sources)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "notebooks" / "en" / f"{name}.ipynb")
    return tmp_path


def _answer_signals() -> None:
    """As in a terminal: tests that run under nohup, or in the background of a shell, were told to ignore some."""
    for sign in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_DFL)


class Running:
    """`lab report` in a session of its own, as in a terminal of its own."""

    def __init__(self, project: Project, *options: str, cwd: Path | None = None) -> None:
        self.reports = project / "reports"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("INGRESS_LAB")}
        environment |= {"INGRESS_LAB_HOME": str(project / "state"), "PYTHONUNBUFFERED": "1"}
        self.lab = subprocess.Popen(
            [sys.executable, "-m", "labtools.cli", "report", "--output", str(self.reports), *options],
            cwd=cwd or project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=_answer_signals,
        )  # fmt: skip
        self.said = b""

    def until(self, words: str, seconds: float = 180) -> None:
        """Read on until its progress line shows `words`."""
        deadline, stream = time.monotonic() + seconds, self.lab.stderr
        assert stream is not None
        while words.encode() not in self.said:
            assert self.lab.poll() is None and time.monotonic() < deadline, self.said.decode()
            self.said += os.read(stream.fileno(), 65536)

    def interrupt(self, sign: signal.Signals = signal.SIGINT, *, group: bool = True) -> str:
        """What it prints from the signal to its end, which comes soon; nothing that it started is left."""
        children = psutil.Process(self.lab.pid).children(recursive=True)
        begin = time.monotonic()
        (os.killpg if group else os.kill)(self.lab.pid, sign)
        out, err = self.lab.communicate(timeout=30)
        seconds = time.monotonic() - begin
        words = (out + self.said + err).decode()
        assert self.lab.returncode == 128 + sign and "Traceback" not in words and "Exception" not in words, words
        _, left = psutil.wait_procs(children, timeout=2)
        assert left == [], left
        assert seconds < SOON * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), f"{seconds:.1f} s: {words}"
        self.seconds = seconds
        return words

    def latest(self) -> dict:
        place = self.reports / "latest"
        assert "A partial report" in (place / "index.html").read_text()
        assert "A partial report" in (place / "report.md").read_text()
        data = json.loads((place / "report.json").read_text())
        assert data["interrupted"] is True and data["passed"] is False
        return {notebook["name"]: notebook["state"] for notebook in data["notebooks"]}


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[type[Running]]:
    """Starts them; one that a failed test has left is ended, with its kernels and its cluster."""
    yield Running
    _end_all_of(tmp_path)


def _end_all_of(place: Path) -> None:
    left = _processes_of(place)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(left, timeout=10)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def _processes_of(place: Path) -> list[psutil.Process]:
    """Those that name the folder in their arguments, and what they have started."""
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter(["cmdline"]):
        if str(place) in " ".join(process.info["cmdline"] or []):
            with contextlib.suppress(psutil.NoSuchProcess):
                found |= {each.pid: each for each in (process, *process.children(recursive=True))}
    return list(found.values())


@pytest.mark.long
def test_what_a_failed_test_leaves_is_ended(project: Project) -> None:
    """A `lab` that was killed has no more children, and its cluster lives on."""
    run = Running(project)
    run.until("01_b:")
    others = [each for each in _processes_of(project) if each.pid != run.lab.pid]
    run.lab.kill()
    run.lab.communicate()
    assert len([each for each in others if each.is_running()]) > 1
    _end_all_of(project)
    assert _processes_of(project) == [] and psutil.wait_procs(others, timeout=2)[1] == []


@pytest.mark.parametrize(
    ("sign", "group"),
    [
        pytest.param(signal.SIGINT, True, marks=pytest.mark.long),
        pytest.param(signal.SIGTERM, False, marks=pytest.mark.long),
        pytest.param(signal.SIGINT, False, marks=pytest.mark.long),
        pytest.param(signal.SIGHUP, True, marks=pytest.mark.long),
    ],
)
def test_the_first_one_ends_it_with_a_partial_report(
    project: Project, begin: type[Running], sign: signal.Signals, group: bool
) -> None:
    run = begin(project)
    run.until("01_b:  40%")
    said = run.interrupt(sign, group=group)
    assert "Interrupted." in said and "A partial report: the run was interrupted at 01_b." in said
    assert run.latest() == {"00_a": "passed", "01_b": "not run", "02_c": "not run"}
    assert not _processes_of(project / "state")
    if (sign, group) != (signal.SIGINT, True):
        return
    again = begin(project, "--notebook", "00")
    out, _ = again.lab.communicate(timeout=60)
    assert again.lab.returncode == 0 and b"1 notebook, 1 cell: all passed." in out
    assert run.latest()["01_b"] == "not run"  # a report of one notebook is not the latest of the series


def test_while_its_cluster_starts(project: Project, begin: type[Running]) -> None:
    run = begin(project)
    deadline = time.monotonic() + 60
    while not (project / "state" / "beside" / "1" / "cluster").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "Interrupted." in run.interrupt()
    assert not run.reports.exists() or not list(run.reports.iterdir())
    assert not (project / "state" / "beside" / "1").exists()


@pytest.mark.long
def test_in_the_middle_of_notebook_05(tmp_path: Path, begin: type[Running], request: pytest.FixtureRequest) -> None:
    """The whole series, again and again; every other time the signal reaches the process alone."""
    for number in range(request.config.getoption("--interruptions")):
        (tmp_path / str(number)).mkdir(exist_ok=True)
        project = tmp_path / str(number)
        run = begin(project, cwd=ROOT)
        run.until("05_ingress_controllers:")
        time.sleep(0.4 * (number % 7))  # another moment of it each time
        run.interrupt(group=number % 2 == 0)
        states = run.latest()
        print(f"{number + 1}: ended after {run.seconds:.1f} s", flush=True)
        assert list(states.values()) == ["passed"] * 5 + ["not run"] * (len(states) - 5) and len(states) > 12
