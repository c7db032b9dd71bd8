"""stdin, stdout and stderr of one run of a container: what it writes goes to its log and to those who are attached."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial

from loopkube.node.launch import Standard, StartError
from loopkube.node.logs import STDERR, STDOUT, ContainerLog
from loopkube.node.process import Process
from loopkube.node.standard_input import StandardInput, pipe, terminal

CHANNELS = {STDOUT: 1, STDERR: 2}
KEPT = 64 * 1024
"""Bytes kept for the first who attaches to a container with `stdin`: `kubectl run -i` comes when the program runs."""
UNREAD = 16 * 1024 * 1024
"""Bytes that somebody who is attached may leave unread before the attachment ends."""

Start = Callable[[Standard], Process]


class Console:
    """`start`, then `attach` as often as wanted; `close` ends every attachment."""

    def __init__(self, spec: dict, log: ContainerLog) -> None:
        self._log = log
        self._interactive, self._once = bool(spec.get("stdin")), bool(spec.get("stdinOnce"))
        self._tty = bool(spec.get("tty"))
        self._input: StandardInput | None = None
        self._early: list[tuple[int, bytes]] | None = [] if self._interactive else None
        self._attached: set[Attachment] = set()
        self.outputs: list[asyncio.Future] = []
        """Each is done when the program has closed one of its outputs."""

    def start(self, start: Start) -> Process:
        """Start a program with this console. Raises StartError."""
        try:
            return self._start_tty(start) if self._tty else self._start_pipes(start)
        except OSError as error:
            raise StartError((error.strerror or str(error)).lower()) from error

    def attach(self, stdin: bool) -> "Attachment":
        """Joins a client to the program's streams. The first one also gets what was written before it came."""
        attachment = Attachment(self, stdin)
        self._attached.add(attachment)
        # only for the first: who comes later sees what is written from then on
        early, self._early = self._early or [], None
        for channel, data in early:
            attachment.put(channel, data)
        return attachment

    def close(self) -> None:
        """The program has ended."""
        for each in list(self._attached):
            self.detach(each)
        if self._input:
            self._input.close()

    def detach(self, who: "Attachment") -> None:
        """Leaves the program running, as `kubectl attach` does when it is ended."""
        self._attached.discard(who)
        who.end()

    async def write(self, data: bytes) -> None:
        """Input for the program; dropped where the container has no `stdin`."""
        if self._input and self._interactive:
            await self._input.write(data)

    def end_of_input(self) -> None:
        """Whoever gave input gives no more; with `stdinOnce` that is the end of it for the program."""
        if self._input and self._once and not self._tty:
            self._input.close()

    def resize(self, width: int, height: int) -> None:
        """In columns and rows."""
        if self._input:
            self._input.resize(width, height)

    def _start_pipes(self, start: Start) -> Process:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            out, out_child = pipe(ours, theirs)
            err, err_child = pipe(ours, theirs)
            given_child, given = pipe(theirs, ours) if self._interactive else (-1, -1)
            process = start(Standard(given_child, out_child, err_child))
            # the program runs: its ends are closed here, ours by those who read and write them
            ours.pop_all()
        if given >= 0:
            self._input = StandardInput(given)
        self.outputs = [self._read(out, STDOUT), self._read(err, STDERR)]
        return process

    def _start_tty(self, start: Start) -> Process:
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            near, given, far = terminal(ours, theirs)
            process = start(Standard(far, far, far, tty=True))
            ours.pop_all()
        self._input = StandardInput(given)
        self.outputs = [self._read(near, STDOUT)]
        return process

    def _read(self, descriptor: int, stream: str) -> asyncio.Future[None]:
        return self._log.read_from(descriptor, stream, partial(self._tell, CHANNELS[stream]))

    def _tell(self, channel: int, data: bytes) -> None:
        for each in list(self._attached):
            each.put(channel, data)
        if self._early is not None:
            self._early.append((channel, data))
            while sum(len(piece) for _, piece in self._early) > KEPT:
                self._early.pop(0)


class Attachment:
    """Somebody who sees what a container writes, and may give it input (api.links.Session)."""

    def __init__(self, console: Console, stdin: bool) -> None:
        self._console, self._stdin = console, stdin
        self._pieces: asyncio.Queue[tuple[int, bytes] | None] = asyncio.Queue()
        self._unread = 0
        self._over = False

    def put(self, channel: int, data: bytes) -> None:
        """Takes a piece for the client. One that reads too slowly is let go: the program must not wait for it."""
        self._unread += len(data)
        if self._unread > UNREAD:
            self._console.detach(self)
        elif not self._over:
            self._pieces.put_nowait((channel, data))

    def end(self) -> None:
        """Its output ends for the client; harmless when called twice."""
        if not self._over:
            self._over = True
            self._pieces.put_nowait(None)

    async def write(self, data: bytes) -> None:
        if self._stdin:
            await self._console.write(data)

    async def close_stdin(self) -> None:
        if self._stdin:
            self._console.end_of_input()

    async def output(self) -> AsyncIterator[tuple[int, bytes]]:
        """(channel, bytes) until the program ends or the client is detached."""
        while (piece := await self._pieces.get()) is not None:
            self._unread -= len(piece[1])
            yield piece

    async def wait(self) -> int:
        """The exit code of a container is not told to those who are attached, so that it is 0."""
        return 0  # how the program ended is in the Pod's status

    async def resize(self, width: int, height: int) -> None:
        """In columns and rows."""
        self._console.resize(width, height)

    async def kill(self) -> None:
        """Detach; the program goes on."""
        self._console.detach(self)
        await self.close_stdin()
