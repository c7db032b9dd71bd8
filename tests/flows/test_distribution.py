"""A hundred connections to a Service of three Pods, with and without ClientIP affinity, from two addresses."""

from collections import Counter
from pathlib import Path

from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo

ROUNDS = 50
CLIENTS = ("red", "blue")
MANIFESTS = Path(__file__).parents[2] / "manifests" / "services"


def connections(lab: Lab, service: str) -> dict[str, Counter]:
    """{client: {Pod: how many of its connections}}; each request on a connection of its own."""
    url = f"http://{service}/"
    return {client: Counter(answer.pod for answer in lab.inside(client).probe(url, times=ROUNDS)) for client in CLIENTS}


def test_connections_are_spread_and_affinity_keeps_each_client_with_one_pod(cluster: ClusterInfo) -> None:
    lab = Lab.connect("flow-spread")
    lab.apply(MANIFESTS)
    lab.apply(MANIFESTS / "sticky")
    lab.wait("deployment/web")
    lab.wait("pods")
    for service in ("web-svc", "sticky-svc"):
        lab.inside("red").wait(f"http://{service}/")
    free, kept = (connections(lab, service) for service in ("web-svc", "sticky-svc"))
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
