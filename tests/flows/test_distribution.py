"""A hundred connections to a Service of three Pods, with and without ClientIP affinity, from two addresses."""

import http.client
import json
import socket
import time
from collections import Counter
from pathlib import Path

from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo
from loopkube.node.l4 import low_ports

ROUNDS = 50
CLIENTS = ("127.0.0.21", "127.0.0.22")
MANIFESTS = Path(__file__).parents[2] / "manifests" / "services"


def connections(address: str) -> dict[str, Counter]:
    """{client: {Pod: how many of its connections}}; each request on a connection of its own."""
    found: dict[str, Counter] = {client: Counter() for client in CLIENTS}
    for _ in range(ROUNDS):
        for client, pods in found.items():
            connection = http.client.HTTPConnection(*low_ports.here(address, 80), timeout=5, source_address=(client, 0))
            connection.request("GET", "/", headers={"Accept": "application/json"})
            pods[json.loads(connection.getresponse().read())["pod"]] += 1
            connection.close()
    return found


def test_connections_are_spread_and_affinity_keeps_each_client_with_one_pod(cluster: ClusterInfo) -> None:
    lab = Lab.connect("flow-spread")
    lab.apply(MANIFESTS)
    lab.apply(MANIFESTS / "sticky")
    lab.wait("deployment/web")
    free, kept = (connections(address_of(lab, service)) for service in ("web-svc", "sticky-svc"))
    print(
        "",
        f"web-svc    {[dict(pods) for pods in free.values()]}",
        f"sticky-svc {[dict(p) for p in kept.values()]}",
        sep="\n",
    )
    assert [pods.total() for pods in (*free.values(), *kept.values())] == [ROUNDS] * 4
    assert len(set().union(*free.values())) == 3 and all(len(pods) > 1 for pods in free.values())
    assert [len(pods) for pods in kept.values()] == [1, 1]
    lab.clean_up()


def address_of(lab: Lab, service: str) -> str:
    """The Service's own address, once its proxy listens there."""
    address = lab.object(f"service/{service}")["spec"]["clusterIP"]
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(low_ports.here(address, 80), timeout=5).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        else:
            return address
