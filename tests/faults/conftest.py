"""`lab` in a folder of its own, as a person runs it, for tests that break something."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from loopkube import cluster
from loopkube.process import lock_file

from tests.conftest import free_port


class LabCommand:
    """`run("up")` and so on, always with this folder and these ports."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.ports = folder, (free_port(), free_port())

    @property
    def environment(self) -> dict[str, str]:
        ports = {"INGRESS_LAB_HTTP_PORT": str(self.ports[0]), "INGRESS_LAB_HTTPS_PORT": str(self.ports[1])}
        chosen = {"INGRESS_LAB_HOME": str(self.folder), "INGRESS_LAB_CLUSTER": "local"}
        return {**os.environ, **ports, **chosen}

    def start(self, *words: str, before: Callable[[], None] | None = None) -> subprocess.Popen:
        command = [sys.executable, "-m", "labtools.cli", *words]
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=before,
        )

    def run(self, *words: str, before: Callable[[], None] | None = None) -> subprocess.CompletedProcess:
        process = self.start(*words, before=before)
        out, err = process.communicate(timeout=90)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def up(self) -> str:
        done = self.run("up")
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def place(self) -> Path:
        return cluster.home(self.folder)

    @property
    def pid(self) -> int:
        return lock_file.holder(self.place / "lock")

    def kill(self, word: str = "") -> int:
        """SIGKILL to the cluster's process, or to the child whose command line has this word; returns its number."""
        process = psutil.Process(self.pid)
        if word:
            process = next(c for c in process.children() if word in " ".join(c.cmdline()))
        process.send_signal(signal.SIGKILL)
        psutil.wait_procs([process], timeout=5)
        return process.pid


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LabCommand]:
    made = LabCommand(tmp_path / "lab")
    made.folder.mkdir()
    yield made
    made.folder.chmod(0o700)
    made.run("down", "--delete")
    assert made.pid == 0
