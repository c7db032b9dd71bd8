"""A file for one run of an original: a killed kernel's folder goes with the next one's."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ingress_lab.lessons import own_file


def test_what_a_killed_kernel_left_is_removed_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    own_file._folder.cache_clear()
    left, alive, other = (tmp_path / f"ingress-lab-own-{name}" for name in (f"{gone.pid}-a", f"{os.getppid()}-b", "c"))
    for folder in (left, alive, other):
        folder.mkdir()
    file = own_file.own_file("controller.py")
    try:
        assert file.parent.name.startswith(f"ingress-lab-own-{os.getpid()}-")
        assert set(tmp_path.iterdir()) == {alive, other, file.parent}
    finally:
        own_file._folder().cleanup()
        own_file._folder.cache_clear()
