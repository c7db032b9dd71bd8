"""The notebooks as the tests see them."""

from pathlib import Path

import nbformat
from labtools.workspace import series

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
PATHS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def cells(path: Path, kind: str = "") -> list[nbformat.NotebookNode]:
    """All cells of a notebook, or those of a kind (`code`, `markdown`)."""
    found = nbformat.read(path, as_version=4).cells
    return [cell for cell in found if not kind or cell.cell_type == kind]


def spoken(path: Path) -> str:
    """The language of a notebook."""
    return series.language_of(path)


def tags(cell: nbformat.NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """Everything that a code cell has printed, shown or raised."""
    found = []
    for output in cell.outputs:
        found.append(output.get("text", ""))
        found += [str(data) for data in output.get("data", {}).values()]
        found += [output.get("evalue", ""), *output.get("traceback", [])]
    return [text for text in found if text]
