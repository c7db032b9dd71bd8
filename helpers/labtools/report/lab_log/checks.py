"""What a statement says of one cell of the series, and how that is read from the cell's outputs."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from labcore.language.headings import HEADINGS
from labcore.language.messages import english, phrase
from nbformat import NotebookNode

from labtools.report import outputs

Reader = Callable[[NotebookNode], Mapping[str, str]]
"""Name → what was observed of it; a name that the outputs do not show is left out."""

ANY = "*"
"""A statement that says only that there is something."""
ADDRESS = phrase("an address")
"""A statement that says only that there is an address or a name, whichever it is."""

SOME = phrase("more than 0")
"""A statement that says only that a number is more than nothing."""

_ADDRESS = re.compile(r"[0-9a-fA-F.:]+|[a-z0-9][a-z0-9.-]*")
_NO_ANSWER = re.compile(r"no answer|no connection|connection (refused|reset|closed)|timed out|^0?$")


@dataclass(frozen=True)
class Check:
    """`said`: what the statement says would be observed, by name; `means`: what another value means, in a sentence.

    `what`: what the values are, where the names do not say it. `absent`: why there may be nothing to observe, in a
    sentence.
    """

    notebook: str
    cell: str
    read: Reader
    said: Mapping[str, str]
    means: Mapping[str, str] = field(default_factory=dict)
    absent: str = ""
    what: str = ""


@dataclass(frozen=True)
class Statement:
    """One line of the log. `untried`: what it says beside that, which no cell of the series can try."""

    number: int
    text: str
    checks: tuple[Check, ...]
    untried: str = ""


def fits(said: str, observed: str) -> bool:
    if said == SOME:
        return observed.isdecimal() and int(observed) > 0
    return said in (ANY, observed) or (said == ADDRESS and bool(_ADDRESS.fullmatch(observed)))


def is_no_answer(said: str, observed: str) -> bool:
    """Whether nobody answered where somebody was expected to: that shows nothing of the statement."""
    return not fits(said, observed) and bool(_NO_ANSWER.search(observed)) and not _NO_ANSWER.search(said)


def rows(cell: NotebookNode) -> dict[str, str]:
    """Of tables: the first column → what was observed; of answers, the Service or else the status."""
    observed = {}
    for table in outputs.tables(cell):
        columns = [str(column) for column in table["columns"]]
        for row in table["rows"]:
            by = dict(zip(columns, row, strict=False))
            value = by.get(_heading("observed"))
            if value is None:
                value = _answer(by)
            if value is not None:
                observed[str(row[0])] = str(value)
    return observed


def cells_of(column: str) -> Reader:
    """Of tables: the first column → that column."""

    def read(cell: NotebookNode) -> dict[str, str]:
        tables = [table for table in outputs.tables(cell) if column in table["columns"]]
        return {str(row[0]): str(row[table["columns"].index(column)]) for table in tables for row in table["rows"]}

    return read


def value(*names: str) -> Reader:
    """The value that ended the cell: a mapping by its keys, a sequence by `names`."""

    def read(cell: NotebookNode) -> dict[str, str]:
        ended_with = _literal((outputs.texts(cell) or [""])[-1])
        if isinstance(ended_with, Mapping):
            return {str(name): str(each) for name, each in ended_with.items()}
        return dict(zip(names, map(str, ended_with), strict=False)) if isinstance(ended_with, list | tuple) else {}

    return read


def printed(pattern: str, *names: str) -> Reader:
    """What the pattern finds in printed text: its one group, find by find, by `names`; its two as name and value.

    Fewer finds than names show nothing: who could say which of them is missing?
    """
    compiled = re.compile(pattern, re.MULTILINE)

    def read(cell: NotebookNode) -> dict[str, str]:
        finds = compiled.findall("\n".join(outputs.texts(cell)))
        if len(finds) < len(names):
            return {}
        return {name.strip(): each.strip() for name, each in (zip(names, finds, strict=False) if names else finds)}

    return read


def counted(pattern: str, name: str) -> Reader:
    """How often the pattern occurs in what was printed; nothing printed shows nothing."""

    def read(cell: NotebookNode) -> dict[str, str]:
        text = "\n".join(outputs.texts(cell))
        return {name: str(len(re.findall(pattern, text, re.MULTILINE)))} if text.strip() else {}

    return read


def _heading(key: str) -> str:
    return str(english(HEADINGS[key]))


def _answer(by: Mapping[str, object]) -> object:
    service, status = by.get(_heading("service")), by.get(_heading("status"))
    if service not in (None, "-"):
        return service
    return status if status is not None else by.get(_heading("error"))


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
