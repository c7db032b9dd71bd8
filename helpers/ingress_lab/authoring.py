"""For authors: run notebooks afresh and store their outputs, free of what differs between machines.

`make notebooks` runs them all; `python -m ingress_lab.authoring notebooks 07` those whose name contains 07.
"""

import argparse
import os
from pathlib import Path

from ingress_lab import home, jupyter

KEPT_METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
CELL_TIMEOUT = 120


def main() -> None:
    parser = argparse.ArgumentParser(prog="ingress_lab.authoring", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the notebooks are")
    parser.add_argument("only", nargs="?", default="", help="part of a notebook's name")
    chosen = parser.parse_args()
    jupyter.use_own_folders(home.state())
    for path in sorted(chosen.folder.rglob("*.ipynb")):
        if ".ipynb_checkpoints" not in path.parts and chosen.only in path.name:
            print(path, flush=True)
            store_outputs(path)


def store_outputs(path: Path) -> None:
    """Run one notebook from a fresh kernel and write it back; a failing cell raises and writes nothing."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook, timeout=CELL_TIMEOUT, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    ).execute(env=os.environ | {"INGRESS_LAB_PROGRESS": "0"})
    notebook.metadata = nbformat.from_dict(KEPT_METADATA)
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main()
