"""A notebook as experiments: one per `##` heading, each with what was asked, tried, seen and concluded."""

import re
from dataclasses import dataclass, field

from labcore.language.headings import HEADINGS
from labcore.language.messages import english
from nbformat import NotebookNode

from labtools.report import outputs
from labtools.report.record import FAILED, CellRun, NotebookRun

_QUESTION = ("**Predict", "**예상")
_CONCLUSION = ("**Explain", "**설명")
_GOALS = ("**Goals**", "**목표**")
RECAP, OWN_WORDS = "recap", "conclusion"  # the id of a cell, and the tag of cells for the learner's own words
_FOR_READERS_OF_THE_NOTEBOOK = ("how", "again", "progress-text", "way")  # how to use a notebook: no part of a log
_COMMENT = re.compile(r"[ \t]*<!--.*?-->", re.DOTALL)


@dataclass
class Section:
    """`before` and `after` are the text around the first and last code cell; `steps` is all between them, in order."""

    title: str
    before: list[str] = field(default_factory=list)
    steps: list[str | CellRun] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    @property
    def cells(self) -> list[CellRun]:
        return [step for step in self.steps if isinstance(step, CellRun)]


def sections(run: NotebookRun) -> list[Section]:
    """The sections in order; what stands before the first `##` heading is a section without title."""
    records = {id(record.cell): record for record in run.cells}
    made = [Section("")]
    for cell in run.notebook.cells:
        if _only_in_the_notebook(cell, records):
            continue
        if cell.cell_type == "markdown":
            title, text = _heading(prose(cell))
            if title:
                made.append(Section(title))
            if text:
                _add_text(made[-1], text)
        elif id(cell) in records:
            made[-1].steps += [*made[-1].after, records[id(cell)]]
            made[-1].after = []
    return [section for section in made if section.title or section.cells or section.before]


def prose(cell: NotebookNode) -> str:
    """A cell of prose without its comments, which are for its authors."""
    return _COMMENT.sub("", cell.source)


def has_tag(cell: NotebookNode, tag: str) -> bool:
    return tag in (cell.get("metadata", {}).get("tags") or [])


def role(text: str) -> str:
    """`question` for a text that asks for a prediction, `conclusion` for one that explains what was seen, or ""."""
    if text.startswith(_CONCLUSION):
        return "conclusion"
    return "question" if any(mark in text for mark in _QUESTION) else ""


def superseded(section: Section) -> set[int]:
    """The cells (their numbers) that show nothing but predictions which a later table holds beside what was seen."""
    numbers: set[int] = set()
    for index, record in enumerate(section.cells):
        shown = outputs.tables(record.cell)
        if _asks(record) and any(_observes(after) for after in section.cells[index + 1 :]):
            numbers.add(record.number)
        if len(shown) != 1 or len(record.cell.outputs) != 1 or record.error:
            continue
        later = [table for after in section.cells[index + 1 :] for table in outputs.tables(after.cell)]
        if any(_holds(table, shown[0]) for table in later):
            numbers.add(record.number)
    return numbers


def _asks(record: CellRun) -> bool:
    """Whether the cell asks for predictions, and shows how many there are."""
    return "predict(" in record.cell.source and not record.error and not outputs.tables(record.cell)


def _observes(record: CellRun) -> bool:
    return any(_is("observed", column) for table in outputs.tables(record.cell) for column in table["columns"])


def _holds(table: dict, predictions: dict) -> bool:
    """A table with what was observed, whose rows begin as those of the predictions do, in any order."""
    columns = predictions["columns"]
    if len(columns) != 2 or not _is("predicted", columns[1]) or table["columns"][:2] != columns:
        return False
    observed = any(_is("observed", column) for column in table["columns"])
    return observed and {tuple(r) for r in predictions["rows"]} <= {tuple(r[:2]) for r in table["rows"]}


def _is(key: str, heading: str) -> bool:
    return heading in (english(HEADINGS[key]), str(HEADINGS[key]))


def _only_in_the_notebook(cell: NotebookNode, records: dict[int, CellRun]) -> bool:
    """How to use a notebook, hints, and what is gathered elsewhere; but never a cell that failed."""
    name = cell.get("id", "")
    if cell.cell_type == "markdown":
        gathered = name == RECAP or has_tag(cell, OWN_WORDS)
        return gathered or name in _FOR_READERS_OF_THE_NOTEBOOK or name.endswith("-hint-text")
    return name.endswith("-hint") and id(cell) in records and records[id(cell)].state != FAILED


def _add_text(section: Section, text: str) -> None:
    (section.after if section.cells else section.before).append(text)


def _heading(source: str) -> tuple[str, str]:
    """The `##` heading a cell begins with, and the rest; `#` titles are left out: the notebook's record has it."""
    first, _, rest = source.strip().partition("\n")
    if first.startswith("## "):
        return first[3:].strip(), rest.strip()
    return "", _without_goals(rest) if first.startswith("# ") else source.strip()


def _without_goals(text: str) -> str:
    """They are gathered as the report's purpose."""
    for mark in _GOALS:
        text = text.partition(mark)[0]
    return text.strip()
