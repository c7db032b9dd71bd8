"""What a look at a cluster's folder tells of its process: one that dies, and one that is paused."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopkube import cluster
from loopkube.process import lock_file

ROUNDS = 8
PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from loopkube import cluster; from loopkube.process import lock_file, control_socket
from loopkube.cluster import ClusterInfo

class Machines:
    def states(self): return {"lab-control-plane": "running"}

async def main(folder):
    memory = b"x" * 100_000_000  # which the system takes back before it lets go of the lock
    async with control_socket.listening(cluster.home(folder), Machines()):
        cluster.write_info(ClusterInfo("lab", folder, folder / "kubeconfig", 8080, 8443, os.getpid()))
        print("ready", flush=True)
        await asyncio.sleep(3600)

folder = Path(sys.argv[1])
lock = lock_file.take(cluster.home(folder) / "lock")
asyncio.run(main(folder))
"""


def begin(folder: Path) -> subprocess.Popen:
    """A process that holds the lock and takes orders as a cluster's does."""
    cluster.home(folder).mkdir(exist_ok=True)
    started = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], stdout=subprocess.PIPE, text=True)
    assert started.stdout and started.stdout.readline() == "ready\n"
    return started


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen]:
    started = begin(tmp_path)
    yield started
    started.kill()
    started.communicate()


def test_a_process_that_dies_is_no_running_cluster(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        started = begin(tmp_path)
        assert cluster.status(tmp_path).state == "running"
        os.kill(started.pid, signal.SIGKILL)
        assert cluster.status(tmp_path).state == "dead", f"round {number}"
        started.communicate()


def test_a_paused_process_is_said_to_be_paused(tmp_path: Path, running: subprocess.Popen) -> None:
    running.send_signal(signal.SIGSTOP)
    found = cluster.status(tmp_path)
    assert found.state == "running" and found.info and found.paused
    with pytest.raises(cluster.ClusterError, match=f"`kill -CONT {running.pid}` continues it"):
        cluster.start(tmp_path)
    running.send_signal(signal.SIGCONT)
    assert cluster.status(tmp_path) == cluster.ClusterStatus("running", found.info)


def test_a_paused_cluster_is_stopped_at_once(tmp_path: Path, running: subprocess.Popen) -> None:
    running.send_signal(signal.SIGSTOP)
    assert cluster.stop(tmp_path)
    assert running.wait(5) == -signal.SIGTERM and not lock_file.is_held(cluster.home(tmp_path) / "lock")
