"""Notebooks from the last to the first, each after a run of its own that was killed half way: none needs another.

`make test-long` does so with the last one, `make test-order` with all.
"""

import time
from pathlib import Path

import nbclient
import nbformat
import pytest
from labtools.authoring.running import kernel_environment
from loopkube.cluster import ClusterInfo
from nbclient.exceptions import DeadKernelError

from .notebooks import FOLDER
from .test_run import run

pytestmark = pytest.mark.long

REVERSED = sorted((FOLDER / "en").glob("*.ipynb"), reverse=True)
FIRST, LAST = (
    "import os, signal, threading\nthreading.Timer(0.3, os.kill, (os.getpid(), signal.SIGKILL)).start()\n",
    "threading.Event().wait()",
)


def cut_off(path: Path) -> str:
    """Run the first half of a notebook's cells; its kernel dies 0.3 s into the next one, whose id is returned."""
    book = nbformat.read(path, as_version=4)
    book.cells = [cell for cell in book.cells if cell.cell_type == "code"]
    half = book.cells[len(book.cells) // 2]
    half.source = FIRST + half.source
    book.cells.append(nbformat.v4.new_code_cell(LAST))
    client = nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(path.parent)}})
    with pytest.raises(DeadKernelError):
        client.execute(env=kernel_environment())
    return str(half.id)


def test_reverse_order(cluster: ClusterInfo, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for path in REVERSED[: request.config.getoption("--order")]:
        begin = time.monotonic()
        at = cut_off(path)
        print(f"{path.stem}: killed in {at} ({time.monotonic() - begin:.0f} s)", end="", flush=True)
        seconds = run(path, tmp_path)
        print(f", then as stored ({seconds:.0f} s)", flush=True)
