"""Joining two TCP connections: what arrives on one is written to the other, until both have ended.

The client's own address stays visible to the server: on loopback any 127.x.y.z may be the source of a connection, and
where Pods have networks of their own the connection is made in that of the client.
Accepting and connecting happen in the event loop, copying in a thread of its own (`copying.py`).
"""

import asyncio
import contextlib
import errno
import functools
import socket
import sys
from collections.abc import Callable

from loopkube.node.l4 import low_ports
from loopkube.node.l4.copying import RESET, Copier
from loopkube.node.network import sockets

IP_BIND_ADDRESS_NO_PORT = 24  # linux/in.h: choose the source port at connect, when the destination is known
AT_ONCE = 64
"""Connections accepted before others get their turn."""
PAUSE = 0.5
"""Seconds until a proxy without descriptors looks again."""

Address = tuple[str, int]
Choose = Callable[[Address], Address | None]
"""The server for a client's address, or None to refuse."""


@functools.cache
def copier() -> Copier:
    """The one of this process."""
    made = Copier()
    made.start()
    return made


class Front:
    """Accepts on a bound socket until it is closed; connections that are open then stay open."""

    def __init__(self, sock: socket.socket, choose: Choose) -> None:
        self._sock, self._choose = sock, choose
        self._loop = asyncio.get_running_loop()
        self._joining: set[asyncio.Task] = set()
        self._loop.add_reader(sock, self._accept)

    @property
    def address(self) -> Address:
        return self._sock.getsockname()

    def close(self) -> None:
        """Takes the socket from the loop before it is closed: its number may be used again at once."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                client, source = self._sock.accept()
            except OSError as error:  # nobody else waits, or it has gone already
                if error.errno in (errno.EMFILE, errno.ENFILE):
                    self._pause()
                return
            task = self._loop.create_task(self._join(client, source))
            self._joining.add(task)
            task.add_done_callback(self._joining.discard)

    def _pause(self) -> None:
        """There is no descriptor left: who waits goes on waiting, and the loop is not asked again and again."""
        self._loop.remove_reader(self._sock)
        self._loop.call_later(PAUSE, self._go_on)

    def _go_on(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.add_reader(self._sock, self._accept)

    async def _join(self, client: socket.socket, source: Address) -> None:
        server = self._choose(source)
        try:
            if server is None:
                raise ConnectionRefusedError
            other = await connect(server, source[0])
        except OSError:
            reset(client)
            return
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        copier().pair(client, other)


async def connect(server: Address, source: str) -> socket.socket:
    """A connection to `server` that comes from `source`, if that is a loopback address or a Pod's. Raises OSError."""
    sock = sockets.stream(source)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source.startswith("127.") and server[0].startswith("127."):
            bind_source(sock, source)
        await asyncio.get_running_loop().sock_connect(sock, low_ports.here(*server))
    except BaseException:
        sock.close()
        raise
    return sock


def bind_source(sock: socket.socket, source: str) -> None:
    """Make `source` the local address; the port is chosen by the system when it connects."""
    if sys.platform == "linux":
        sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    with contextlib.suppress(OSError):  # a system without the whole of 127.0.0.0/8: the server sees 127.0.0.1
        sock.bind((source, 0))


def reset(sock: socket.socket) -> None:
    """End a connection with RST, as a host does where nothing listens."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    sock.close()


async def serve(sock: socket.socket, choose: Choose) -> Front:
    """Accept on a listening socket and join each connection with the server that `choose` names."""
    return Front(sock, choose)


def listen(address: str, port: int, made: socket.socket | None = None) -> socket.socket:
    """A listening socket, of `made` where that is given. Raises OSError (in use, or a port that this user may not
    have)."""
    sock = made or sockets.stream(address)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(low_ports.here(address, port))
        sock.listen(1024)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock
