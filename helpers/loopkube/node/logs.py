"""Logs of containers: one file each, a line as the CRI writes it (`TIME STREAM F|P TEXT`); `log_reading` reads them.

The file is kept below LIMIT bytes; when it is full it becomes `NAME.1`, whose own predecessor goes.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from loopkube.node import plain_file
from loopkube.shared.clock import Clock

LIMIT = 10 * 1024 * 1024
"""Bytes of a log before it is turned over (the kubelet's containerLogMaxSize)."""
LONGEST_LINE = 16 * 1024
"""Bytes; a longer line is written in parts, as containerd does it."""
CHUNK = 65536
"""Bytes that are read at once."""
STDOUT, STDERR = "stdout", "stderr"


class ContainerLog:
    """The log of one run of a container, while it is written. `follow` waits on `changed`."""

    def __init__(self, path: Path, clock: Clock, limit: int = LIMIT) -> None:
        self.path, self._clock, self._limit = path, clock, limit
        self._file = plain_file.append(path)
        self._size = path.stat().st_size
        self._rest = {STDOUT: b"", STDERR: b""}
        self._readers: set[int] = set()
        self._waiting: list[asyncio.Future] = []
        self.rotations = 0
        self.closed = False

    def read_from(
        self, descriptor: int, stream: str, heard: Callable[[bytes], None] = lambda data: None
    ) -> asyncio.Future[None]:
        """Copy what arrives at a pipe until it ends, and tell `heard`; the future resolves then."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()
        os.set_blocking(descriptor, False)
        self._readers.add(descriptor)

        def readable() -> None:
            try:
                data = os.read(descriptor, CHUNK)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if data:
                self.write(stream, data)
                heard(data)
                return
            self._drop(descriptor)
            self._finish(stream)
            if not ended.done():
                ended.set_result(None)

        loop.add_reader(descriptor, readable)
        return ended

    def write(self, stream: str, data: bytes) -> None:
        """Adds output in the CRI's log format: time, stream, F for a whole line or P for a part of one."""
        *lines, rest = (self._rest[stream] + data).split(b"\n")
        stamp = self._stamp()
        whole, part = f"{stamp} {stream} F ".encode(), f"{stamp} {stream} P ".encode()
        out = [whole + line + b"\n" for line in lines]
        while len(rest) >= LONGEST_LINE:
            out.append(part + rest[:LONGEST_LINE] + b"\n")
            rest = rest[LONGEST_LINE:]
        self._rest[stream] = rest
        if out:
            self._append(b"".join(out))

    def _finish(self, stream: str) -> None:
        rest, self._rest[stream] = self._rest[stream], b""
        if rest:
            self._append(f"{self._stamp()} {stream} P ".encode() + rest + b"\n")

    def close(self) -> None:
        """Writes what is left of a line without an end, then closes. Harmless when called twice."""
        if self.closed:
            return
        for descriptor in list(self._readers):
            self._drop(descriptor)
        for stream in self._rest:
            self._finish(stream)
        self.closed = True
        self._file.close()
        self._wake()

    async def changed(self) -> None:
        """Returns after the next write, or at once when the log is closed."""
        if not self.closed:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await future

    def _stamp(self) -> str:
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f000Z")

    def _append(self, data: bytes) -> None:
        if self._size and self._size + len(data) > self._limit:
            self._rotate()
        self._file.write(data)
        self._size += len(data)
        self._wake()

    def _rotate(self) -> None:
        """A container may have put anything in the place of either file."""
        with contextlib.suppress(OSError):
            self.path.rename(older(self.path))
        with contextlib.suppress(OSError):
            # before the old one is closed: where it cannot be opened, that one is written again
            fresh = plain_file.append(self.path)
            self._file.close()
            self._file = fresh
        # also where nothing could be renamed: the file must not grow
        self._file.truncate(0)
        self._size = 0
        self.rotations += 1

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    def _drop(self, descriptor: int) -> None:
        asyncio.get_running_loop().remove_reader(descriptor)
        self._readers.discard(descriptor)
        os.close(descriptor)


def older(path: Path) -> Path:
    """The file that was full before this one; there are two at most."""
    return path.with_name(path.name + ".1")
