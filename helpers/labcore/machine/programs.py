"""Run other programs (kind, docker, kubectl): lines as they come, a log of everything, Ctrl-C and time limits.

Never through a shell. Each program gets a process group of its own, so that Ctrl-C reaches the lab alone, which then
ends the program and cleans up.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from loopkube.cluster import interrupts, private

from labcore.language.messages import phrase

OnLine = Callable[[str], None]
Patience = Callable[[str], float]

_LOOK = 0.1  # seconds between two looks at a program's time limits
_GRACE = 10.0  # seconds that a program has to end after SIGINT


def endless(line: str) -> float:
    """The patience for a program that may take as long as it likes."""
    return 0


class MissingProgram(Exception):
    """There is no such program on PATH."""

    def __init__(self, name: str) -> None:
        super().__init__(phrase("there is no program {name} on PATH", name=name))
        self.name = name


@dataclass(frozen=True)
class Finished:
    """How a program ended; `late` when it was ended because it took too long."""

    command: tuple[str, ...]
    code: int
    out: str = ""
    err: str = ""
    late: bool = False

    @property
    def ok(self) -> bool:
        """By the exit code alone: what was printed is not looked at."""
        return self.code == 0

    @property
    def printed(self) -> str:
        """All that it printed."""
        return f"{self.out}\n{self.err}".strip()


@dataclass
class Runner:
    """Runs programs and appends what they print to a log. `environment` is added to the lab's own."""

    log: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(
        self, command: Sequence[str], *, on_line: OnLine | None = None, limit: float = 0, patience: Patience = endless
    ) -> Finished:
        """Run to the end; ended early after `limit` seconds (0: never), or when nothing came for too long.

        `patience` gives the seconds that may follow a line without another one.
        """
        self.note(f"$ {' '.join(command)}")
        process: subprocess.Popen | None = None
        try:
            with interrupts.deferred():
                process = self._start(command)
            streams = _Streams(process, self.note, on_line)
            late = _wait(process, streams, limit, patience)
        except BaseException:  # Ctrl-C ends the program, too, and goes on its way
            if process:
                _end(process)
            raise
        out, err = streams.close()
        self.note(f"-> {process.returncode}{' (ended by the lab: it took too long)' if late else ''}")
        return Finished(tuple(command), process.returncode, out, err, late)

    def _start(self, command: Sequence[str]) -> subprocess.Popen:
        try:
            return subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **self.environment},
                start_new_session=True,
                encoding="utf-8",
                errors="replace",
            )
        except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
            self.note(f"-> {error}")
            raise MissingProgram(command[0]) from error

    def note(self, line: str) -> None:
        """A line for the log, with the time of day."""
        if self.log is None:
            return
        if not self.log.parent.is_dir():
            private.folder(self.log.parent)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {line}\n")


class _Streams:
    """Reads both streams of a process as lines."""

    def __init__(self, process: subprocess.Popen, note: OnLine, on_line: OnLine | None) -> None:
        self.last, self.last_line = time.monotonic(), ""
        self._note, self._on_line = note, on_line
        self._lines: dict[str, list[str]] = {"out": [], "err": []}
        self._threads = [
            threading.Thread(target=self._read, args=(name, stream), daemon=True)
            for name, stream in (("out", process.stdout), ("err", process.stderr))
        ]
        for thread in self._threads:
            thread.start()

    def _read(self, name: str, stream) -> None:
        with stream:
            for line in stream:
                self.last, self.last_line = time.monotonic(), line
                self._lines[name].append(line)
                self._note(f"   {line.rstrip()}")
                if self._on_line and line.strip():
                    self._on_line(line.rstrip())

    def close(self) -> tuple[str, str]:
        """What was read. A grandchild may hold a stream open, so nobody waits for its end forever."""
        for thread in self._threads:
            thread.join(1.0)
        return "".join(self._lines["out"]), "".join(self._lines["err"])


def _wait(process: subprocess.Popen, streams: _Streams, limit: float, patience: Patience) -> bool:
    """Wait for the end; True if the program had to be ended."""
    begin = time.monotonic()
    while True:
        try:
            process.wait(_LOOK)
            return False
        except subprocess.TimeoutExpired:
            now, silence = time.monotonic(), patience(streams.last_line)
            if (limit and now - begin > limit) or (silence and now - streams.last > silence):
                _end(process)
                return True


def _end(process: subprocess.Popen) -> None:
    """SIGINT to the program and its children, as Ctrl-C would send it; SIGKILL when that is not enough.

    Whoever presses Ctrl-C a second time does not want to wait: SIGKILL at once.
    """
    try:
        _signal(process, signal.SIGINT)
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _signal(process, signal.SIGKILL)  # whoever of its group did not listen
        process.wait()


def _signal(process: subprocess.Popen, sign: signal.Signals) -> None:
    try:
        os.killpg(process.pid, sign)
    except (ProcessLookupError, PermissionError):
        pass
