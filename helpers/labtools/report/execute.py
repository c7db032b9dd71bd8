"""Run one notebook in a kernel of its own, with nothing left of outputs stored before; a failing cell stops nothing."""

import os
import time
from collections.abc import Callable, Generator
from pathlib import Path

import nbformat
from labcore.language.messages import phrase
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from labtools.report.kernel import Kernel
from labtools.report.record import FAILED, NOT_RUN, PASSED, CellRun, NotebookRun

CELL_TIMEOUT = 120  # seconds; then the cell is interrupted, which is a failure
EXPECTED = "raises-exception"


def read(path: Path) -> NotebookRun:
    """A notebook with its outputs removed, and one record per code cell."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    return NotebookRun(path, notebook, [CellRun(number, cell) for number, cell in enumerate(code, 1)])


def execute(run: NotebookRun, environment: dict[str, str], on_cell: Callable[[CellRun], None]) -> None:
    """Run all cells and fill in the records; `on_cell` is called after each."""
    Execution(run, environment, on_cell).run()


def one_after_the_other(
    runs: list[NotebookRun], environment: dict[str, str], on_cell: Callable[[CellRun], None]
) -> Generator["Execution"]:
    """Each is run before the next is taken; the next one's kernel starts meanwhile. To be closed when left early."""
    following: Execution | None = None
    try:
        for number, run in enumerate(runs, 1):
            execution = following or Execution(run, environment, on_cell)
            following = Execution(runs[number], environment, on_cell) if number < len(runs) else None
            execution.following = following
            yield execution
    finally:
        if following:
            following.kernel.end()


class Execution:
    """One run of a notebook: its kernel, and what becomes of the cells."""

    following: "Execution | None" = None

    def __init__(self, run: NotebookRun, environment: dict[str, str], on_cell: Callable[[CellRun], None]) -> None:
        self.notebook, self._on_cell = run, on_cell
        self._clock = _Clock(run, self._executed)
        client = NotebookClient(
            run.notebook,
            timeout=CELL_TIMEOUT,
            interrupt_on_timeout=True,
            allow_errors=True,
            record_timing=False,
            shutdown_kernel="immediate",  # nothing of the lab is done at a kernel's end: no reason to wait for it
            coalesce_streams=True,  # what a program prints comes in pieces, which may end in the middle of a line
            resources={"metadata": {"path": str(run.path.parent)}},
            on_cell_start=self._clock.start,
            on_cell_executed=self._clock.executed,
        )
        self.kernel = Kernel(client, os.environ | environment)

    def run(self) -> None:
        """Run all cells and fill in the records. KeyboardInterrupt once the kernel has ended."""
        run, begin = self.notebook, time.perf_counter()
        try:
            self.kernel.run()
        except DeadKernelError:
            run.problem = phrase("the kernel died")
        except CellTimeoutError as error:
            run.problem = phrase("a cell did not end: {error}", error=error)
        except KeyboardInterrupt:
            run.interrupted = True
            raise
        finally:
            run.seconds = time.perf_counter() - begin
            self._clock.close()

    def _executed(self, record: CellRun) -> None:
        if self.following:  # not before: the first cell of a notebook imports much, and needs the processor itself
            self.following.kernel.start()
        self._on_cell(record)


class _Clock:
    """Turns the client's callbacks into records."""

    def __init__(self, run: NotebookRun, on_cell: Callable[[CellRun], None]) -> None:
        self._run, self._runs = run, {id(r.cell): r for r in run.cells}
        self._on_cell, self._begin = on_cell, 0.0
        self._current: CellRun | None = None

    def start(self, cell: NotebookNode, cell_index: int) -> None:
        self._current, self._begin = self._runs.get(id(cell)), time.perf_counter()

    def executed(self, cell: NotebookNode, cell_index: int, execute_reply: dict) -> None:
        record = self._runs[id(cell)]
        record.seconds = time.perf_counter() - self._begin
        record.error = error_of(cell)
        record.state = FAILED if record.error and EXPECTED not in cell.metadata.get("tags", []) else PASSED
        self._current = None
        self._on_cell(record)

    def close(self) -> None:
        """The cell that ran when the kernel died has failed; nobody knows how an interrupted one would have ended."""
        if self._current and self._current.state == NOT_RUN and not self._run.interrupted:
            self._current.state = FAILED
            self._current.seconds = time.perf_counter() - self._begin
            self._current.error = {"name": "NotFinished", "message": phrase("the cell did not end"), "traceback": ""}


def error_of(cell: NotebookNode) -> dict[str, str] | None:
    """Name, message and traceback of the error a cell ended with, or None."""
    for output in cell.outputs:
        if output.output_type == "error":
            return {"name": output.ename, "message": output.evalue, "traceback": "\n".join(output.traceback)}
    return None
