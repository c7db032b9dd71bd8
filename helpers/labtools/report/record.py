"""What a report holds: one record per report, notebook and code cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from labcore.language.messages import phrase
from nbformat import NotebookNode

from labtools.capstone.result import Result
from labtools.clinic.records import Visit

PASSED, FAILED, NOT_RUN = phrase("passed"), phrase("failed"), phrase("not run")
LEFT_OUT, INTERRUPTED = phrase("left out"), phrase("interrupted")


@dataclass
class CellRun:
    """One code cell: `number` counts the notebook's code cells from 1."""

    number: int
    cell: NotebookNode
    state: str = NOT_RUN
    seconds: float = 0.0
    error: dict[str, str] | None = None


@dataclass
class NotebookRun:
    """One notebook as it was run; `problem` says why the run itself ended early, if it did.

    `left_out` says why it was not run at all: this cluster does not allow what it needs. `interrupted`: by Ctrl-C.
    """

    path: Path
    notebook: NotebookNode
    cells: list[CellRun] = field(default_factory=list)
    seconds: float = 0.0
    problem: str = ""
    left_out: str = ""
    interrupted: bool = False

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def title(self) -> str:
        """The first heading."""
        lines = (
            line for cell in self.notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()
        )
        return next((line[2:].strip() for line in lines if line.startswith("# ")), self.name)

    @property
    def begun(self) -> bool:
        """Whether there is anything to show of it."""
        return not self.left_out and (self.interrupted or any(run.state != NOT_RUN for run in self.cells))

    @property
    def failures(self) -> list[CellRun]:
        return [run for run in self.cells if run.state == FAILED]

    @property
    def state(self) -> str:
        """LEFT_OUT, FAILED, PASSED, or how far it came when the report was interrupted."""
        if self.left_out:
            return LEFT_OUT
        if self.failures or self.problem:
            return FAILED
        return PASSED if all(run.state == PASSED for run in self.cells) else NOT_RUN


@dataclass(frozen=True)
class Cover:
    """What its author writes on a report: all of it may be ""."""

    author: str = ""
    course: str = ""
    title: str = ""


@dataclass
class Report:
    """A run of the series on one cluster."""

    cluster: dict[str, str]
    versions: dict[str, str]
    machine: dict[str, str]
    started: datetime
    notebooks: list[NotebookRun] = field(default_factory=list)
    seconds: float = 0.0
    language: str = "en"
    manifests: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    nodes: list[dict[str, str]] = field(default_factory=list)
    changes: Sequence[tuple[str, str, str, str]] | None = None
    commit: str = ""
    interrupted: bool = False
    """Ctrl-C ended the run before its end: this report holds a part of what was asked for."""
    cover: Cover = field(default_factory=Cover)
    series: int = 0
    """How many notebooks the series has, of which this report may hold a part; 0 where nobody knows."""
    visits: list[Visit] = field(default_factory=list)
    """The learner's cases in the clinic, with how each ended."""
    capstone: Result | None = None
    """What became of the learner's capstone; None where it was not begun."""
    own: str = ""
    """Of the learner's own notebooks, which nobody ran: what was predicted and solved, in a sentence."""

    @property
    def passed(self) -> bool:
        """At least one notebook ran, and each that ran has passed; those left out do not count."""
        return bool(self.ran) and all(n.state == PASSED for n in self.ran)

    @property
    def ran(self) -> list[NotebookRun]:
        """All but those that were left out."""
        return [notebook for notebook in self.notebooks if not notebook.left_out]

    @property
    def failures(self) -> list[tuple[NotebookRun, CellRun]]:
        """In the order of the notebooks and their cells."""
        return [(notebook, cell) for notebook in self.notebooks for cell in notebook.failures]
