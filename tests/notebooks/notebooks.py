"""The notebooks as the tests see them."""

import re
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from labtools.authoring import outputs
from labtools.authoring.rewritten import REWRITTEN
from labtools.workspace import series

FOLDER = Path(__file__).parent.parent.parent / "notebooks"
PATHS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)

PYTEST = "import sys; sys.modules['rfc3987_syntax'] = None; import pytest; sys.exit(pytest.main())"
"""As `pytest`, but for a grammar of URIs that jsonschema builds for a second, and that no notebook needs."""
SANITIZE = f"--nbval-sanitize-with={outputs.SANITIZE}"
NBVAL = ("-c", PYTEST, "--nbval", SANITIZE, "-q", "--no-header", "-p", "no:cacheprovider")

NEW = [path for path in PATHS if path.stem in REWRITTEN]
"""Those that keep all rules of "Writing a notebook"."""


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def cells(path: Path, kind: str = "") -> list[nbformat.NotebookNode]:
    """All cells of a notebook, or those of a kind (`code`, `markdown`)."""
    found = nbformat.read(path, as_version=4).cells
    return [cell for cell in found if not kind or cell.cell_type == kind]


def spoken(path: Path) -> str:
    """The language of a notebook."""
    return series.language_of(path)


def python_of(cell: nbformat.NotebookNode) -> str:
    """A code cell as Python: `!kubectl get pods` and the like as the calls that IPython makes of them."""
    return TransformerManager().transform_cell(cell.source)


def prose_of(cell: nbformat.NotebookNode) -> str:
    """A cell of prose without its comments, which nobody reads."""
    return re.sub(r"<!--.*?-->", "", cell.source, flags=re.DOTALL)


def runs_commands(cell: nbformat.NotebookNode) -> bool:
    """Whether it runs a program of the shell, whose output is compared without what varies."""
    return any(line.lstrip().startswith("!") or "= !" in line for line in cell.source.splitlines())


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
