"""A notebook run on a copy of its manifests in which something is missing: which cells notice?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from .notebooks import FOLDER, cells

MANIFESTS = FOLDER.parent / "manifests"
NBVAL = ("-m", "pytest", "--nbval", "--nbval-current-env", "-q", "--no-header", "-p", "no:cacheprovider")


def failing(notebook: str, folder: Path, changes: dict[str, tuple[str, str]]) -> list[str]:
    """The ids of the cells that fail when, file by file below manifests/, a text is replaced by another."""
    path = folder / "notebooks" / "en" / f"{notebook}.ipynb"
    path.parent.mkdir(parents=True)
    shutil.copy(FOLDER / "en" / path.name, path)
    shutil.copytree(MANIFESTS, folder / "manifests")
    for name, (old, new) in changes.items():
        manifest = folder / "manifests" / name
        text = manifest.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        manifest.write_text(text.replace(old, new), encoding="utf-8")
    subprocess.run(
        [sys.executable, *NBVAL, f"--junitxml={folder / 'run.xml'}", str(path)],
        cwd=folder,
        env=os.environ | {"INGRESS_LAB_PROGRESS": "0"},
        capture_output=True,
        text=True,
    )
    ids = [cell.id for cell in cells(path, "code")]
    found = ElementTree.parse(folder / "run.xml").findall(".//testcase")
    assert len(found) == len(ids)
    return [name for name, case in zip(ids, found, strict=True) if case.find("failure") is not None]
