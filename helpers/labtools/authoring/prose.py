"""The prose of a notebook as one plain text, to be written in any editor, and back into the notebook.

    <!-- cell r1-text -->
    ## 실험 1 - ...

A block for each cell of prose, in order. With `beside` the English stands above each block as a quotation, which is
left out when the text is read back.
"""

import re
from collections.abc import Mapping

from nbformat import NotebookNode

from labtools.authoring.translating import WRITTEN_FROM, digest

_HEAD = re.compile(r"^<!-- cell (\S+) -->$", re.MULTILINE)
_QUOTED = re.compile(r"<!-- english\n.*?\n-->\n", re.DOTALL)


def as_text(english: NotebookNode, other: NotebookNode, *, beside: bool = False) -> str:
    """A notebook's prose as Markdown, a block for each cell; `beside` puts the English above each as a comment."""
    sources = {cell.id: cell.source for cell in english.cells}
    blocks = []
    for cell in other.cells:
        if cell.cell_type == "markdown":
            quoted = f"<!-- english\n{sources.get(cell.id, '')}\n-->\n" if beside else ""
            written = cell.source if cell.metadata.get(WRITTEN_FROM) else ""
            blocks.append(f"<!-- cell {cell.id} -->\n{quoted}{written}\n")
    return "\n".join(blocks)


def from_text(text: str) -> dict[str, str]:
    """Cell id → its prose; blocks without words are left out."""
    _, *parts = _HEAD.split(_QUOTED.sub("", text))
    blocks = dict(zip(parts[::2], (block.strip() for block in parts[1::2]), strict=True))
    return {name: block for name, block in blocks.items() if block}


def take(english: NotebookNode, other: NotebookNode, written: Mapping[str, str]) -> list[str]:
    """Puts the prose into the notebook, as written from today's English; gives ids that the notebook has not."""
    sources = {cell.id: cell.source for cell in english.cells}
    for cell in other.cells:
        if cell.cell_type == "markdown" and cell.id in written and cell.id in sources:
            cell.source = written[cell.id]
            cell.metadata[WRITTEN_FROM] = digest(sources[cell.id])
    return [name for name in written if name not in {cell.id for cell in other.cells}]
