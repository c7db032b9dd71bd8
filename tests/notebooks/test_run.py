"""Every notebook runs twice in a row on the local cluster, shows what is stored, and takes 10 s or less (11: 20)."""

import os
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import psutil
import pytest
from loopkube.cluster import ClusterInfo

from .notebooks import FOLDER, PATHS, label

SECONDS = 10.0
PATIENT = {"11_many_ingress_nodes": 20.0}
"""Notebooks that wait for something: a node that falls silent is lost after 8 s."""
BUSY = 0.10  # a machine with less than this of its time to spare says nothing about a notebook's seconds
NBVAL = ("-m", "pytest", "--nbval", "--nbval-current-env", "-q", "--no-header", "-p", "no:cacheprovider")


class Run(NamedTuple):
    seconds: float
    idle: float
    """The part of its time that the machine had to spare meanwhile."""


def run(path: Path, folder: Path) -> Run:
    """One comparison of a notebook with its stored outputs; its seconds are those of the kernel and of the cells."""
    begin, before = time.monotonic(), psutil.cpu_times()
    done = subprocess.run(
        [sys.executable, *NBVAL, f"--junitxml={folder / 'run.xml'}", str(path)],
        cwd=FOLDER.parent,
        env=os.environ | {"INGRESS_LAB_PROGRESS": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    whole, after = time.monotonic() - begin, psutil.cpu_times()
    cells = ElementTree.parse(folder / "run.xml").iter("testcase")
    seconds = sum(float(cell.attrib["time"]) for cell in cells)
    return Run(seconds, (after.idle - before.idle) / (whole * (os.cpu_count() or 1)))


@pytest.mark.parametrize("path", PATHS, ids=label)
def test_notebook(path: Path, cluster: ClusterInfo, tmp_path: Path) -> None:
    best = min(run(path, tmp_path), run(path, tmp_path))
    limit = PATIENT.get(path.stem, SECONDS)
    if best.idle >= BUSY:
        assert best.seconds <= limit
    elif best.seconds > limit:
        warnings.warn(f"{label(path)} took {best.seconds:.0f} s on a machine that was busy otherwise", stacklevel=1)
