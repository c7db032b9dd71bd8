"""Runs notebooks afresh and stores their outputs, free of what differs between machines."""

import os
from pathlib import Path

from labcore.language import choice
from labcore.machine import jupyter, paths

from labtools.authoring import outputs

KEPT_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {
        "file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3",
    },
}  # fmt: skip
CELL_TIMEOUT = 120


def run_all(folder: Path, only: str = "") -> int:
    """Each notebook below `folder` whose path there contains `only`; the exit code."""
    jupyter.use_own_folders(paths.state())
    for path in sorted(folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts and only in path.relative_to(folder).as_posix():
            print(path.relative_to(folder), flush=True)
            store_outputs(path)
    return 0


def store_outputs(path: Path) -> None:
    """Run one notebook from a fresh kernel and write it back; a failing cell raises and writes nothing.

    Outputs that differ from the stored ones in ages, addresses and the like alone stay as they were stored.
    """
    import nbformat
    from nbclient import NotebookClient

    stored, notebook = (nbformat.read(path, as_version=4) for _ in range(2))
    NotebookClient(
        notebook, timeout=CELL_TIMEOUT, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    ).execute(env=kernel_environment())
    outputs.keep_stored(stored, notebook)
    notebook.metadata = nbformat.from_dict(KEPT_METADATA)
    nbformat.write(notebook, path)


def kernel_environment() -> dict[str, str]:
    """No progress lines in outputs; and the notebook's folder alone says its language."""
    kept = {name: value for name, value in os.environ.items() if name != choice.VARIABLE}
    return kept | {"INGRESS_LAB_PROGRESS": "0"}
