"""`lab.client("red")`: an address and a cookie jar of its own, on the local cluster and as a Pod elsewhere."""

from collections.abc import Iterator
from ipaddress import ip_address

import pytest
from ingress_lab.http.clients import ADDRESSES
from ingress_lab.lab import Lab
from labcore.errors import BadArgument, UnknownName
from labcore.machine import paths
from loopkube.cluster import ClusterInfo

MANIFESTS = paths.project() / "manifests" / "session-affinity"
PLAIN, COOKIE, HASH = (f"http://{host}.shop.example.com/" for host in ("plain", "cookie", "hash"))


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("named-clients")
    for name in ("client.yaml", "shop.yaml", "application.yaml", "ingress.yaml", "cookie", "kinds"):
        made.apply(MANIFESTS / name)
    made.wait("deployments")
    made.settle()
    yield made
    made.clean_up()


@pytest.fixture(params=["local", "elsewhere"])
def here(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Lab]:
    """The same cluster as itself, and as one that has no loopback addresses to give."""
    lab._clients.forget()  # those of the other kind of cluster
    lab.cluster = "local" if request.param == "local" else "context:shared"
    yield lab
    lab.cluster = "local"
    lab._clients.forget()


def came_from(answer) -> str:
    """The client's address, as the controller told the application."""
    return answer.seen["X-Forwarded-For"]


def test_each_name_is_an_address(here: Lab) -> None:
    red, blue = here.client("red"), here.client("blue")
    assert here.client("red") is red
    found = [set(map(came_from, client.probe(PLAIN, times=3))) for client in (red, blue)]
    assert found == [{red.address}, {blue.address}] and red.address != blue.address
    assert red.address in repr(red) and "red" in repr(red)


def test_each_name_has_a_cookie_jar(here: Lab) -> None:
    for name in ("red", "blue"):
        first = here.client(name).probe(COOKIE, times=6)
        later = here.client(name).probe(COOKIE)
        assert len({answer.pod for answer in first + later}) == 1
        assert later[0].visits == first[-1].visits + 1, "its visitor cookie came back"
    forgetful = here.client("red", cookies=False).probe(COOKIE, times=2)
    assert [answer.visits for answer in forgetful] == [1, 1]
    assert set(map(came_from, forgetful)) == {here.client("red").address}


def test_what_goes_by_address_keeps_each_with_one_pod(here: Lab) -> None:
    for name in ("red", "blue"):
        assert len({answer.pod for answer in here.client(name, cookies=False).probe(HASH, times=8)}) == 1


def test_the_local_clients_are_on_loopback(lab: Lab, cluster: ClusterInfo) -> None:
    """They are Pods where the cluster has a network of its own."""
    assert (ip_address(lab.client("red").address) in ADDRESSES) is not cluster.own_network


def test_wrong_calls_end_in_a_sentence(here: Lab) -> None:
    with pytest.raises(BadArgument, match="small letters"):
        here.client("Red Client")
    with pytest.raises(UnknownName, match='the nearest is "cookies"'):
        here.client("red", cookie=True)


def test_a_pod_refuses_what_it_cannot_do(lab: Lab) -> None:
    lab.cluster = "context:shared"
    try:
        with pytest.raises(BadArgument, match="without a name"):
            lab.client("green", ca="ca.pem")
        with pytest.raises(BadArgument, match="http://"):
            lab.client("green").probe("https://plain.shop.example.com/")
    finally:
        lab.cluster = "local"
