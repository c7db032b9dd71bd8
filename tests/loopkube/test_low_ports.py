"""A user who may not listen below 1024: addresses of the cluster are listened on elsewhere, and nobody sees it."""

import asyncio
import contextlib
import json
import socket
from pathlib import Path

import pytest
from loopkube.node import port_mover, probes
from loopkube.node.l4 import low_ports, relay
from loopkube.shared import addresses
from node_harness import Node, ended, node, program

USUAL = 1024
POD = "127.244.201.2"


@pytest.fixture
def usual(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for an ordinary user of a stock Linux, whoever runs the tests."""
    monkeypatch.setattr(low_ports, "lowest", lambda: USUAL)
    port_mover.mover.cache_clear()


@pytest.mark.parametrize("host", ["127.18.0.2", "127.96.0.1", "127.244.3.4", "::ffff:127.244.3.4"])
@pytest.mark.parametrize("port", [1, 80, 443, 1023])
def test_a_low_port_of_the_cluster_is_moved_and_named_as_before(host: str, port: int) -> None:
    assert low_ports.moved(host, port, USUAL) == (host, port + 64000)
    assert low_ports.named(host, port + 64000, USUAL) == (host, port)


@pytest.mark.parametrize(
    "host, port, lowest",
    [
        ("127.96.0.1", 443, 0),
        ("127.96.0.1", 443, 443),
        ("127.96.0.1", 1024, USUAL),
        ("127.96.0.1", 0, USUAL),
        ("127.0.0.1", 80, USUAL),
        ("127.0.0.53", 53, USUAL),
        ("127.50.0.1", 80, USUAL),
        ("192.0.2.1", 443, USUAL),
        ("localhost", 80, USUAL),
        ("::1", 80, USUAL),
    ],
)
def test_every_other_address_stays(host: str, port: int, lowest: int) -> None:
    assert low_ports.moved(host, port, lowest) == low_ports.named(host, port, lowest) == (host, port)


@pytest.mark.parametrize("lowest", [1, 80, 1024, 4096, 32768])
def test_moved_ports_are_ports_and_do_not_meet(lowest: int) -> None:
    found = [low_ports.moved("127.96.0.1", port, lowest)[1] for port in range(1, lowest)]
    assert len(set(found)) == len(found)
    assert all(lowest <= port < 65536 for port in found)


def test_the_addresses_are_those_of_the_plan() -> None:
    plan = [addresses.NODES, *addresses.SERVICES, addresses.PODS]
    assert tuple(str(network.network_address).removesuffix("0.0") for network in plan) == low_ports.OWN


def test_what_may_be_had_is_found_by_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(socket.socket):
        def bind(self, address: tuple[str, int]) -> None:
            if address[1] < 1024:
                raise PermissionError(13, "Permission denied")
            super().bind(address)

    class Giving(socket.socket):
        def bind(self, address: tuple[str, int]) -> None:
            raise OSError(98, "Address already in use")

    monkeypatch.setattr(socket, "socket", Giving)
    assert low_ports._tried() == 0
    monkeypatch.setattr(socket, "socket", Refusing)
    monkeypatch.setattr(low_ports, "_START", "/nowhere")
    assert low_ports._tried() == 1024


async def test_relay_and_probe_find_each_other_at_a_low_port(usual: None) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\n\r\nhello")
        writer.close()

    server = await asyncio.start_server(greet, sock=relay.listen(POD, 80))
    front = await relay.serve(relay.listen("127.96.201.2", 80), lambda client: (POD, 80))
    assert server.sockets[0].getsockname() == (POD, 64080)
    target = probes.Target("127.96.201.2", "", {}, exec=None)
    assert (await probes.check({"httpGet": {"port": 80}}, target)).ok
    front.close()
    server.close()
    assert (await probes.check({"tcpSocket": {"port": 80}}, target)).text.startswith("dial tcp 127.96.201.2:80: ")


@pytest.fixture
async def here(tmp_path, usual: None):
    async with node(tmp_path) as found:
        yield found


async def test_a_python_program_listens_and_dials_at_port_80(here: Node) -> None:
    probe = {"readinessProbe": {"httpGet": {"port": 80}, "periodSeconds": 1}}
    await here.run("web", {"command": ["python", "-um", "http.server", "80"]} | probe)
    pod = await here.ready("web")
    address = pod["status"]["podIP"]
    assert (await here.logs("web")).startswith(f"Serving HTTP on {address} port 80 ")
    assert low_ports.here(address, 80) == (address, 64080)
    await here.run("client", {"command": program("dials"), "args": [address, "80"]}, restartPolicy="Never")
    await here.pod("client", ended)
    said = json.loads(await here.logs("client"))
    assert said == {way: [address, 80] for way in ("connect", "connect_ex", "asyncio", "IPv6 socket")} | {"status": 200}


needs_notices = pytest.mark.skipif(port_mover.system() is None, reason="this kernel does not ask about programs")
PLAIN = """
import socket
with socket.create_server((HOST, 80)) as server:
    print("listens at", server.getsockname()[1], flush=True)
    client = socket.socket()
    client.setblocking(BLOCKING)
    client.connect_ex((HOST, 80))
    server.accept()
    print("reached", client.getpeername()[1], flush=True)
try:
    socket.create_connection((HOST, 81))
except OSError as error:
    print(type(error).__name__, flush=True)
"""


@needs_notices
@pytest.mark.parametrize("blocking", [True, False])
@pytest.mark.parametrize("host", ["{}", "::ffff:{}"])
async def test_a_program_that_is_no_python_is_led_there_too(here: Node, host: str, blocking: bool) -> None:
    """The shell's child is a bare Python, which knows nothing of Pods (-S): it stands for curl or Traefik."""
    family = "socket.socket(socket.AF_INET6)" if ":" in host else "socket.socket()"
    script = PLAIN.replace("HOST", f"'{host}'.format(__import__('os').environ['POD_IP'])")
    script = script.replace("socket.socket()", family).replace("BLOCKING", str(blocking))
    if ":" in host:
        script = script.replace("80)) as", "80), family=socket.AF_INET6, dualstack_ipv6=True) as")
    env = [{"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}]
    command = ["/bin/sh", "-c", 'python -I -S -c "$0"; true', script]
    await here.run("web", {"command": command, "env": env}, restartPolicy="Never")
    await here.pod("web", ended)
    assert (await here.logs("web")).splitlines() == ["listens at 64080", "reached 64080", "ConnectionRefusedError"]


@needs_notices
def test_a_trial_says_whether_programs_are_led(monkeypatch: pytest.MonkeyPatch) -> None:
    port_mover.trial.cache_clear()
    assert port_mover.trial()
    port_mover.trial.cache_clear()
    monkeypatch.setattr(port_mover.PortMover, "_look", lambda *_: None)  # as where the memory may not be looked at
    assert not port_mover.trial()
    port_mover.trial.cache_clear()


@needs_notices
async def test_nothing_stays_of_programs_that_have_ended(here: Node) -> None:
    asking = port_mover.mover()
    await here.run("first", {"command": ["/bin/true"]}, restartPolicy="Never")
    await here.pod("first", ended)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(3):
        await here.run(f"web-{number}", {"command": ["/bin/true"]}, restartPolicy="Never")
    for number in range(3):
        await here.pod(f"web-{number}", ended)
    async with asyncio.timeout(5):
        while asking._channels or len(list(Path("/proc/self/fd").iterdir())) > before:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "address, port",
    [
        (b"\2\0" + b"\0\x50" + bytes([127, 96, 0, 9]), 64080),
        (b"\2\0" + b"\0\x50" + bytes([127, 0, 0, 1]), 0),
        (b"\2\0" + b"\x1f\x90" + bytes([127, 96, 0, 9]), 0),
        (b"\x0a\0" + b"\0\x50" + bytes(4) + bytes(10) + b"\xff\xff" + bytes([127, 18, 0, 2]), 64080),
        (b"\x0a\0" + b"\0\x50" + bytes(19) + b"\1", 0),
        (b"\1\0/tmp/socket", 0),
        (b"\2\0\0\x50", 0),
        (b"", 0),
    ],
)
def test_addresses_are_read_as_the_kernel_reads_them(address: bytes, port: int) -> None:
    assert port_mover.moved_port(address, USUAL) == port


async def test_datagrams_of_low_ports_arrive_and_are_answered(here: Node) -> None:
    await here.run("names", {"command": program("datagrams")}, restartPolicy="Never")
    pod = await here.pod("names", ended)
    assert json.loads(await here.logs("names")) == [["sendto", 53], ["sendmsg", 53], ["connected", 53]], pod["status"]


async def test_a_port_forward_leads_to_a_low_port(here: Node) -> None:
    probe = {"readinessProbe": {"httpGet": {"port": 80}, "periodSeconds": 1}}
    await here.run("web", {"command": ["python", "-um", "http.server", "80"]} | probe)
    reader, writer = await here.agent.open_port(await here.ready("web"), 80)
    writer.write(b"GET / HTTP/1.0\r\n\r\n")
    assert (await reader.readline()).split()[1] == b"200"
    with contextlib.suppress(OSError):
        writer.close()
