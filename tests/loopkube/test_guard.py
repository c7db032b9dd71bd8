"""A cluster that belongs to a process ends with it: the guard sees to that, whatever the cluster's process is at."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from loopkube.process import guard, lock_file, owner

STANDS_IN = """
import signal, subprocess, sys
from pathlib import Path
from loopkube.process import lock_file

folder = Path(sys.argv[1])
stopped = []
signal.signal(signal.SIGTERM, lambda number, frame: stopped.append(number))
lock_file.take(folder / "lock")
guard = subprocess.Popen([sys.executable, "-I", "-S", sys.argv[2], folder], stdin=subprocess.PIPE)
print(guard.pid, flush=True)
while not stopped:
    signal.pause()
(folder / "ended as it should").touch()
guard.stdin.close()
guard.terminate()
guard.wait()
"""
SECONDS = 10


@pytest.fixture
def owning() -> Iterator[subprocess.Popen]:
    """A process that a cluster may belong to."""
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process
        process.kill()


def started(folder: Path, belongs_to: int) -> tuple[psutil.Process, psutil.Process]:
    """What stands in for the process of a cluster, and its guard."""
    command = [sys.executable, "-c", STANDS_IN, str(folder), guard.__file__]
    environment = os.environ | {owner.VARIABLE: str(belongs_to)}
    process = psutil.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    return process, psutil.Process(int(process.stdout.readline()))


@pytest.mark.parametrize("paused", [False, True])
def test_a_cluster_ends_when_its_owner_is_killed(tmp_path: Path, owning: subprocess.Popen, paused: bool) -> None:
    cluster, its_guard = started(tmp_path, owning.pid)
    assert cluster.is_running() and lock_file.holder(tmp_path / "lock") == cluster.pid
    if paused:
        cluster.suspend()
    owning.send_signal(signal.SIGKILL)
    cluster.wait(SECONDS)
    its_guard.wait(SECONDS)
    assert (tmp_path / "ended as it should").exists() and not lock_file.is_held(tmp_path / "lock")


def test_a_cluster_whose_owner_has_gone_before_does_not_stay(tmp_path: Path, owning: subprocess.Popen) -> None:
    owning.kill()
    owning.wait()
    cluster, _ = started(tmp_path, owning.pid)
    cluster.wait(SECONDS)
    assert (tmp_path / "ended as it should").exists()


def test_without_pidfds_a_cluster_belongs_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_here(pid: int) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setenv(owner.VARIABLE, str(os.getpid()))
    monkeypatch.setattr(os, "pidfd_open", not_here)
    reader, writer = os.pipe()
    os.close(writer)
    try:
        assert not owner.gone_before(reader)
    finally:
        os.close(reader)


def test_the_guard_of_a_killed_cluster_waits_for_no_owner(tmp_path: Path, owning: subprocess.Popen) -> None:
    cluster, its_guard = started(tmp_path, owning.pid)
    cluster.kill()
    cluster.wait(SECONDS)
    its_guard.wait(SECONDS)
    assert owning.poll() is None
