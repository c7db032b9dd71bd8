"""The L4 proxy: what happens to a connection and its bytes."""

import asyncio
import errno
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from loopkube.node.l4 import relay
from loopkube.node.l4.copying import RESET

PODS = ["127.244.200.2", "127.244.200.3", "127.244.200.4"]


@asynccontextmanager
async def relayed(handle) -> AsyncIterator[tuple[str, int]]:
    """A server on a Pod's address behind a relay; yields the relay's address."""
    server = await asyncio.start_server(handle, PODS[0], 0)
    target = server.sockets[0].getsockname()
    front = await relay.serve(relay.listen("127.0.0.1", 0), lambda client: target)
    yield front.address
    front.close()
    server.close()


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write(b"<end>")
    writer.close()


async def test_bytes_arrive_unchanged_and_each_side_may_end_first() -> None:
    sent = os.urandom(3_000_000)
    async with relayed(echo) as place:
        reader, writer = await asyncio.open_connection(*place)

        async def send() -> None:
            writer.write(sent)
            await writer.drain()
            writer.write_eof()

        sending = asyncio.create_task(send())
        assert await asyncio.wait_for(reader.read(), 10) == sent + b"<end>"
        await sending
        writer.close()


async def test_the_server_sees_the_clients_own_address() -> None:
    async def tell(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(writer.get_extra_info("peername")[0].encode())
        writer.close()

    async with relayed(tell) as place:
        for source in ("127.0.0.1", "127.0.0.50", "127.244.3.4"):
            reader, writer = await asyncio.open_connection(*place, local_addr=(source, 0))
            assert await reader.read() == source.encode()
            writer.close()


async def test_a_slow_reader_slows_the_sender() -> None:
    got = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await got.wait()
        total = 0
        while data := await reader.read(65536):
            total += len(data)
        writer.write(str(total).encode())
        writer.close()

    async with relayed(drip) as place:
        reader, writer = await asyncio.open_connection(*place)
        writer.write(b"x" * 30_000_000)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(writer.drain(), 0.2)
        got.set()
        await writer.drain()
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 10) == b"30000000"
        writer.close()


async def test_a_server_that_is_gone_resets_the_client(unused_tcp_port: int) -> None:
    front = await relay.serve(relay.listen("127.0.0.1", 0), lambda client: (PODS[0], unused_tcp_port))
    reader, writer = await asyncio.open_connection(*front.address)
    with pytest.raises(ConnectionResetError):
        await asyncio.wait_for(reader.read(), 5)
    writer.close()
    front.close()


async def test_a_reset_is_passed_on() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        writer.transport.abort()

    async with relayed(hang_up) as place:
        reader, writer = await asyncio.open_connection(*place)
        writer.write(b"x")
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def test_connections_at_once_do_not_meet() -> None:
    async def talk(place: tuple[str, int], number: int) -> None:
        reader, writer = await asyncio.open_connection(*place)
        for step in range(20):
            said = f"{number}-{step} ".encode() * 50
            writer.write(said)
            assert await asyncio.wait_for(reader.readexactly(len(said)), 10) == said
        writer.close()

    async with relayed(echo) as place:
        await asyncio.gather(*(talk(place, number) for number in range(100)))


async def test_what_was_sent_before_a_slow_readers_end_arrives() -> None:
    """The sender ends while the reader has not yet taken what is on its way."""
    sent = os.urandom(8_000_000)

    async def send(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        writer.close()

    async with relayed(send) as place:
        reader, writer = await asyncio.open_connection(*place, limit=1024)
        await asyncio.sleep(0.1)
        assert await asyncio.wait_for(reader.read(), 10) == sent
        writer.close()


async def test_nothing_is_kept_of_connections_that_have_ended() -> None:
    before = set(relay.copier()._halves.values())
    async with relayed(echo) as place:
        for _ in range(20):
            reader, writer = await asyncio.open_connection(*place)
            writer.write(b"x")
            writer.write_eof()
            assert await asyncio.wait_for(reader.read(), 10) == b"x<end>"
            writer.close()
        await _until(lambda: set(relay.copier()._halves.values()) <= before)


async def _until(test) -> None:
    async with asyncio.timeout(5):
        while not test():
            await asyncio.sleep(0)


class Full(socket.socket):
    """A listening socket of a process that has no descriptor left, until there is room."""

    asked, room = 0, False

    def accept(self):
        self.asked += 1
        if not self.room:
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


async def test_without_descriptors_who_waits_is_served_later_and_the_loop_does_not_spin(monkeypatch) -> None:
    monkeypatch.setattr(relay, "PAUSE", 0.1)
    sock = Full(socket.AF_INET, socket.SOCK_STREAM)
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    sock.setblocking(False)
    server = await asyncio.start_server(echo, PODS[0], 0)
    front = relay.Front(sock, lambda client: server.sockets[0].getsockname())
    reader, writer = await asyncio.open_connection(*front.address)
    writer.write(b"late")
    await asyncio.sleep(0.25)
    assert 1 <= sock.asked <= 4
    sock.room = True
    assert await asyncio.wait_for(reader.readexactly(4), 5) == b"late"
    writer.close()
    front.close()
    server.close()
