"""The cluster's own process seen from outside: started, followed until it is ready, and ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from loopkube.process import lock_file
from loopkube.process.info import ClusterInfo, home, info_file, log_file, read_info
from loopkube.process.ports import PortTaken
from loopkube.shared import interrupts

STOP_TIMEOUT = 20.0
"""Seconds for a cluster to end all that it has started; then it is killed."""

OnStep = Callable[[str], None]
"""Is told the name of each step of the start."""


class ClusterError(Exception):
    """The cluster could not be started or stopped; the message says why and what to do."""


def launch(folder: Path, settings: dict, on_step: OnStep) -> ClusterInfo:
    """Start the process and follow its steps until it says that it is ready."""
    read, write = os.pipe()
    process: subprocess.Popen | None = None
    with os.fdopen(read) as steps:
        try:
            with interrupts.deferred():
                try:
                    process = _started(folder, write, settings)
                finally:
                    # the process has the only other end: when it dies, `steps` ends
                    os.close(write)
            _follow(steps, on_step, log_file(folder))
        except BaseException:
            if process:
                end(process.pid, home(folder))
                process.wait()
            raise
    info = read_info(folder)
    if not info:
        raise ClusterError(f"the cluster started but left no record in {info_file(folder)}")
    return info


def _started(folder: Path, write: int, settings: dict) -> subprocess.Popen:
    with log_file(folder).open("ab") as log:
        return subprocess.Popen(
            _command(folder, write, settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(write,),
            start_new_session=True,  # Ctrl-C in the terminal is for the command that starts it
            cwd="/",  # it holds no folder that somebody may want to remove
        )


def _command(folder: Path, steps: int, settings: dict) -> list[str]:
    """`-P`: the modules of the folder that a person is in are not the cluster's."""
    own = [str(folder.resolve()), str(steps), json.dumps(settings)]
    return [sys.executable, "-P", "-m", "loopkube.process.serve", *own]


def _follow(steps, on_step: OnStep, log: Path) -> None:
    for line in steps:
        message = json.loads(line)
        if "ready" in message:
            return
        if "port_taken" in message:
            raise PortTaken(**message["port_taken"])
        if "error" in message:
            raise ClusterError(message["error"])
        on_step(message["step"])
    raise ClusterError(f"the cluster ended while starting; its last words are in {log}")


def end(pid: int, path: Path) -> None:
    """SIGTERM (to a paused process, too), and SIGKILL when the lock is still held after STOP_TIMEOUT seconds."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            if not pid:
                return
            os.kill(pid, sign)
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + STOP_TIMEOUT
        while time.monotonic() < deadline:
            if lock_file.wait_released(path / "lock", 0.5) or _exited(pid):
                return


def _exited(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        return False
