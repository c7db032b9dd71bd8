"""Three notebooks to one: what the learner has changed stays, all else follows the original; a cell is known by its id.

A cell of the learner's own follows the cell that it followed. One that the learner has changed and the original no
longer has stays, too; one that the learner has removed comes back.
"""

import copy

from nbformat import NotebookNode


def merged(base: NotebookNode, mine: NotebookNode, now: NotebookNode) -> tuple[NotebookNode, int]:
    """The new notebook, and how many cells of the learner's it holds."""
    before = {cell.get("id"): cell.source for cell in base.cells}
    theirs = {cell.get("id"): cell for cell in mine.cells}
    made, stayed = copy.deepcopy(now), 0
    cells = []
    for cell in made.cells:
        own = theirs.get(cell.get("id"))
        if own is not None and own.cell_type == cell.cell_type:
            is_changed = own.source != before.get(cell.id, own.source) and own.source != cell.source
            stayed += is_changed
            cell = own if is_changed or own.source == cell.source else cell
        cells.append(cell)
    for cell, after in _own(before, mine, {cell.get("id") for cell in made.cells}):
        index = next((n + 1 for n, other in enumerate(cells) if other.get("id") == after), 0 if after is None else None)
        cells.insert(len(cells) if index is None else index, cell)
        stayed += 1
    made.cells = cells
    return made, stayed


def _own(before: dict, mine: NotebookNode, now: set) -> list[tuple[NotebookNode, str | None]]:
    """Cells that only the learner has, each with the id of the cell before it."""
    own: list[tuple[NotebookNode, str | None]] = []
    previous: str | None = None
    for cell in mine.cells:
        name = cell.get("id")
        if name not in now and (name not in before or before[name] != cell.source):
            own.append((cell, previous))
        if name in now or (own and own[-1][0] is cell):
            previous = name
    return own
