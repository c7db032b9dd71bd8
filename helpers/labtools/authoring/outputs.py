"""Stored outputs: what differs between two runs of one command is not told apart (`sanitize.cfg`, nbval's format)."""

import json
import re
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

SANITIZE = Path(__file__).parent / "sanitize.cfg"
_PAIR = re.compile(r"^regex: (.*)$\n^replace: (.*)$", re.MULTILINE)


@cache
def _pairs() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), made) for pattern, made in _PAIR.findall(SANITIZE.read_text(encoding="utf-8"))]


def sanitized(text: str) -> str:
    """A text with what varies replaced, as nbval compares it."""
    for pattern, made in _pairs():
        text = pattern.sub(made, text)
    return text


def merged(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Outputs in which neighbouring pieces of one stream are one."""
    kept: list[NotebookNode] = []
    for output in outputs:
        before = kept[-1] if kept else None
        if before and output.output_type == "stream" == before.output_type and output.name == before.name:
            before.text += output.text
        else:
            kept.append(output)
    return kept


def keep_stored(stored: NotebookNode, run: NotebookNode) -> None:
    """Give each cell of a run its stored outputs back where they differ in nothing else than what varies."""
    before = {cell.id: cell for cell in stored.cells if cell.cell_type == "code"}
    for cell in (cell for cell in run.cells if cell.cell_type == "code"):
        cell.outputs = merged(cell.outputs)
        old = before.get(cell.id)
        if old is not None and _compared(old.outputs) == _compared(cell.outputs):
            cell.outputs = [_counted(output, cell.execution_count) for output in old.outputs]


def _compared(outputs: list[NotebookNode]) -> list[object]:
    return [_plain({name: value for name, value in output.items() if name != "execution_count"}) for output in outputs]


def _plain(value: object) -> object:
    """A text as it is compared; lists and dictionaries of such."""
    if isinstance(value, str):
        return sanitized(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else json.dumps(value)


def _counted(output: NotebookNode, count: int) -> NotebookNode:
    if "execution_count" in output:
        output.execution_count = count
    return output
