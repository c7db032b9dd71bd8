"""What a waiting learner sees, and that nothing of it remains: in a terminal, and in a notebook's kernel."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import nbformat
import pytest
from ingress_lab.display import progress
from nbclient import NotebookClient

CELL = """
import threading
from ingress_lab.display import progress

class Watched(progress._Output):
    def write(self, drawn):
        super().write(drawn)
        if "counting" in drawn: seen.set()

progress._Output, seen = Watched, threading.Event()
with progress.line("starting", after={after}) as line:
    line.say("counting to three")
    {wait}
"done"
"""


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_PROGRESS", "1")


class Listening(NotebookClient):
    """Runs a notebook, and notes each display on the way to the stored outputs."""

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] in ("display_data", "update_display_data"):
            self.displayed = [*getattr(self, "displayed", []), msg["content"]["data"]]
        return super().process_message(msg, cell, cell_index)


def outputs_and_displayed(source: str) -> tuple[list, list[dict]]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = Listening(notebook, timeout=60, kernel_name="python3")
    client.execute(env=dict(os.environ))
    return notebook.cells[0].outputs, getattr(client, "displayed", [])


def test_a_notebook_shows_words_in_an_output_that_ends_empty() -> None:
    outputs, displayed = outputs_and_displayed(CELL.format(after=0.01, wait="assert seen.wait(30)"))
    assert any("counting to three (00:0" in data.get("text/plain", "") for data in displayed)
    assert [output.output_type for output in outputs] == ["display_data", "execute_result"]
    assert outputs[0].data == {} and displayed[0] == {} and displayed[-1] == {}


IN_THREADS = """
import time
from concurrent.futures import ThreadPoolExecutor
from ingress_lab.display import progress

def wait(seconds):
    with progress.line("waiting") as line:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line.say("still waiting")
            time.sleep(0.02)

with ThreadPoolExecutor() as pool:
    waiting = [pool.submit(wait, seconds) for seconds in (1.2, 1.6, 2.2)]
    wait(1.8)
[each.result() for each in waiting]
"done"
"""


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(CELL.format(after=0.01, wait="assert seen.wait(30)"), id="one", marks=pytest.mark.long),
        pytest.param(IN_THREADS, id="in threads", marks=pytest.mark.long),
    ],
)
def test_plain_nbval_finds_no_output_in_progress(tmp_path: Path, source: str) -> None:
    """`pytest --nbval NOTEBOOK` as anybody types it, of a cell that was stored without its progress line."""
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "'done'"}, execution_count=1)]
    path = tmp_path / "progress.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    done = subprocess.run([sys.executable, "-m", "pytest", "--nbval", "-q", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_notebook_shows_nothing_of_what_is_quick() -> None:
    outputs, displayed = outputs_and_displayed(CELL.format(after=60, wait="pass"))
    assert [output.output_type for output in outputs] == ["execute_result"] and not displayed


def test_a_terminal_gets_its_line_back(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = StringIO()
    monkeypatch.setattr(progress.sys, "stderr", terminal)
    with progress.line("waiting", after=0) as line:
        line.say("waiting")
    first, *_, last = terminal.getvalue().strip("\r").split("\r")
    assert first.startswith("waiting (00:0") and not last.strip()


def test_it_can_be_turned_off(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("INGRESS_LAB_PROGRESS", "0")
    with progress.line("waiting", after=0) as line:
        line.say("still waiting")
    assert capsys.readouterr() == ("", "")
