"""The kernel of a report's notebook ends with the first Ctrl-C, whenever that comes."""

import os
import threading
import time
from pathlib import Path

import nbformat
import psutil
import pytest
from labtools.report.kernel import Kernel
from nbclient import NotebookClient


def test_ctrl_c_while_its_thread_starts_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`Thread.start` waits for the thread, so the signal may come there, when nobody waits for the notebook yet."""
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        if thread.name == "notebook":
            raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    cell = nbformat.v4.new_code_cell("import pathlib; pathlib.Path('began').touch()")
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=[cell]), timeout=60, resources={"metadata": {"path": str(tmp_path)}}
    )
    before = set(psutil.Process().children(recursive=True))
    kernel = Kernel(client, os.environ)
    with pytest.raises(KeyboardInterrupt):
        kernel.run()
    assert kernel._ended.wait(5)
    assert not (tmp_path / "began").exists()
    left = set(psutil.Process().children(recursive=True)) - before
    assert psutil.wait_procs(left, timeout=2)[1] == []  # a killed one stays until somebody has asked for it


def test_one_that_waits_for_its_turn_ends_without_having_run(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("import pathlib; pathlib.Path('began').touch()")
    client = NotebookClient(nbformat.v4.new_notebook(cells=[cell]), resources={"metadata": {"path": str(tmp_path)}})
    before = set(psutil.Process().children(recursive=True))
    kernel = Kernel(client, os.environ)
    kernel.start()
    while client.km is None or not client.km.has_kernel:
        time.sleep(0.01)
    file = Path(client.km.connection_file)
    kernel.end()
    assert kernel._ended.is_set()
    assert not (tmp_path / "began").exists() and not file.exists()
    left = set(psutil.Process().children(recursive=True)) - before
    assert psutil.wait_procs(left, timeout=2)[1] == []
