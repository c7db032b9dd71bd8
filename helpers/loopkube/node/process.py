"""One operating system process: started through the runner, in a session of its own, its end noticed at once."""

import asyncio
import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from loopkube.node.launch import Launch, Standard, StartError
from loopkube.node.orphans import EXPECTED, KNOWN
from loopkube.node.spawn import spawn


class Process:
    """A running program and everything in its session. `exited` resolves to the exit code (128 + n for signal n).

    The runner of an isolated program ends when it has handed over to the program's own process, whose number it tells
    through `report`; `settled` resolves then, and signals wait until then.
    """

    def __init__(self, popen: subprocess.Popen, report: int = -1) -> None:
        self.pid = popen.pid
        self.exited: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.settled: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._popen, self._report = popen, report
        self._late: list[int] = []
        self._first = True
        # before the loop runs again: `orphans` would wait for it, and take its exit code
        KNOWN.add(self.pid)
        if report < 0:
            self.settled.set_result(None)
            _notice_exit(self.pid, self._reap)
        else:
            EXPECTED.add(self)
            _notice_exit(self.pid, self._hand_over)

    @classmethod
    def start(cls, launch: Launch, standard: Standard) -> "Process":
        """Raises StartError. Must be called from the main thread: the parent-death signal is the thread's."""
        try:
            made = _start_inside(launch, standard) if launch.sandbox else cls(spawn(launch, standard))
            made._first = launch.first
            return made
        except FileNotFoundError as error:
            why = f'chdir to cwd ("{launch.cwd}") set in config.json failed: no such file or directory'
            raise StartError(why) from error
        except OSError as error:  # too many open files, an argument list too long, a name too long
            raise StartError(_exec_words(launch, error.strerror or str(error))) from error
        except ValueError as error:  # a NUL or half a character, which no system call takes
            raise StartError(_exec_words(launch, "invalid argument")) from error

    def send(self, number: int) -> None:
        """Send a signal to the whole process group; harmless when it is gone."""
        if not self.settled.done():
            self._late.append(number)
        # after that the number may be another process's
        elif not self.exited.done():
            with contextlib.suppress(PermissionError):
                try:
                    os.killpg(self.pid, number)
                except ProcessLookupError:  # an isolated one that has no group of its own yet
                    _kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL to the whole process group."""
        self.send(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code (128 + n for signal n). Cancelling the wait leaves the program running."""
        return await asyncio.shield(self.exited)

    async def terminate(self, grace: float, first: int = signal.SIGTERM) -> int:
        """`first` to the first process, and SIGKILL to all after `grace` seconds. Returns the exit code."""
        await asyncio.shield(self.settled)
        if grace <= 0:
            self.send(signal.SIGKILL)
        elif not self.exited.done() and (not self._first or _handles(self.pid, first)):
            _kill(self.pid, first)
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self.wait(), grace if grace > 0 else None)
        self.send(signal.SIGKILL)
        return await self.wait()

    def _hand_over(self) -> None:
        """The runner has ended: the program's own process is a child of this one now, unless there is none."""
        code = self._popen.wait()
        KNOWN.discard(self.pid)
        told = os.read(self._report, 64).strip()
        if told:
            self.pid = int(told)
            KNOWN.add(self.pid)
        EXPECTED.discard(self)
        self.settled.set_result(None)
        if not told:
            self._ended(code)
            return
        _notice_exit(self.pid, self._reap)
        for number in self._late:
            self.send(number)

    def _reap(self) -> None:
        # While the first process is a zombie its group cannot be anybody else's: end the rest of it now.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        if self.pid == self._popen.pid:
            code = self._popen.wait()
        else:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        KNOWN.discard(self.pid)
        self._ended(code)

    def _ended(self, code: int) -> None:
        if self._report >= 0:
            # not before: that it is open tells the program's process that this one still lives
            os.close(self._report)
        if not self.exited.done():
            self.exited.set_result(code if code >= 0 else 128 - code)


def _start_inside(launch: Launch, standard: Standard) -> Process:
    """In namespaces of its own, or in those of the sandbox's first program. Raises StartError."""
    sandbox = launch.sandbox
    assert sandbox
    first = sandbox.first
    if first and (not first.settled.done() or first.exited.done()):
        raise StartError("container not running")
    read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
    joined = os.pidfd_open(first.pid) if first else -1
    try:
        process = Process(spawn(launch, standard, (write, joined)), read)
    except BaseException:
        os.close(read)
        raise
    finally:
        os.close(write)
        if joined >= 0:
            os.close(joined)
    sandbox.first = first or process
    return process


def _kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


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
