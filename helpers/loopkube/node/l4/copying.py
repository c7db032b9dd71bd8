"""Bytes from one connection to the other, both ways, until both have ended: the whole work of layer 4.

One thread does it for all connections of a process, with the system's epoll itself: an event loop's transports and
protocols would take twice the time. What limits it: for each request and its answer it makes two reads and two
writes, as many as client and server together.
"""

import contextlib
import select
import socket
import struct
import threading

RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of a connection that ends with RST, as a host does where nothing listens."""
_BUFFER = 256 * 1024
_IN, _OUT = select.EPOLLIN, select.EPOLLOUT


class Half:
    """One side of a pair. `rest` is what it could not take yet; `ended`: it sends no more."""

    __slots__ = ("ended", "number", "other", "receive", "rest", "send", "sock")
    other: "Half"

    def __init__(self, sock: socket.socket) -> None:
        self.sock, self.number, self.rest, self.ended = sock, sock.fileno(), b"", False
        self.receive, self.send = sock.recv_into, sock.send


class Copier(threading.Thread):
    """`pair` two connected, non-blocking sockets; they are closed when both sides have ended."""

    def __init__(self) -> None:
        super().__init__(name="layer 4", daemon=True)
        self._poll = select.epoll()
        self._halves: dict[int, Half] = {}
        self._buffer = memoryview(bytearray(_BUFFER))  # one for all connections: it is emptied before the next read

    def pair(self, one: socket.socket, two: socket.socket) -> None:
        """Copies between two connected sockets until both sides have ended; both belong to the copier from now on."""
        first, second = Half(one), Half(two)
        first.other, second.other = second, first
        for half in (first, second):
            self._halves[half.number] = half
        for half in (first, second):
            self._poll.register(half.number, _IN)

    def run(self) -> None:
        """Never returns: one thread serves all connections of its process."""
        while True:
            for number, event in self._poll.poll():
                half = self._halves.get(number)
                if half is None:  # it was closed with its other half just now
                    continue
                try:
                    if event & _OUT:
                        self._write_rest(half)
                    if event & ~_OUT:
                        self._copy(half)
                except BlockingIOError:
                    continue
                except OSError:
                    self._close(half, reset=True)

    def _copy(self, half: Half) -> None:
        count = half.receive(self._buffer)
        if not count:
            half.ended = True
            self._pass_on_end(half)
            return
        try:
            sent = half.other.send(self._buffer[:count])
        except BlockingIOError:
            sent = 0
        if sent < count:  # the other side is slow: read no more until it has taken the rest
            half.other.rest = bytes(self._buffer[sent:count])
            self._poll.modify(half.number, 0)
            self._listen(half.other)

    def _write_rest(self, half: Half) -> None:
        half.rest = half.rest[half.send(half.rest) :]
        if not half.rest:
            self._listen(half)
            self._listen(half.other)
            if half.other.ended:
                self._pass_on_end(half.other)

    def _pass_on_end(self, half: Half) -> None:
        """`half` sends no more: tell the other side, once it has everything."""
        other = half.other
        if not other.rest:
            other.sock.shutdown(socket.SHUT_WR)
            if other.ended and not half.rest:
                self._close(half)
                return
        self._listen(half)

    def _listen(self, half: Half) -> None:
        reads = 0 if half.ended or half.other.rest else _IN
        self._poll.modify(half.number, reads | (_OUT if half.rest else 0))

    def _close(self, half: Half, reset: bool = False) -> None:
        for each in (half, half.other):
            self._halves.pop(each.number, None)
            with contextlib.suppress(OSError):
                if reset:
                    each.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            each.sock.close()
