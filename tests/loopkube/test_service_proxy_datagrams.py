"""The L4 proxy: what happens to datagrams, and for how long a client stays with a Pod."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from loopkube.node.l4 import datagrams
from loopkube.node.l4.datagrams import DatagramFront, receive_on

CLIENT = "127.244.200.9"


class Pods:
    """Programs at addresses of Pods: each answers with its address and the one that it sees."""

    def __init__(self, *hosts: str) -> None:
        self.chosen: list[tuple[str, int]] = []
        self._loop, self._socks = asyncio.get_running_loop(), [_bound(host) for host in hosts]
        self.places = [sock.getsockname() for sock in self._socks]
        for sock in self._socks:
            self._loop.add_reader(sock, self._answer, sock)

    def _answer(self, sock: socket.socket) -> None:
        data, client = sock.recvfrom(65535)
        sock.sendto(f"{sock.getsockname()[0]} saw {client[0]}: {data.decode()}".encode(), client)

    def choose(self, client: tuple[str, int]) -> tuple[str, int] | None:
        self.chosen += self.places[:1]
        return self.places[0] if self.places else None

    def keeps(self, place: tuple[str, int]) -> bool:
        return place in self.places

    def end(self) -> None:
        for sock in self._socks:
            self._loop.remove_reader(sock)
            sock.close()


@contextmanager
def fronted() -> Iterator[tuple[Pods, DatagramFront]]:
    pods = Pods("127.244.200.2", "127.244.200.3")
    front = DatagramFront(receive_on("127.0.0.1", 0), pods.choose, pods.keeps)
    yield pods, front
    front.close()
    pods.end()


def _bound(host: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((host, 0))
    sock.setblocking(False)
    return sock


async def ask(sock: socket.socket, place: tuple[str, int], text: str = "hello", seconds: float = 5) -> str:
    loop = asyncio.get_running_loop()
    await loop.sock_sendto(sock, text.encode(), place)
    async with asyncio.timeout(seconds):
        return (await loop.sock_recv(sock, 65535)).decode()


async def test_datagrams_of_one_client_go_to_one_pod_which_sees_the_clients_address() -> None:
    with fronted() as (pods, front), _bound(CLIENT) as red, _bound(CLIENT) as other:
        for text in ("one", "two", "x" * 9000):
            assert await ask(red, front.address, text) == f"127.244.200.2 saw {CLIENT}: {text}"
        assert len(pods.chosen) == 1
        await ask(other, front.address)
        assert len(pods.chosen) == 2


async def test_a_client_whose_pod_has_gone_gets_another() -> None:
    with fronted() as (pods, front), _bound(CLIENT) as red:
        assert (await ask(red, front.address)).startswith("127.244.200.2 saw")
        pods.places = pods.places[1:]
        assert (await ask(red, front.address)).startswith("127.244.200.3 saw")
        pods.places = []
        with pytest.raises(TimeoutError):
            await ask(red, front.address, seconds=0.05)


async def test_a_client_that_is_silent_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagrams, "FORGOTTEN_SECONDS", 0.05)
    with fronted() as (pods, front), _bound(CLIENT) as red:
        await ask(red, front.address)
        await asyncio.sleep(0.15)
        await ask(red, front.address)
        assert len(pods.chosen) == 2


async def test_flows_are_bounded_and_their_sockets_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagrams, "MOST_FLOWS", 1)
    with fronted() as (pods, front), _bound(CLIENT) as red, _bound(CLIENT) as blue:
        await ask(red, front.address)
        with pytest.raises(TimeoutError):
            await ask(blue, front.address, seconds=0.05)
        assert await ask(red, front.address) and len(pods.chosen) == 1
        (flow,) = front._flows.values()
        front.close()
        assert flow.sock.fileno() == -1


async def test_a_pod_that_does_not_listen_loses_datagrams_and_nothing_else() -> None:
    with fronted() as (pods, front), _bound(CLIENT) as red:
        alive, pods.places = pods.places, [("127.244.200.4", 9)]
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await ask(red, front.address, seconds=0.05)
        pods.places = alive
        assert (await ask(red, front.address)).startswith("127.244.200.2 saw")
