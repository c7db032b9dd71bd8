"""Cluster DNS: the scenarios of Kubernetes' own end-to-end tests of DNS, and what resolvers rely upon besides."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator

import pytest
from dnslib import EDNS0, QTYPE, RCODE, DNSRecord
from loopkube.api.in_process import InProcessClient
from loopkube.client.informer import Informers
from loopkube.node.dns import server as dns_server
from loopkube.node.dns.answers import answer
from loopkube.node.dns.server import DnsServer
from loopkube.node.dns.zone import Zone
from loopkube.node.l4 import low_ports
from loopkube.shared import addresses

SVC = "default.svc.cluster.local"
HTTP = {"name": "http", "port": 80, "protocol": "TCP"}


class Dns:
    """A zone on an API in memory, and the words of its tests."""

    def __init__(self, client: InProcessClient, informers: Informers) -> None:
        self.client, self.zone = client, Zone(informers, "127.96.0.10")
        self._informers = informers

    async def service(self, name: str, **spec: object) -> dict:
        obj = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"}}
        return await self.client.create("services", obj | {"spec": {"ports": [HTTP]} | spec}, "default")

    async def slice(self, service: str, *endpoints: dict) -> None:
        labels = {"kubernetes.io/service-name": service}
        metadata = {"name": service, "namespace": "default", "labels": labels}
        obj = {"metadata": metadata, "addressType": "IPv4", "ports": [HTTP], "endpoints": list(endpoints)}
        await self.client.create("endpointslices.discovery.k8s.io", obj, "default")

    async def known(self, resource: str, name: str, there: bool = True) -> None:
        async with asyncio.timeout(5):
            while bool(self._informers.of(resource).get("default", name)) is not there:
                await asyncio.sleep(0)

    def ask(self, name: str, type: str = "A") -> tuple[str, list[str]]:
        """(code, records as a zone file has them)."""
        found = DNSRecord.parse(answer(self.zone, DNSRecord.question(name, type).pack()))
        return RCODE.get(found.header.rcode), sorted(f"{QTYPE.get(rr.rtype)} {rr.rdata}" for rr in found.rr)


@pytest.fixture
async def dns(client: InProcessClient) -> AsyncIterator[Dns]:
    informers = Informers(client)
    found = Dns(client, informers)
    await found.zone.start()
    yield found
    await informers.stop()


def endpoint(address: str, ready: bool = True, **more: str) -> dict:
    return {"addresses": [address], "conditions": {"ready": ready}} | more


async def test_the_api_and_dns_themselves(dns: Dns) -> None:
    assert dns.ask("kubernetes.default.svc.cluster.local") == ("NOERROR", ["A 127.96.0.1"])
    assert dns.ask("kube-dns.kube-system.svc.cluster.local.") == ("NOERROR", ["A 127.96.0.10"])
    assert dns.ask("ns.dns.cluster.local") == ("NOERROR", ["A 127.96.0.10"])
    assert dns.ask("dns-version.cluster.local", "TXT") == ("NOERROR", ['TXT "1.1.0"'])


async def test_a_service_with_an_address(dns: Dns) -> None:
    address = (await dns.service("web"))["spec"]["clusterIP"]
    await dns.known("services", "web")
    assert dns.ask(f"web.{SVC}") == ("NOERROR", [f"A {address}"])
    assert dns.ask(f"WEB.{SVC}") == ("NOERROR", [f"A {address}"])
    srv = ("NOERROR", [f"SRV 0 100 80 web.{SVC}."])
    assert dns.ask(f"_http._tcp.web.{SVC}", "SRV") == srv
    assert dns.ask(f"web.{SVC}", "SRV") == srv
    assert dns.ask(f"_http._udp.web.{SVC}", "SRV") == ("NXDOMAIN", [])
    backwards = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
    assert dns.ask(backwards, "PTR") == ("NOERROR", [f"PTR web.{SVC}."])


async def test_a_headless_service_answers_with_its_ready_endpoints(dns: Dns) -> None:
    await dns.service("db", clusterIP="None")
    await dns.known("services", "db")
    assert dns.ask(f"db.{SVC}") == ("NXDOMAIN", [])
    await dns.slice(
        "db", endpoint("127.244.0.2", hostname="db-0"), endpoint("127.244.0.3"), endpoint("127.244.0.4", ready=False)
    )
    await dns.known("endpointslices.discovery.k8s.io", "db")
    assert dns.ask(f"db.{SVC}") == ("NOERROR", ["A 127.244.0.2", "A 127.244.0.3"])
    assert dns.ask(f"db-0.db.{SVC}") == ("NOERROR", ["A 127.244.0.2"])
    assert dns.ask(f"127-244-0-3.db.{SVC}") == ("NOERROR", ["A 127.244.0.3"])
    assert dns.ask(f"127-244-0-4.db.{SVC}") == ("NXDOMAIN", [])
    targets = [f"SRV 0 50 80 127-244-0-3.db.{SVC}.", f"SRV 0 50 80 db-0.db.{SVC}."]
    assert dns.ask(f"_http._tcp.db.{SVC}", "SRV") == ("NOERROR", targets)
    assert dns.ask("2.0.244.127.in-addr.arpa", "PTR") == ("NOERROR", [f"PTR db-0.db.{SVC}."])
    assert dns.ask("9.0.244.127.in-addr.arpa", "PTR") == ("NXDOMAIN", [])


async def test_an_external_name_follows_its_changes(dns: Dns) -> None:
    """From one name to another, to one of the cluster's, to an address: each answer is the next question's."""
    await dns.service("out", type="ExternalName", externalName="example.com")
    await dns.known("services", "out")
    assert dns.ask(f"out.{SVC}", "CNAME") == ("NOERROR", ["CNAME example.com."])
    assert dns.ask(f"out.{SVC}") == ("NOERROR", ["CNAME example.com."])
    await dns.client.patch(
        "services", "out", {"spec": {"externalName": "kubernetes.default.svc.cluster.local"}}, "default"
    )
    wanted = ("NOERROR", ["A 127.96.0.1", "CNAME kubernetes.default.svc.cluster.local."])
    async with asyncio.timeout(5):
        while dns.ask(f"out.{SVC}") != wanted:
            await asyncio.sleep(0)
    await dns.client.patch("services", "out", {"spec": {"externalName": f"out.{SVC}"}}, "default")
    async with asyncio.timeout(5):
        while dns.ask(f"out.{SVC}")[1][-1] != f"CNAME out.{SVC}.":  # a circle ends
            await asyncio.sleep(0)
    await dns.client.delete("services", "out", "default")
    await dns.known("services", "out", there=False)
    assert dns.ask(f"out.{SVC}") == ("NXDOMAIN", [])


async def test_pods(dns: Dns) -> None:
    assert dns.ask("127-244-0-5.default.pod.cluster.local") == ("NOERROR", ["A 127.244.0.5"])
    assert dns.ask("127-244-0-5.nowhere.pod.cluster.local") == ("NXDOMAIN", [])
    assert dns.ask("127-244-0.default.pod.cluster.local") == ("NXDOMAIN", [])


@pytest.mark.parametrize(
    ("name", "type", "code", "authority"),
    [
        (f"kubernetes.{SVC}", "AAAA", "NOERROR", True),
        (SVC, "A", "NOERROR", True),
        ("svc.cluster.local", "A", "NOERROR", True),
        (f"_tcp.kubernetes.{SVC}", "SRV", "NOERROR", True),
        ("nowhere.svc.cluster.local", "A", "NXDOMAIN", True),
        (f"nothing.{SVC}", "A", "NXDOMAIN", True),
        (f"a.b.c.d.kubernetes.{SVC}", "A", "NXDOMAIN", True),
        ("example.com", "A", "REFUSED", False),
        ("notcluster.local", "A", "REFUSED", False),
    ],
)
async def test_no_such_name_no_such_record_and_not_ours(
    dns: Dns, name: str, type: str, code: str, authority: bool
) -> None:
    found = DNSRecord.parse(answer(dns.zone, DNSRecord.question(name, type).pack()))
    assert (RCODE.get(found.header.rcode), bool(found.auth), found.header.aa) == (code, authority, int(authority))
    assert found.rr == [] and (not authority or found.auth[0].rtype == QTYPE.SOA)


async def test_a_long_answer_is_cut_for_who_cannot_take_it(dns: Dns) -> None:
    await dns.service("many", clusterIP="None")
    await dns.slice("many", *[endpoint(f"127.244.1.{number}") for number in range(2, 52)])
    await dns.known("endpointslices.discovery.k8s.io", "many")
    await dns.known("services", "many")
    question = DNSRecord.question(f"many.{SVC}")
    short = DNSRecord.parse(answer(dns.zone, question.pack()))
    assert (short.header.tc, short.rr, len(short.questions)) == (1, [], 1)
    whole = DNSRecord.parse(answer(dns.zone, question.pack(), stream=True))
    assert (whole.header.tc, len(whole.rr)) == (0, 50)
    question.add_ar(EDNS0(udp_len=4096))
    assert len(DNSRecord.parse(answer(dns.zone, question.pack())).rr) == 50


async def test_nothing_that_comes_ends_it(dns: Dns) -> None:
    """Bytes of chance, and questions with one byte changed: an answer that can be read, or none."""
    chance, whole = random.Random(5), DNSRecord.question(f"kubernetes.{SVC}").pack()
    for _ in range(500):
        message = bytearray(whole if chance.random() < 0.7 else chance.randbytes(chance.randrange(60)))
        if message:
            message[chance.randrange(len(message))] = chance.randrange(256)
        found = answer(dns.zone, bytes(message))
        assert not found or (found[:2] == message[:2] and DNSRecord.parse(found).header.qr)
    assert answer(dns.zone, answer(dns.zone, whole)) == b""


async def test_over_udp_and_tcp(client: InProcessClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of connections is bounded, and one that says nothing is closed."""
    monkeypatch.setattr(dns_server, "MOST_CONNECTIONS", 2)
    monkeypatch.setattr(dns_server, "IDLE_SECONDS", 0.2)
    _, claim = addresses.claim_block(9)
    informers, loop = Informers(client), asyncio.get_running_loop()
    node = addresses.node_address(0)
    server = DnsServer(Zone(informers, str(addresses.services()[10])), node)
    await server.start()
    question = DNSRecord.question(f"kubernetes.{SVC}").pack()
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.setblocking(False)
            await loop.sock_connect(sock, low_ports.here(node, 53))
            await loop.sock_sendall(sock, question)
            async with asyncio.timeout(5):
                assert str(DNSRecord.parse(await loop.sock_recv(sock, 4096)).a.rdata) == "127.96.0.1"
        talks = [await asyncio.open_connection(*low_ports.here(node, 53)) for _ in range(3)]
        async with asyncio.timeout(5):
            assert await talks[2][0].read() == b""  # one too many
            talks[0][1].write(len(question).to_bytes(2, "big") + question)
            size = int.from_bytes(await talks[0][0].readexactly(2), "big")
            assert str(DNSRecord.parse(await talks[0][0].readexactly(size)).a.rdata) == "127.96.0.1"
            assert await talks[1][0].read() == b""
        for _, writer in talks:
            writer.close()
    finally:
        await server.stop()
        await informers.stop()
        claim.close()
