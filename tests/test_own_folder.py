"""Folders of tests go with their process, clusters first."""

import contextlib
import subprocess
import sys
from pathlib import Path

import own_folder
import psutil
import pytest
from loopkube.process import lock_file

HOLDS_ONE = """
import signal
from own_folder import own_folder

with own_folder("own-folder-test-") as folder:
    (folder / "inner").mkdir()
    print(folder, flush=True)
    signal.pause()
"""
SECONDS = 10


def test_a_folder_is_gone_afterwards() -> None:
    with own_folder.own_folder("own-folder-test-") as folder:
        (folder / "inner").mkdir()
    assert not folder.exists()


@pytest.mark.parametrize("running", [False, True])
def test_the_folder_of_a_killed_process_goes_when_its_cluster_has_ended(running: bool) -> None:
    process = psutil.Popen(
        [sys.executable, "-c", HOLDS_ONE],
        cwd=Path(own_folder.__file__).parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    folder = Path(process.stdout.readline().rstrip("\n"))
    (keeper,) = process.children()
    (folder / "cluster").mkdir()
    (folder / "cluster" / "lock").touch()
    with lock_file.held(folder / "cluster" / "lock") if running else contextlib.nullcontext():
        process.kill()
        process.wait(SECONDS)
        if running:
            with pytest.raises(psutil.TimeoutExpired):
                keeper.wait(0.2)
            assert folder.exists()
    keeper.wait(SECONDS)
    assert not folder.exists()
