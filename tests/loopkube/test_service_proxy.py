"""The L4 proxy follows Services and EndpointSlices of the API."""

import asyncio
import os
import select
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from loopkube.api.in_process import InProcessClient
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.kinds.registry import Kinds
from loopkube.node.l4 import low_ports, relay, service_proxy
from loopkube.node.l4.service_proxy import ServiceProxy
from loopkube.shared.clock import Clock

PODS = ["127.244.200.2", "127.244.200.3", "127.244.200.4"]


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
    await _until(lambda: (*address, "TCP") in proxy.listeners)
    assert {await _ask(address) for _ in range(40)} == set(PODS[:2])
    await client.patch(resource, "web-1", {"endpoints": addresses[2:]}, "shop")
    await _until(lambda: proxy.listeners[*address, "TCP"].rule.endpoints == ((PODS[2], unused_tcp_port),))
    assert await _ask(address) == PODS[2]
    await client.delete("services", "web", "shop")
    await _until(lambda: (*address, "TCP") not in proxy.listeners)
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
    everywhere = {("127.0.0.1", number, "TCP"), ("127.18.9.1", number, "TCP"), ("127.18.9.2", number, "TCP")}
    await _until(lambda: everywhere <= proxy.listeners.keys())
    proxy.without(["two"])
    await _until(lambda: ("127.18.9.2", number, "TCP") not in proxy.listeners)
    assert ("127.18.9.1", number, "TCP") in proxy.listeners
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
        "command = [sys.executable, '-m', 'loopkube.node.l4.proxy', sys.argv[1], str(os.getpid())];"
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
    ours = ServiceProxy(client, Clock())
    tries = []
    monkeypatch.setattr(relay, "listen", lambda *place, listen=relay.listen: tries.append(place) or listen(*place))
    with socket.create_server(address):
        await ours.start()
        await _slice(client, ports)
        await _until(lambda: len(tries) > 5)
    await _until(lambda: (*address, "TCP") in ours.listeners)
    said = f"cannot listen on {address[0]}:{address[1]}: Address already in use"
    lines = [r.getMessage().partition(" (")[0] for r in caplog.records if r.name.startswith("loopkube")]
    assert lines == [f"shop/web: {said}"]  # asyncio has lines of its own when the machine is busy
    events = [e for e in (await client.list("events", "shop")).items if e["reason"] == "NotListening"]
    assert [(e["message"].partition(" (")[0], e.get("count", 1)) for e in events] == [(said, 1)]
    await ours.stop()


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
    await _until(lambda: (host, 81, "TCP") in proxy.listeners)
    assert (await _ask((host, 81)), await _ask((host, 64081))) == ("refused", PODS[0])
    await proxy.stop()
    server.close()
