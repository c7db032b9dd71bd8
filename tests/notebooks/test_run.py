"""Every notebook runs on the local cluster and shows what is stored; in `make test-long` the Korean one, too.

It should take 10 s or less (11, 15 and 18: 20). Other tests run beside it, so a longer run is said and not failed; the
seconds are measured by `make bench`. Two that take longest run in `make test-long` only. With `--thorough` each
runs twice in a row.
"""

import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import pytest
from loopkube.cluster import ClusterInfo

from .notebooks import FOLDER, NBVAL, PATHS, label, spoken

SECONDS = 10.0
PATIENT = {"11_many_ingress_nodes": 20.0, "15_rollouts": 20.0, "18_capstone": 20.0}
"""Notebooks that wait for something: a node that falls silent, 2,000 requests, clients who go on."""
LONG = ("15_rollouts", "16_write_a_controller")
PATHS_OF = {language: [path for path in PATHS if spoken(path) == language] for language in ("en", "ko")}
HANGS = 180.0


@pytest.fixture
def runs(thorough: bool) -> range:
    """Where there are two, what one leaves behind does not change the next."""
    return range(2 if thorough else 1)


def run(path: Path, folder: Path) -> float:
    """One comparison of a notebook with its stored outputs, as `pytest --nbval` does it for anybody: with progress.

    Its seconds are those of the kernel and of the cells.
    """
    done = subprocess.run(
        [sys.executable, *NBVAL, f"--junitxml={folder / 'run.xml'}", str(path)],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        timeout=HANGS,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    cells = ElementTree.parse(folder / "run.xml").iter("testcase")
    seconds = sum(float(cell.attrib["time"]) for cell in cells)
    if seconds > PATIENT.get(path.stem, SECONDS):
        warnings.warn(f"{label(path)} took {seconds:.0f} s beside other tests", stacklevel=1)
    return seconds


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=[pytest.mark.long] if path.stem in LONG else []) for path in PATHS_OF["en"]],
    ids=label,
)
def test_notebook(path: Path, cluster: ClusterInfo, tmp_path: Path, runs: range) -> None:
    for _ in runs:
        run(path, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("path", PATHS_OF["ko"], ids=label)
def test_korean_notebook(path: Path, cluster: ClusterInfo, tmp_path: Path, runs: range) -> None:
    """The code is that of the English one; its outputs are Korean."""
    for _ in runs:
        run(path, tmp_path)
