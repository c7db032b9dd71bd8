"""Joining two TCP connections: what arrives on one is written to the other, until both have ended.

The client's own address stays visible to the server: on loopback any 127.x.y.z may be the source of a connection.
"""

import asyncio
import socket
import struct
import sys
from collections.abc import Callable

IP_BIND_ADDRESS_NO_PORT = 24  # linux/in.h: choose the source port at connect, when the destination is known
RESET = struct.pack("ii", 1, 0)

Address = tuple[str, int]
Choose = Callable[[Address], Address | None]
"""The server for a client's address, or None to refuse."""


_arrived = memoryview(bytearray(256 * 1024))  # one for all connections: it is emptied before the next read


class Half(asyncio.BufferedProtocol):
    """One side of a joined pair."""

    transport: asyncio.Transport
    other: "Half"
    joined = False
    ended = False
    """This side will send no more."""

    def join(self, other: "Half") -> None:
        """From now on what arrives here goes there, and the other way round."""
        self.other, other.other = other, self
        self.joined = other.joined = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def get_buffer(self, sizehint: int) -> memoryview:
        return _arrived

    def buffer_updated(self, count: int) -> None:
        self.other.transport.write(bytes(_arrived[:count]))

    def eof_received(self) -> bool:
        self.ended = True
        if self.other.ended:
            self.other.transport.close()
            return False
        self.other.transport.write_eof()
        return True

    def pause_writing(self) -> None:
        self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        self.other.transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.joined:
            return
        if error is not None:
            reset(self.other.transport)
        else:
            self.other.transport.close()


class Front(Half):
    """The client's side: asks `choose` for a server and reads nothing before it is connected."""

    def __init__(self, choose: Choose) -> None:
        self._choose = choose
        self._connecting: asyncio.Task | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.pause_reading()
        self._connecting = asyncio.ensure_future(self._connect(transport.get_extra_info("peername")))

    async def _connect(self, client: Address) -> None:
        server = self._choose(client)
        try:
            if server is None:
                raise ConnectionRefusedError
            self.join(await connect(server, client[0]))
        except OSError:
            reset(self.transport)
            return
        if self.transport.is_closing():
            self.other.transport.close()
        else:
            self.transport.resume_reading()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._connecting = None


async def connect(server: Address, source: str) -> Half:
    """A connection to `server` that comes from `source`, if that is a loopback address."""
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if source.startswith("127."):
            bind_source(sock, source)
        await loop.sock_connect(sock, server)
        _, half = await loop.create_connection(Half, sock=sock)
    except BaseException:
        sock.close()
        raise
    return half


def bind_source(sock: socket.socket, source: str) -> None:
    """Make `source` the local address; the port is chosen by the system when it connects."""
    if sys.platform == "linux":
        sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    try:
        sock.bind((source, 0))
    except OSError:
        return  # a system without the whole of 127.0.0.0/8: the server sees 127.0.0.1


def reset(transport: asyncio.Transport) -> None:
    """End a connection with RST, as a host does where nothing listens."""
    sock = transport.get_extra_info("socket")
    if sock is not None and not transport.is_closing():
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    transport.abort()


async def serve(sock: socket.socket, choose: Choose) -> asyncio.Server:
    """Accept on a bound socket and join each connection with the server that `choose` names."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: Front(choose), sock=sock, backlog=1024)


def listen(address: str, port: int) -> socket.socket:
    """A listening socket. Raises OSError (in use, or a port that this user may not have)."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, port))
        sock.listen(1024)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock
