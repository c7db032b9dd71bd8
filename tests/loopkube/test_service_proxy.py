"""The L4 proxy: what a Service means, and what happens to a connection."""

import asyncio
import os
import select
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from held_clock import HeldClock
from loopkube import low_ports, service_proxy
from loopkube.api.verbs import Api
from loopkube.clock import Clock
from loopkube.inprocess import InProcessClient
from loopkube.kinds import Kinds
from loopkube.l4 import relay
from loopkube.l4.copying import RESET
from loopkube.l4.rules import Rule, endpoints, rules
from loopkube.service_proxy import Listener, ServiceProxy
from loopkube.store import Store

PODS = ["127.244.200.2", "127.244.200.3", "127.244.200.4"]


def service(**spec: object) -> dict:
    whole = {"clusterIP": "127.96.0.9", "ports": [{"name": "http", "port": 80, "nodePort": 30080}]} | spec
    return {"metadata": {"namespace": "shop", "name": "web"}, "spec": whole}


def endpoint(address: str, node: str = "n1", **conditions: bool) -> dict:
    return {"addresses": [address], "nodeName": node, "conditions": {"ready": True} | conditions}


def slices(*found: dict, port: int = 8080, name: str = "http") -> list[dict]:
    return [{"endpoints": list(found), "ports": [{"name": name, "port": port, "protocol": "TCP"}]}]


# --- rules ---


def test_a_service_listens_on_its_address_on_every_node_and_on_this_machine() -> None:
    found = rules(service(), slices(endpoint(PODS[0])), {"n1": "127.18.0.2", "n2": "127.18.0.3"})
    assert sorted(found) == [
        ("127.0.0.1", 30080),
        ("127.18.0.2", 30080),
        ("127.18.0.3", 30080),
        ("127.96.0.9", 80),
    ]
    assert {rule.endpoints for rule in found.values()} == {((PODS[0], 8080),)}


@pytest.mark.parametrize(
    "spec", [{"clusterIP": "None"}, {"type": "ExternalName"}, {"ports": [{"port": 53, "protocol": "UDP"}]}]
)
def test_what_has_no_address_or_is_not_tcp_is_not_listened_for(spec: dict) -> None:
    assert rules(service(**spec), slices(endpoint(PODS[0])), {}) == {}


def test_without_endpoints_nobody_listens() -> None:
    assert rules(service(), [], {"n1": "127.18.0.2"}) == {}
    assert rules(service(), slices(endpoint(PODS[0]), name="other"), {}) == {}


def test_ready_endpoints_first_then_those_that_still_serve() -> None:
    ending = {"ready": False, "serving": True, "terminating": True}
    unready = endpoint(PODS[0], ready=False, serving=False)
    assert endpoints(slices(unready, endpoint(PODS[1]), endpoint(PODS[2], **ending)), "http") == ((PODS[1], 8080),)
    assert endpoints(slices(unready, endpoint(PODS[2], **ending)), "http") == ((PODS[2], 8080),)
    assert endpoints(slices(unready), "http") == ()


def test_a_local_policy_keeps_a_node_port_on_its_node() -> None:
    both = slices(endpoint(PODS[0], "n1"), endpoint(PODS[1], "n2"))
    found = rules(service(externalTrafficPolicy="Local"), both, {"n1": "127.18.0.2", "n2": "127.18.0.3"})
    assert found["127.18.0.2", 30080].endpoints == ((PODS[0], 8080),)
    assert found["127.18.0.3", 30080].endpoints == ((PODS[1], 8080),)
    assert len(found["127.96.0.9", 80].endpoints) == 2


def test_a_load_balancers_address_is_listened_on() -> None:
    balanced = service() | {"status": {"loadBalancer": {"ingress": [{"ip": "127.18.255.1"}, {"hostname": "x"}]}}}
    assert ("127.18.255.1", 80) in rules(balanced, slices(endpoint(PODS[0])), {})


# --- choosing ---


def listener(seconds: int = 0, clock: HeldClock | None = None) -> Listener:
    return Listener(Rule("shop/web", tuple((pod, 8080) for pod in PODS), seconds), clock or HeldClock())


def test_each_connection_goes_anywhere() -> None:
    chosen = Counter(listener().choose(("127.0.0.1", n)) for n in range(300))
    assert len(chosen) == 3 and min(chosen.values()) > 50


async def test_a_client_stays_with_its_pod_until_the_time_is_over_or_the_pod_is_gone() -> None:
    clock = HeldClock()
    sticky = listener(60, clock)
    first = sticky.choose(("127.0.0.7", 1))
    assert {sticky.choose(("127.0.0.7", n)) for n in range(50)} == {first}
    assert len({sticky.choose((f"127.0.0.{n}", 1)) for n in range(8, 80)}) == 3
    sticky.rule = Rule("shop/web", tuple(e for e in sticky.rule.endpoints if e != first), 60)
    second = sticky.choose(("127.0.0.7", 1))
    assert second != first
    await clock.advance(59)
    assert sticky.choose(("127.0.0.7", 1)) == second
    moved = set()
    for _ in range(40):
        await clock.advance(61)
        moved.add(sticky.choose(("127.0.0.7", 1)))
    assert len(moved) == 2


# --- connections ---


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


# --- following the API ---


async def test_listeners_follow_services_and_endpoints(unused_tcp_port: int) -> None:
    client = InProcessClient(Api(Store(None), Kinds(), Clock()))
    await client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    proxy = ServiceProxy(client, Clock())
    await proxy.start()
    await proxy.ready()
    pods = [await asyncio.start_server(_name(pod), pod, unused_tcp_port) for pod in PODS]
    ports = [{"name": "http", "port": unused_tcp_port}]
    made = await client.create(
        "services",
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": ports}},
        "shop",
    )
    address = (made["spec"]["clusterIP"], unused_tcp_port)
    assert await _ask(address) == "refused"
    metadata = {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}}
    part = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "metadata": metadata}
    resource = "endpointslices.discovery.k8s.io"
    addresses = [{"addresses": [pod], "conditions": {"ready": True}} for pod in PODS]
    await client.create(resource, part | {"ports": ports, "endpoints": addresses[:2]}, "shop")
    await _until(lambda: address in proxy.listeners)
    assert {await _ask(address) for _ in range(40)} == set(PODS[:2])
    await client.patch(resource, "web-1", {"endpoints": addresses[2:]}, "shop")
    await _until(lambda: proxy.listeners[address].rule.endpoints == ((PODS[2], unused_tcp_port),))
    assert await _ask(address) == PODS[2]
    await client.delete("services", "web", "shop")
    await _until(lambda: address not in proxy.listeners)
    assert await _ask(address) == "refused"
    await proxy.stop()
    for server in pods:
        server.close()


async def test_node_ports_of_a_node_that_is_off_close_at_once(unused_tcp_port: int) -> None:
    client = InProcessClient(Api(Store(None), Kinds(), Clock()))
    await client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    for name, address in (("one", "127.18.9.1"), ("two", "127.18.9.2")):
        await client.create("nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}})
        ready, place = {"type": "Ready", "status": "True"}, {"type": "InternalIP", "address": address}
        status = {"status": {"conditions": [ready], "addresses": [place]}}
        await client.patch("nodes", name, status, subresource="status", type="strategic")
    proxy = ServiceProxy(client, Clock())
    await proxy.start()
    await proxy.ready()
    ports = [{"name": "http", "port": unused_tcp_port}]
    spec = {"type": "NodePort", "ports": ports}
    made = await client.create(
        "services", {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}, "shop"
    )
    metadata = {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}}
    part = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "metadata": metadata}
    endpoints = [{"addresses": [PODS[0]], "conditions": {"ready": True}}]
    await client.create("endpointslices.discovery.k8s.io", part | {"ports": ports, "endpoints": endpoints}, "shop")
    number = made["spec"]["ports"][0]["nodePort"]
    everywhere = {("127.0.0.1", number), ("127.18.9.1", number), ("127.18.9.2", number)}
    await _until(lambda: everywhere <= proxy.listeners.keys())
    proxy.without(["two"])
    await _until(lambda: ("127.18.9.2", number) not in proxy.listeners)
    assert ("127.18.9.1", number) in proxy.listeners
    proxy.without([])
    await _until(lambda: everywhere <= proxy.listeners.keys())
    await proxy.stop()


@pytest.mark.parametrize("begin", ["[]\n", ""], ids=["at work", "still waiting"])
def test_the_process_ends_with_the_one_that_started_it(tmp_path: Path, begin: str) -> None:
    config = tmp_path / "kubeconfig"
    config.write_text(
        "{contexts: [{name: a, context: {cluster: a, user: a}}], current-context: a,"
        " clusters: [{name: a, cluster: {server: 'https://127.0.0.1:1'}}], users: [{name: a, user: {token: t}}]}"
    )
    starter = (
        "import os, subprocess, sys;"
        "command = [sys.executable, '-m', 'loopkube.service_proxy', sys.argv[1], str(os.getpid())];"
        "proxy = subprocess.Popen(command, stdin=subprocess.PIPE, text=True);"
        "print(proxy.pid, flush=True); proxy.stdin.write(sys.argv[2]); proxy.stdin.flush(); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, str(config), begin], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    descriptor = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    assert select.select([descriptor], [], [], 5)[0]
    os.close(descriptor)


def _name(pod: str):
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(pod.encode())
        writer.close()

    return answer


async def _ask(address: tuple[str, int]) -> str:
    try:
        reader, writer = await asyncio.open_connection(*address)
    except ConnectionRefusedError:
        return "refused"
    answer = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return answer.decode()


async def _until(test) -> None:
    async with asyncio.timeout(5):
        while not test():
            await asyncio.sleep(0)


def test_a_source_that_cannot_be_had_is_left_to_the_system() -> None:
    with socket.socket() as sock:
        relay.bind_source(sock, "203.0.113.1")
        assert sock.getsockname()[1] == 0


async def test_an_address_that_is_taken_is_said_once_and_had_as_soon_as_it_is_free(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(service_proxy, "AGAIN_SECONDS", 0.02)
    client = InProcessClient(Api(Store(None), Kinds(), Clock()))
    ports = [{"name": "http", "port": unused_tcp_port}]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": ports}}
    await client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    made = await client.create("services", service, "shop")
    address = (made["spec"]["clusterIP"], unused_tcp_port)
    proxy = ServiceProxy(client, Clock())
    tries = []
    monkeypatch.setattr(relay, "listen", lambda *place, listen=relay.listen: tries.append(place) or listen(*place))
    with socket.create_server(address):
        await proxy.start()
        await _slice(client, ports)
        await _until(lambda: len(tries) > 5)
    await _until(lambda: address in proxy.listeners)
    said = f"cannot listen on {address[0]}:{address[1]}: Address already in use"
    assert [r.getMessage().partition(" (")[0] for r in caplog.records] == [f"shop/web: {said}"]
    events = [e for e in (await client.list("events", "shop")).items if e["reason"] == "NotListening"]
    assert [(e["message"].partition(" (")[0], e.get("count", 1)) for e in events] == [(said, 1)]
    await proxy.stop()


async def _slice(client: InProcessClient, ports: list[dict]) -> None:
    metadata = {"name": "web-1", "labels": {"kubernetes.io/service-name": "web"}}
    part = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "metadata": metadata}
    endpoints = [{"addresses": [PODS[0]], "conditions": {"ready": True}}]
    await client.create("endpointslices.discovery.k8s.io", part | {"ports": ports, "endpoints": endpoints}, "shop")


async def test_a_port_below_1024_is_listened_on_at_the_moved_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(low_ports, "lowest", lambda: 1024)
    client = InProcessClient(Api(Store(None), Kinds(), Clock()))
    ports = [{"name": "http", "port": 81}]
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"ports": ports}}
    await client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
    made = await client.create("services", service, "shop")
    host = made["spec"]["clusterIP"]
    proxy = ServiceProxy(client, Clock())
    server = await asyncio.start_server(_name(PODS[0]), sock=relay.listen(PODS[0], 81))
    await proxy.start()
    await _slice(client, ports)
    await _until(lambda: (host, 81) in proxy.listeners)
    assert (await _ask((host, 81)), await _ask((host, 64081))) == ("refused", PODS[0])
    await proxy.stop()
    server.close()
