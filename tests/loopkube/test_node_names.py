"""Names, as programs in Pods look them up."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from loopkube.node import resolver_files
from loopkube.node.dns.server import DnsServer
from loopkube.node.dns.zone import Zone
from loopkube.node.isolation import trial
from loopkube.node.l4 import relay
from loopkube.node.l4.datagrams import DatagramFront, receive_on
from loopkube.shared import addresses
from node_harness import Node, ended, node

SEARCH = "search shop.svc.cluster.local svc.cluster.local cluster.local\n"
MACHINE = "search example.com\nnameserver 127.0.0.53\noptions edns0\n"


async def _create(here: Node, name: str, **spec: object) -> None:
    metadata = {"name": name, "namespace": "default"}
    obj = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}
    await here.client.create("services", obj, "default")


async def test_a_program_finds_services_as_a_pods_resolver_does(tmp_path) -> None:
    script = """
import json, socket
server = socket.create_server(("", 0))
port = server.getsockname()[1]
def address(name):
    try:
        return socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)[0][4][0]
    except OSError as error:
        return error.errno
names = ("me", "me-2.default", "me.default.svc.cluster.local", "me.default.svc.cluster.local.", "out", "web", "alias",
         "other.default.svc.cluster.local", "127-244-0-7.default.pod")
print(json.dumps({name: address(name) for name in names}))
print(socket.gethostbyname("me"), socket.gethostbyaddr(socket.gethostbyname("me"))[0])
print(socket.create_connection(("web", port)).getpeername()[0], open("/etc/resolv.conf").read().split()[:2])
print(len(socket.gethostbyname_ex("many.default.svc.cluster.local")[2]))
"""
    async with node(tmp_path, dns=True) as here:
        ports, own_service = [{"port": 80}], str(addresses.services()[77])
        await _create(here, "me", ports=ports, clusterIP=own_service)
        await _create(here, "me-2", ports=ports, clusterIP=str(addresses.services()[78]))
        await _create(here, "out", type="ExternalName", externalName="me.default.svc.cluster.local")
        await _many(here)
        async with _dns(here):
            aliases = [{"ip": "127.0.0.9", "hostnames": ["alias"]}]
            await here.run("web", {"command": ["python", "-c", script]}, restartPolicy="Never", hostAliases=aliases)
            pod = await here.pod("web", ended)
        first, second, third, fourth = (await here.logs("web")).splitlines()
        own = pod["status"]["podIP"]
        assert json.loads(first) == {
            "me": own_service,
            "me-2.default": str(addresses.services()[78]),
            "me.default.svc.cluster.local": own_service,
            "me.default.svc.cluster.local.": own_service,
            "out": own_service,
            "web": own,
            "alias": "127.0.0.9",
            "other.default.svc.cluster.local": -2,
            "127-244-0-7.default.pod": "127.244.0.7",
        }
        assert second == f"{own_service} me.default.svc.cluster.local"
        assert third == f"{own} ['search', 'default.svc.cluster.local']"
        assert fourth == "60"  # too many for a datagram: asked again over TCP


@pytest.mark.skipif(bool(trial.refusal()), reason=trial.refusal())
async def test_every_program_of_an_isolated_container_asks_cluster_dns(tmp_path: Path) -> None:
    """The C library's own resolver, in a program that is not Python."""
    async with node(tmp_path, dns=True, isolated=True) as here:
        address = str(addresses.services()[77])
        await _create(here, "me", ports=[{"port": 80}], clusterIP=address)
        async with _dns(here):
            await here.run("web", {"command": ["/usr/bin/getent", "ahostsv4", "me"]}, restartPolicy="Never")
            await here.pod("web", ended)
        assert (await here.logs("web")).split()[:1] == [address]


async def _many(here: Node) -> None:
    await _create(here, "many", ports=[{"port": 80}], clusterIP="None")
    labels = {"kubernetes.io/service-name": "many"}
    endpoints = [{"addresses": [f"127.244.200.{number}"]} for number in range(2, 62)]
    many = {"metadata": {"name": "many", "namespace": "default", "labels": labels}, "addressType": "IPv4"}
    await here.client.create("endpointslices.discovery.k8s.io", many | {"endpoints": endpoints}, "default")


@asynccontextmanager
async def _dns(here: Node) -> AsyncIterator[None]:
    """Cluster DNS, and what the L4 proxy does for it."""
    server = DnsServer(Zone(here.informers, str(addresses.services()[10])), addresses.node_address(0))
    await server.start()
    place, at_node = (server.address, 53), (addresses.node_address(0), 53)
    fronts = [
        await relay.serve(relay.listen(*place), lambda client: at_node),
        DatagramFront(receive_on(*place), lambda client: at_node, lambda server: True),
    ]
    try:
        yield
    finally:
        for front in fronts:
            front.close()
        await server.stop()


async def test_a_name_that_nobody_answers_for_is_no_name(tmp_path) -> None:
    """Without cluster DNS a name of the cluster is a temporary failure, at once, and not a wrong answer."""
    script = "import socket, sys\ntry: socket.gethostbyname('me')\nexcept OSError as error: print(error)"
    async with node(tmp_path, dns=True) as here:
        await here.run("web", {"command": ["python", "-c", script]}, restartPolicy="Never")
        await here.pod("web", ended)
        assert await here.logs("web") == "[Errno -3] Temporary failure in name resolution\n"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"dnsPolicy": "ClusterFirst"}, f"{SEARCH}nameserver 127.96.0.10\noptions ndots:5\n"),
        ({"dnsPolicy": "ClusterFirst", "hostNetwork": True}, MACHINE),
        (
            {"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": True},
            f"{SEARCH}nameserver 127.96.0.10\noptions ndots:5\n",
        ),
        ({"dnsPolicy": "Default"}, MACHINE),
        (
            {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["127.0.0.7"], "searches": ["a.example"]}},
            "search a.example\nnameserver 127.0.0.7\n",
        ),
        (
            {
                "dnsPolicy": "ClusterFirst",
                "dnsConfig": {
                    "searches": ["a.example"],
                    "options": [{"name": "ndots", "value": "2"}, {"name": "x"}],
                },
            },
            f"{SEARCH[:-1]} a.example\nnameserver 127.96.0.10\noptions ndots:2 x\n",
        ),
    ],
)
def test_resolv_conf(spec: dict, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resolv.conf").write_text(f"# of this machine\n{MACHINE}")
    monkeypatch.setattr(resolver_files, "MACHINES", tmp_path / "resolv.conf")
    pod = {"metadata": {"name": "x", "namespace": "shop"}, "spec": spec}
    assert resolver_files.resolv_conf(pod, "127.96.0.10") == text


def test_hosts() -> None:
    spec = {"subdomain": "db", "hostAliases": [{"ip": "127.0.0.9", "hostnames": ["a", "b"]}]}
    text = resolver_files.hosts({"metadata": {"namespace": "shop"}, "spec": spec}, "127.244.0.2", "db-0")
    assert "127.244.0.2\tdb-0.db.shop.svc.cluster.local\tdb-0\n" in text
    assert text.endswith("\n# Entries added by HostAliases.\n127.0.0.9\ta\tb\n")
