"""Pipes and terminals of programs, and the near end of their stdin: never holds the event loop, is closed once."""

import asyncio
import contextlib
import fcntl
import os
import struct
import termios


class StandardInput:
    """Owns `descriptor`."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor

    async def write(self, data: bytes) -> None:
        """What the program does not take any more is dropped."""
        while data and self._descriptor >= 0:
            try:
                data = data[os.write(self._descriptor, data) :]
            except BlockingIOError:
                await self._writable()
            except OSError:
                return

    def resize(self, width: int, height: int) -> None:
        """The size of the terminal; nothing where it is a pipe."""
        with contextlib.suppress(OSError, struct.error):
            fcntl.ioctl(self._descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    async def _writable(self) -> None:
        # a copy: `close` may come meanwhile, and the number may be another file's by then
        loop, ready, descriptor = asyncio.get_running_loop(), asyncio.Event(), os.dup(self._descriptor)
        try:
            loop.add_writer(descriptor, ready.set)
            await ready.wait()
        finally:
            loop.remove_writer(descriptor)
            os.close(descriptor)


def pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe (to read from, to write to), each end closed by the stack of its user."""
    ends = os.pipe()
    for stack, descriptor in zip((reader, writer), ends, strict=True):
        stack.callback(os.close, descriptor)
    return ends


def terminal(ours: contextlib.ExitStack, theirs: contextlib.ExitStack) -> tuple[int, int, int]:
    """A terminal: our end to read from, the same to write to, and the program's."""
    near, far = os.openpty()
    ours.callback(os.close, near)
    theirs.callback(os.close, far)
    # twice, since reader and writer each close their own
    given = os.dup(near)
    ours.callback(os.close, given)
    return near, given, far
