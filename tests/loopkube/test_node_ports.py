"""Host ports: what this machine serves, and who gets it."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from loopkube.node.l4 import relay
from loopkube.node.ports import NodePorts, PortConflict
from loopkube.shared.cluster_file import PortMapping

NODE, POD = "127.18.0.199", "127.244.199.2"


@pytest.fixture
def new_port() -> Callable[[], int]:
    def find() -> int:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            return probe.getsockname()[1]

    return find


def pod(*ports: dict, uid: str = "u1") -> dict:
    return {"metadata": {"uid": uid, "name": "web"}, "spec": {"containers": [{"name": "app", "ports": list(ports)}]}}


async def ask(host: str, port: int) -> str:
    """What a server says to us, or how it turns us away."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer.decode()
    except OSError as error:
        return type(error).__name__


async def greeter(host: str, port: int, greeting: str = "pod") -> asyncio.Server:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"{greeting} greets {writer.get_extra_info('peername')[0]}".encode())
        await writer.drain()
        writer.close()

    return await asyncio.start_server(greet, host, port)


async def test_a_mapped_port_resets_until_a_pod_has_it_then_leads_to_the_pod(new_port, unused_tcp_port: int) -> None:
    outside, inside, container = unused_tcp_port, new_port(), new_port()
    ports = NodePorts([PortMapping(inside, outside)], NODE)
    await ports.start()
    assert await ask("127.0.0.1", outside) == "ConnectionResetError"
    server = await greeter(POD, container)
    await ports.claim(pod({"containerPort": container, "hostPort": inside}), POD, takes_sockets=False)
    assert await ask("127.0.0.1", outside) == "pod greets 127.0.0.1"
    assert await ask(NODE, inside) == "pod greets 127.0.0.1"
    await ports.release("u1")
    assert await ask("127.0.0.1", outside) == "ConnectionResetError"
    assert await ask(NODE, inside) == "ConnectionRefusedError"
    server.close()
    await ports.stop()
    assert await ask("127.0.0.1", outside) == "ConnectionRefusedError"


async def test_a_mapped_port_leads_to_the_nodes_own_port_where_no_pod_has_it(new_port) -> None:
    outside, inside = new_port(), new_port()
    ports = NodePorts([PortMapping(inside, outside)], NODE)
    await ports.start()
    server = await greeter(NODE, inside, "node")
    assert await ask("127.0.0.1", outside) == "node greets 127.0.0.1"
    server.close()
    await ports.stop()


async def test_a_program_that_takes_sockets_is_lent_the_door_itself(new_port) -> None:
    outside, inside, container, other = (new_port() for _ in range(4))
    ports = NodePorts([PortMapping(inside, outside)], NODE)
    await ports.start()
    named = {"name": "web", "containerPort": container, "hostPort": inside}
    taker = pod(named, {"name": "admin", "containerPort": other}, {"containerPort": 1})
    await ports.claim(taker, POD, takes_sockets=True)
    lent = dict(ports.lend(taker, taker["spec"]["containers"][0], POD))
    assert {name: sock.getsockname() for name, sock in lent.items()} == {
        "web": ("127.0.0.1", outside),
        "admin": (POD, other),
    }
    server = await asyncio.start_server(_close, sock=lent["web"].dup())
    assert await ask("127.0.0.1", outside) == ""
    assert await ask(POD, container) == ""  # the Pod's address leads to the door
    assert await ask(NODE, inside) == ""
    server.close()
    await ports.take_back(taker, taker["spec"]["containers"][0])
    for place in (("127.0.0.1", outside), (POD, container), (NODE, inside)):  # and none leads to another for ever
        assert await ask(*place) == "ConnectionResetError"
    assert await ask(POD, other) == "ConnectionRefusedError"
    await ports.release("u1")
    await ports.stop()


async def _close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def test_a_taken_port_is_refused_with_the_name_of_its_owner(unused_tcp_port: int, new_port) -> None:
    listening = f"s = socket.create_server(('127.0.0.1', {unused_tcp_port}))"
    script = f"import socket, time; {listening}; print(flush=True); time.sleep(60)"
    owner = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    owner.stdout.readline()
    ports = NodePorts([PortMapping(80, unused_tcp_port)], NODE)
    await ports.start()
    wanted = pod({"containerPort": new_port(), "hostPort": 80})
    with pytest.raises(PortConflict, match=rf"127.0.0.1:{unused_tcp_port} is taken by .*\(process {owner.pid}\)"):
        await ports.claim(wanted, POD, takes_sockets=True)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    await ports.claim(wanted, POD, takes_sockets=True)
    await ports.release("u1")
    await ports.stop()


async def test_two_pods_cannot_have_one_host_port(new_port) -> None:
    ports = NodePorts([], NODE)
    port = {"containerPort": new_port(), "hostPort": new_port()}
    await ports.claim(pod(port), POD, takes_sockets=False)
    with pytest.raises(PortConflict, match="taken by another Pod"):
        await ports.claim(pod(port, uid="u2"), POD, takes_sockets=False)
    await ports.release("u1")
    await ports.claim(pod(port, uid="u2"), POD, takes_sockets=False)
    await ports.stop()


async def test_traefik_takes_its_sockets(tmp_path: Path, new_port) -> None:
    from node_harness import node

    outside, inside = new_port(), new_port()
    async with node(tmp_path, [PortMapping(inside, outside)]) as here:
        ports = [
            {"name": "web", "containerPort": 8000, "hostPort": inside},
            {"name": "traefik", "containerPort": 8080},
        ]
        args = ["--entrypoints.web.address=:8000", "--entrypoints.traefik.address=:8080", "--ping"]
        probe = {"httpGet": {"path": "/ping", "port": "traefik"}, "periodSeconds": 1}
        await here.run("proxy", {"image": "traefik:v3.7", "args": args, "ports": ports, "readinessProbe": probe})
        address = (await here.ready("proxy"))["status"]["podIP"]
        for place in (("127.0.0.1", outside), (address, 8000)):
            reader, writer = await asyncio.open_connection(*place)
            writer.write(b"GET / HTTP/1.0\r\n\r\n")
            assert (await reader.readline()).startswith(b"HTTP/1.0 404")
            writer.close()
        assert not [e for e in await here.events("proxy") if e[1] == "ListensEverywhere"]


def test_listening_on_a_taken_port_leaves_nothing_open(unused_tcp_port: int) -> None:
    first = relay.listen("127.0.0.1", unused_tcp_port)
    with pytest.raises(OSError, match="in use"):
        relay.listen("127.0.0.1", unused_tcp_port)
    first.close()


def test_the_recorded_ports_of_a_cluster_file() -> None:
    recorded = json.loads((Path(__file__).parent.parent / "recordings/kind/curl-no-hostport-listener.json").read_text())
    assert recorded["rc"] == 56  # what a mapped port without a listener does: connection reset, as tested above
