"""A notebook run on a cluster in which something of it is missing: which cells notice?

Cells that fail wait first, each until its deadline. So those that are expected to fail have little patience
(INGRESS_LAB_PATIENCE, and the deadlines of kubectl), all others the usual one; and where a run does not end as expected it is done once more with the
usual patience everywhere, which has the last word.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from xml.etree import ElementTree

import nbformat
from labcore.kube.patience import VARIABLE

from . import notebooks
from .notebooks import FOLDER, NBVAL

MANIFESTS = FOLDER.parent / "manifests"
DEADLINE = re.compile(r"(?<=--timeout=)\d+(?=s)")
LOGS = "kubectl logs "  # which waits for a Pod that runs, 20 s without this option
ANSI = re.compile(r"\x1b\[[0-9;]*m|#x1B\[[0-9;]*m")
USUAL = 1.0

Texts = Mapping[str, tuple[str, str]]


def assert_fails(
    notebook: str,
    folder: Path,
    changes: Texts | None = None,
    *,
    cells: Collection[str],
    chance: Collection[str] = (),
    added: Mapping[str, str] | None = None,
    little: float = 0.1,
) -> None:
    """These cells fail, and no others.

    What a cell of `chance` does depends on a draw. `changes` replaces, file by file below manifests/, a text by another; `added` adds lines to cells, by their ids;
    `little` is the patience of cells that fail, as a part of the usual one.
    """
    for patience in (little, USUAL):
        run = folder / f"{patience:g}"
        path = _copy(notebook, run, dict.fromkeys(cells, patience), added or {})
        _change(run / "manifests", changes or {})
        found = [cell for cell in _failing(path, run) if cell not in chance]
        if found == list(cells):
            return
    strange, missed = [c for c in found if c not in cells], [c for c in cells if c not in found]
    raise AssertionError(f"{notebook}: fails though it should not: {strange}; passes though it should not: {missed}")


def _copy(notebook: str, folder: Path, patience: Mapping[str, float], added: Mapping[str, str]) -> Path:
    """A copy of an English notebook, with the patience of each cell and added lines, and of all manifests."""
    path = folder / "notebooks" / "en" / f"{notebook}.ipynb"
    path.parent.mkdir(parents=True)
    book = nbformat.read(FOLDER / "en" / path.name, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            own = patience.get(cell.id, USUAL)
            factor = f'__import__("os").environ["{VARIABLE}"] = "{own:g}"'
            cell.source = "\n".join([factor, _hurried(cell.source, own), *([added[cell.id]] if cell.id in added else [])])
    nbformat.write(book, path)
    shutil.copytree(MANIFESTS, folder / "manifests")
    return path


def _hurried(source: str, patience: float) -> str:
    """A cell whose kubectl waits for this part of the usual time, at least for a second."""
    if patience == USUAL:
        return source
    shorter = DEADLINE.sub(lambda usual: str(max(1, round(int(usual[0]) * patience))), source)
    return shorter.replace(LOGS, f"{LOGS}--pod-running-timeout={max(1, round(20 * patience))}s ")


def _change(manifests: Path, changes: Texts) -> None:
    for name, (old, new) in changes.items():
        text = (manifests / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        (manifests / name).write_text(text.replace(old, new), encoding="utf-8")


def _failing(path: Path, folder: Path) -> list[str]:
    """The ids of the cells that fail, in their order."""
    subprocess.run(
        [sys.executable, *NBVAL, "--nbval-current-env", f"--junitxml={folder / 'run.xml'}", str(path)],
        cwd=folder,
        env=os.environ | {"INGRESS_LAB_PROGRESS": "0"},
        capture_output=True,
        text=True,
    )
    ids = [cell.id for cell in notebooks.cells(path, "code")]
    found = ElementTree.parse(folder / "run.xml").findall(".//testcase")
    assert len(found) == len(ids)
    failed = {name: case for name, case in zip(ids, found, strict=True) if case.find("failure") is not None}
    for name, case in failed.items():  # what pytest shows when the test fails
        print(f"{name} ({float(case.attrib['time']):.1f} s): {_why(case)}")
    return list(failed)


def _why(case: ElementTree.Element) -> str:
    """The end of what a failed cell has said."""
    return " | ".join(ANSI.sub("", case.findtext("failure") or "").strip().splitlines()[-12:])
