"""Workers of pytest-xdist share out whole files, so that what a file needs is set up once.

Nothing else would tell when they no longer do: every test passes, and the run takes twice as long.
"""

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import os, pathlib, pytest

pytestmark = pytest.mark.xdist_group(__file__)

@pytest.mark.parametrize("number", range(6))
def test(number):
    pathlib.Path(__file__).with_suffix("." + os.environ["PYTEST_XDIST_WORKER"]).touch()
"""


@pytest.mark.long
def test_a_group_of_tests_stays_with_one_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    for name in ("test_a", "test_b", "test_c"):
        (tmp_path / f"{name}.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", "-p", "no:cacheprovider"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    by = sorted(path.name.split(".")[0] for path in tmp_path.glob("test_*.gw*"))
    assert by == ["test_a", "test_b", "test_c"]
