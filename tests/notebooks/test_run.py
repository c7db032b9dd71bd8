"""Every notebook runs twice in a row on the local cluster, shows what is stored, and takes 10 s or less."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .notebooks import FOLDER, PATHS, label

SECONDS = 10.0
NBVAL = ("-m", "pytest", "--nbval", "--nbval-current-env", "-q", "--no-header", "-p", "no:cacheprovider")


def run(path: Path) -> float:
    """One comparison of a notebook with its stored outputs; returns its seconds."""
    begin = time.monotonic()
    done = subprocess.run(
        [sys.executable, *NBVAL, str(path)],
        cwd=FOLDER.parent,
        env=os.environ | {"INGRESS_LAB_PROGRESS": "0"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return time.monotonic() - begin


@pytest.mark.parametrize("path", PATHS, ids=label)
def test_notebook(path: Path, cluster: ClusterInfo) -> None:
    assert min(run(path), run(path)) <= SECONDS
