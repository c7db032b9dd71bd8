"""One operating system process: started through the runner, in a session of its own, its end noticed at once."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from loopkube.node.orphans import KNOWN
from loopkube.node.port_mover import asked_about

RUNNER = str(Path(__file__).with_name("runner.py"))


class StartError(Exception):
    """The program cannot be started; worded as runc does."""


@dataclass(frozen=True)
class Launch:
    """What to start. `listeners` are (name, socket), handed over as systemd hands sockets."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    listeners: Sequence[tuple[str, socket.socket]] = ()
    tag: int = 0
    """The number of the container (see orphans)."""


@dataclass(frozen=True)
class Standard:
    """The descriptors to use as stdin, stdout and stderr; -1 is nothing."""

    stdin: int = -1
    stdout: int = -1
    stderr: int = -1
    tty: bool = False


def find_program(launch: Launch) -> str:
    """The full path of the program, looked up as execvp would with the container's PATH. Raises StartError."""
    name = launch.argv[0] if launch.argv else ""
    if not name:
        raise StartError("no command specified")
    if "/" in name:
        path = Path(launch.cwd) / name
        if not path.exists():
            raise StartError(f'exec: "{name}": stat {name}: no such file or directory')
        if path.is_dir() or not os.access(path, os.X_OK):
            raise StartError(f'exec: "{name}": permission denied')
        return str(path)
    program = shutil.which(name, path=launch.env.get("PATH", ""))
    if not program:
        raise StartError(f'exec: "{name}": executable file not found in $PATH')
    return program


class Process:
    """A running program and everything in its session. `exited` resolves to the exit code (128 + n for signal n)."""

    def __init__(self, popen: subprocess.Popen) -> None:
        self.pid = popen.pid
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._popen = popen
        # before the loop runs again: `orphans` would wait for it, and take its exit code
        KNOWN.add(self.pid)
        _notice_exit(self.pid, self._reap)

    @classmethod
    def start(cls, launch: Launch, standard: Standard) -> "Process":
        """Raises StartError. Must be called from the main thread: the parent-death signal is the thread's."""
        try:
            return cls(_popen(launch, standard))
        except FileNotFoundError as error:
            why = f'chdir to cwd ("{launch.cwd}") set in config.json failed: no such file or directory'
            raise StartError(why) from error
        except OSError as error:  # too many open files, an argument list too long, a name too long
            raise StartError(_exec_words(launch, error.strerror or str(error))) from error
        except ValueError as error:  # a NUL or half a character, which no system call takes
            raise StartError(_exec_words(launch, "invalid argument")) from error

    def send(self, number: int) -> None:
        """Send a signal to the whole process group; harmless when it is gone."""
        # after that the number may be another process's
        if not self.exited.done():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)

    def kill(self) -> None:
        """SIGKILL to the whole process group."""
        self.send(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code (128 + n for signal n). Cancelling the wait leaves the program running."""
        return await asyncio.shield(self.exited)

    async def terminate(self, grace: float, first: int = signal.SIGTERM) -> int:
        """`first` to the first process, and SIGKILL to all after `grace` seconds. Returns the exit code."""
        if grace <= 0:
            self.send(signal.SIGKILL)
        elif not self.exited.done() and _handles(self.pid, first):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, first)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.wait(), grace if grace > 0 else None)
        self.send(signal.SIGKILL)
        return await self.wait()

    def _reap(self) -> None:
        # While the first process is a zombie its group cannot be anybody else's: end the rest of it now.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        code = self._popen.wait()
        KNOWN.discard(self.pid)
        if not self.exited.done():
            self.exited.set_result(code if code >= 0 else 128 - code)


def _popen(launch: Launch, standard: Standard) -> subprocess.Popen:
    program = find_program(launch)
    # in the order of their numbers: the runner moves each to 3, 4, ... and must not step on the next
    listeners = sorted(launch.listeners, key=lambda pair: pair[1].fileno())
    descriptors = [s.fileno() for _, s in listeners]
    runner = [sys.executable, "-I", "-S", RUNNER, str(os.getpid()), "t" if standard.tty else "-", str(launch.tag)]
    lent = [":".join(name for name, _ in listeners), ",".join(map(str, descriptors))]
    with asked_about(program) as (calls, channel):
        return subprocess.Popen(
            [*runner, calls, *lent, program, *launch.argv],
            env=launch.env,
            cwd=launch.cwd,
            stdin=_or_null(standard.stdin),
            stdout=_or_null(standard.stdout),
            stderr=_or_null(standard.stderr),
            pass_fds=[*descriptors, *channel],
            start_new_session=True,
        )


def _exec_words(launch: Launch, why: str) -> str:
    name = launch.argv[0] if launch.argv else ""
    return f'exec: "{name}": {why[:1].lower()}{why[1:]}'


def _handles(pid: int, number: int) -> bool:
    """Whether a signal would reach the program if it were process 1 of a container: the kernel gives that one
    only signals that it has a handler for (signal(7), pid_namespaces(7)); it outlives any other but SIGKILL."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True
    caught = next((line for line in status.split("\n") if line.startswith("SigCgt:")), "SigCgt: 0").split()[1]
    return number == signal.SIGKILL or bool(int(caught, 16) >> (number - 1) & 1)


def _or_null(descriptor: int) -> int:
    return subprocess.DEVNULL if descriptor < 0 else descriptor


def _notice_exit(pid: int, callback: Callable[[], None]) -> None:
    """Call `callback` in the event loop as soon as process `pid` has ended."""
    loop = asyncio.get_running_loop()
    if hasattr(os, "pidfd_open"):
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            return _notice_exit_by_thread(pid, callback, loop)

        def ended() -> None:
            loop.remove_reader(descriptor)
            os.close(descriptor)
            callback()

        loop.add_reader(descriptor, ended)
        return None
    return _notice_exit_by_thread(pid, callback, loop)


def _notice_exit_by_thread(pid: int, callback: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
    """For systems without pidfd: a thread that waits for the process, and leaves it to be reaped."""

    def wait() -> None:
        with contextlib.suppress(ChildProcessError, OSError):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(RuntimeError):  # the loop is closed
            loop.call_soon_threadsafe(callback)

    threading.Thread(target=wait, daemon=True, name=f"exit of {pid}").start()
