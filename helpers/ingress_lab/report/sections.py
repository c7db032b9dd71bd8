"""A notebook as experiments: one per `##` heading, each with what was tried, seen and concluded."""

from dataclasses import dataclass, field

from ingress_lab.report.record import CellRun, NotebookRun


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
    found = [Section("")]
    for cell in run.notebook.cells:
        if cell.cell_type == "markdown":
            title, text = _heading(cell.source)
            if title:
                found.append(Section(title))
            if text:
                _add_text(found[-1], text)
        elif id(cell) in records:
            found[-1].steps += [*found[-1].after, records[id(cell)]]
            found[-1].after = []
    return [section for section in found if section.title or section.cells or section.before]


def _add_text(section: Section, text: str) -> None:
    (section.after if section.cells else section.before).append(text)


def _heading(source: str) -> tuple[str, str]:
    """The `##` heading a cell begins with, and the rest; `#` titles are left out: the notebook's record has it."""
    first, _, rest = source.strip().partition("\n")
    if first.startswith("## "):
        return first[3:].strip(), rest.strip()
    return "", rest.strip() if first.startswith("# ") else source.strip()
