"""A command beside a container's program, as `kubectl exec` runs it: its pipes or its terminal, and its end."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

from loopkube.node.container import Container
from loopkube.node.launch import Standard
from loopkube.node.logs import CHUNK
from loopkube.node.pod import Pod
from loopkube.node.process import Process
from loopkube.node.standard_input import StandardInput, pipe, terminal
from loopkube.node.tasks import watched


class ExecSession:
    """A command beside a container's program (api.links.Session)."""

    def __init__(self, pod: Pod, container: Container, command: list[str], stdin: bool, tty: bool) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue(maxsize=64)
        self._open: set[int] = set()
        self._copies: list[asyncio.Task] = []
        self._stdin: StandardInput | None = None
        self._start = lambda standard: pod.commands.start_beside(container.spec, command, standard)
        self._tty = tty
        self._process = self._start_tty() if tty else self._start_pipes(stdin)

    async def write(self, data: bytes) -> None:
        if self._stdin:
            await self._stdin.write(data)

    async def close_stdin(self) -> None:
        """The program reads the end of its input; a terminal has none."""
        if self._stdin and not self._tty:
            self._stdin.close()

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        """(1 for stdout or 2 for stderr, bytes), until both are closed."""
        while (piece := await self._queue.get()) is not None:
            yield piece

    async def wait(self) -> int:
        return await self._process.wait()

    async def resize(self, width: int, height: int) -> None:
        """In columns and rows."""
        if self._stdin:
            self._stdin.resize(width, height)

    async def kill(self) -> None:
        """Ends the program, and what it was about to say: its reader gets the end at once."""
        self._process.kill()
        for copy in self._copies:
            copy.cancel()
        # room for the end: nobody may be reading any more
        while not self._queue.empty():
            self._queue.get_nowait()
        self._queue.put_nowait(None)
        if self._stdin:
            self._stdin.close()

    def _start_pipes(self, stdin: bool) -> Process:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            out, out_child = pipe(ours, theirs)
            err, err_child = pipe(ours, theirs)
            given_child, given = pipe(theirs, ours) if stdin else (-1, -1)
            process = self._start(Standard(given_child, out_child, err_child))
            # the program runs: its ends are closed here, ours by those who read and write them
            ours.pop_all()
        if stdin:
            self._stdin = StandardInput(given)
        self._read(out, 1)
        self._read(err, 2)
        return process

    def _start_tty(self) -> Process:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            near, given, far = terminal(ours, theirs)
            process = self._start(Standard(far, far, far, tty=True))
            ours.pop_all()
        self._stdin = StandardInput(given)
        self._read(near, 1)
        return process

    def _read(self, descriptor: int, stream: int) -> None:
        os.set_blocking(descriptor, False)
        self._open.add(descriptor)
        copy = watched(self._copy(descriptor, stream), "output of exec")
        # not in the task itself: one that is cancelled before its first step runs none of its code
        copy.add_done_callback(lambda _: os.close(descriptor))
        self._copies.append(copy)

    async def _copy(self, descriptor: int, stream: int) -> None:
        """Pass on what a pipe or terminal gives until it ends, no faster than it is taken."""
        while data := await _read_some(self._loop, descriptor):
            await self._queue.put((stream, data))
        self._open.discard(descriptor)
        # the last of its outputs tells the end, for the other may still have something to say
        if not self._open:
            await self._queue.put(None)


async def _read_some(loop: asyncio.AbstractEventLoop, descriptor: int) -> bytes:
    """What there is to read, waiting for it; empty at the end."""
    while True:
        ready = loop.create_future()

        def arrived(ready: asyncio.Future = ready) -> None:
            if not ready.done():
                ready.set_result(None)

        loop.add_reader(descriptor, arrived)
        try:
            await ready
        finally:
            loop.remove_reader(descriptor)
        try:
            return os.read(descriptor, CHUNK)
        except BlockingIOError:
            continue
        except OSError:  # a terminal whose program has ended
            return b""
