"""UDP through a Service: datagrams of one client, told by its address and port, go to one Pod, and its answers back.

UDP has no end that could be seen. So a flow is forgotten when nothing was sent for 30 s, as the kernel's connection
tracking does it (nf_conntrack_udp_timeout), and when its Pod is no endpoint any more, as kube-proxy does it.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable

from loopkube.node.l4 import low_ports
from loopkube.node.l4.relay import AT_ONCE, Address, Choose, bind_source
from loopkube.node.network import sockets

FORGOTTEN_SECONDS = 30.0
MOST_FLOWS = 1024
"""Each holds a socket; what comes from further clients is lost, as anything may be over UDP."""
_LARGEST = 65535


class Flow:
    """A client's way to the Pod that was chosen for it: a socket that belongs to nobody else."""

    def __init__(self, sock: socket.socket, server: Address, now: float) -> None:
        self.sock, self.server, self.last = sock, server, now

    def close(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.remove_reader(self.sock)
        self.sock.close()


class DatagramFront:
    """Receives on a bound socket until it is closed. `keeps` says whether a Pod is still one to send to."""

    def __init__(self, sock: socket.socket, choose: Choose, keeps: Callable[[Address], bool]) -> None:
        self._sock, self._choose, self._keeps = sock, choose, keeps
        self._loop = asyncio.get_running_loop()
        self._flows: dict[Address, Flow] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._loop.add_reader(sock, self._receive)

    @property
    def address(self) -> Address:
        return self._sock.getsockname()

    def close(self) -> None:
        """Ends every flow, too: there is no connection that could go on without its front."""
        if self._sock.fileno() >= 0:
            self._loop.remove_reader(self._sock)
            self._sock.close()
        if self._timer:
            self._timer.cancel()
        for client in list(self._flows):
            self._forget(client)

    def _receive(self) -> None:
        for _ in range(AT_ONCE):
            try:
                data, client = self._sock.recvfrom(_LARGEST)
            except OSError:  # nothing more is there
                return
            flow = self._flow(client)
            if flow:
                with contextlib.suppress(OSError):  # what cannot be sent is lost
                    flow.last = self._loop.time()
                    flow.sock.send(data)

    def _flow(self, client: Address) -> Flow | None:
        flow = self._flows.get(client)
        if flow and self._keeps(flow.server):
            return flow
        self._forget(client)
        server = self._choose(client) if len(self._flows) < MOST_FLOWS else None
        if server is None:
            return None
        try:
            made = Flow(_connected(server, client[0]), server, self._loop.time())
        except OSError:
            return None
        self._flows[client] = made
        self._loop.add_reader(made.sock, self._return, client, made)
        if self._timer is None:
            self._timer = self._loop.call_later(FORGOTTEN_SECONDS, self._forget_silent)
        return made

    def _return(self, client: Address, flow: Flow) -> None:
        for _ in range(AT_ONCE):
            try:
                data = flow.sock.recv(_LARGEST)
            except OSError:  # nothing more is there, or the Pod does not listen
                return
            flow.last = self._loop.time()
            with contextlib.suppress(OSError):
                self._sock.sendto(data, client)

    def _forget(self, client: Address) -> None:
        flow = self._flows.pop(client, None)
        if flow:
            flow.close(self._loop)

    def _forget_silent(self) -> None:
        since = self._loop.time() - FORGOTTEN_SECONDS
        for client in [client for client, flow in self._flows.items() if flow.last <= since]:
            self._forget(client)
        self._timer = self._loop.call_later(FORGOTTEN_SECONDS, self._forget_silent) if self._flows else None


def receive_on(address: str, port: int) -> socket.socket:
    """A socket for datagrams. Raises OSError (in use, or a port that this user may not have)."""
    return _made(address, lambda sock: sock.bind(low_ports.here(address, port)))


def _connected(server: Address, source: str) -> socket.socket:
    """A socket to `server` whose datagrams come from `source`, if that is a loopback address or a Pod's. Raises
    OSError."""

    def connect(sock: socket.socket) -> None:
        if source.startswith("127.") and server[0].startswith("127."):
            bind_source(sock, source)
        sock.connect(low_ports.here(*server))

    return _made(source, connect)


def _made(address: str, prepare: Callable[[socket.socket], None]) -> socket.socket:
    sock = sockets.datagrams(address)
    try:
        sock.setblocking(False)
        prepare(sock)
    except BaseException:
        sock.close()
        raise
    return sock
