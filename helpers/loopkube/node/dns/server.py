"""Cluster DNS on the network: UDP and TCP at the node's address.

The L4 proxy brings both there from the address of the Service, as for any other Service.
"""

import asyncio
import contextlib
import logging
from typing import cast

from loopkube.node.dns.zone import Zone
from loopkube.node.l4 import low_ports, relay

log = logging.getLogger(__name__)
PORT = 53
MOST_CONNECTIONS, IDLE_SECONDS = 64, 10.0


class DnsServer:
    """`start`, `stop`; answers from `zone` at the node's address."""

    def __init__(self, zone: Zone, node: str) -> None:
        self._zone, self._node = zone, node
        self._datagrams: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task] = set()

    @property
    def address(self) -> str:
        """The cluster IP of the Service kube-dns, as Pods have it in resolv.conf."""
        return self._zone.address

    async def start(self) -> None:
        """Raises OSError where an address cannot be listened on."""
        # before it listens: a name of the cluster that is asked for too early would not exist
        await self._zone.start()
        loop = asyncio.get_running_loop()
        self._datagrams, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(self._zone), local_addr=low_ports.here(self._node, PORT)
        )
        self._server = await asyncio.start_server(self._talk, sock=relay.listen(self._node, PORT))

    async def stop(self) -> None:
        """Stops listening, and ends the connections that are open."""
        if self._datagrams:
            self._datagrams.close()
        if self._server:
            self._server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            with contextlib.suppress(OSError, EOFError, TimeoutError, asyncio.CancelledError):
                await self._answer_all(reader, writer)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _answer_all(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            async with asyncio.timeout(IDLE_SECONDS):
                length = int.from_bytes(await reader.readexactly(2), "big")
                reply = _answer(self._zone, await reader.readexactly(length), stream=True)
                if not reply:
                    return
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()


def _answer(zone: Zone, message: bytes, *, stream: bool = False) -> bytes:
    from loopkube.node.dns.answers import answer  # its library is long to load, and a start need not wait for it

    return answer(zone, message, stream=stream)


class _Datagrams(asyncio.DatagramProtocol):
    """One question, one answer; the loop reads one at a time, so that everybody else has a turn between."""

    def __init__(self, zone: Zone) -> None:
        self._zone = zone
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple) -> None:
        reply = _answer(self._zone, data)
        if reply and self._transport:
            self._transport.sendto(reply, addr)

    def error_received(self, exc: Exception) -> None:
        log.debug("cluster DNS: %s", exc)
