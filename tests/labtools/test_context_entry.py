"""Where the entry of a foreign cluster is looked for, and what `--http HOST:PORT` may say."""

import pytest
from fake_api import FakeApi
from labcore.clusters.base import Entry
from labcore.errors import BadArgument
from labcore.kube.discovery import Catalogue, Resource
from labtools.clusters.context import entry
from labtools.clusters.shared import answering

NODE = Resource("", "v1", "Node", "nodes", "node", False, (), ("list",))


class Cluster(FakeApi):
    """A controller with hostPorts 80 and 443 on a node, and a Service before it."""

    def __init__(self) -> None:
        super().__init__()
        self._catalogue = Catalogue([*self._catalogue.all(), NODE])
        addresses = [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "ExternalIP", "address": "192.0.2.1"}]
        self.objects["/api/v1/nodes/one"] = {"metadata": {"name": "one"}, "status": {"addresses": addresses}}
        self.pod()

    def pod(self, **port: object) -> None:
        ports = [{"name": "web", "containerPort": 8000, **port}, {"name": "websecure", "containerPort": 8443}]
        self.objects["/api/v1/pods/controller"] = {
            "metadata": {"name": "controller", "namespace": "traefik", "labels": {"app": "traefik"}},
            "spec": {
                "nodeName": "one",
                "containers": [{"name": "traefik", "image": "docker.io/traefik:v3.7", "ports": ports}],
            },
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }

    def service(self, **port: object) -> dict:
        ports = [{"name": "web", "port": 80, **port}, {"name": "websecure", "port": 443}]
        made = {
            "metadata": {"name": "traefik", "namespace": "traefik"},
            "spec": {"selector": {"app": "traefik"}, "ports": ports},
            "status": {},
        }
        self.objects["/api/v1/namespaces/traefik/services/traefik"] = made
        return made


def tried(cluster: Cluster) -> list[str]:
    def nobody(address: str, port: int, timeout: float) -> str:
        return answering.CLOSED

    return list(entry.find(cluster, nobody).tried)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    made = Cluster()
    monkeypatch.setattr(FakeApi, "_get", _get)
    return made


def _get(self: FakeApi, path: str, query: dict) -> dict:
    items = [obj for where, obj in self.objects.items() if where.rpartition("/")[0] == path]
    return {"items": items, "metadata": {"resourceVersion": "1"}}


def test_host_ports_outer_addresses_first(cluster: Cluster) -> None:
    cluster.pod(hostPort=80)
    assert tried(cluster) == [
        "192.0.2.1:80 (hostPort of Pod traefik/controller)",
        "10.0.0.1:80 (hostPort of Pod traefik/controller)",
    ]


def test_a_load_balancer_comes_before_everything(cluster: Cluster) -> None:
    cluster.pod(hostPort=80)
    cluster.service()["status"] = {"loadBalancer": {"ingress": [{"hostname": "lb.example.net"}]}}
    assert tried(cluster)[0] == "lb.example.net:80 (load balancer of Service traefik/traefik)"


def test_node_ports_come_last(cluster: Cluster) -> None:
    cluster.service(nodePort=30080)
    assert tried(cluster) == [
        "192.0.2.1:30080 (NodePort of Service traefik/traefik)",
        "10.0.0.1:30080 (NodePort of Service traefik/traefik)",
    ]


def test_the_first_that_answers_is_the_entry(cluster: Cluster) -> None:
    cluster.pod(hostPort=80)
    found = entry.find(cluster, lambda address, *_: answering.ANSWERS if address == "10.0.0.1" else answering.CLOSED)
    assert found.entry and found.entry.address == "10.0.0.1" and found.forwardable is None


def test_without_any_way_in_a_pod_is_left_to_forward_to(cluster: Cluster) -> None:
    found = entry.find(cluster, lambda *_: answering.CLOSED)
    assert found.entry is None and found.tried == ()
    assert found.forwardable == entry.Forwardable("traefik", "controller", 8000, 8443)


def test_a_controller_that_is_not_ready_is_no_entry(cluster: Cluster) -> None:
    cluster.objects["/api/v1/pods/controller"]["status"] = {}
    found = entry.find(cluster, lambda *_: answering.ANSWERS)
    assert found.entry is None and found.forwardable is None


@pytest.mark.parametrize(
    ("http", "https", "ports"),
    [
        ("10.0.0.1:80", "10.0.0.1:443", (80, 443)),
        ("10.0.0.1:80", "", (80, 443)),
        ("10.0.0.1:8080", "", (8080, 8443)),
        ("http://10.0.0.1:30080/", "https://10.0.0.1:30443", (30080, 30443)),
        ("", "10.0.0.1:8443", (8080, 8443)),
    ],
)
def test_the_entry_as_given(http: str, https: str, ports: tuple[int, int]) -> None:
    assert entry.given(http, https) == Entry("10.0.0.1", *ports, "as given")


def test_an_ipv6_address() -> None:
    assert entry.given("[2001:db8::1]:80", "").address == "2001:db8::1"


def test_nothing_given() -> None:
    assert entry.given("", "") is None


@pytest.mark.parametrize(
    ("http", "https", "words"),
    [("10.0.0.1", "", "HOST:PORT"), ("a:0", "", "HOST:PORT"), ("a:http", "", "HOST:PORT"), ("a:1", "b:2", "two hosts")],
)
def test_what_cannot_be_an_entry(http: str, https: str, words: str) -> None:
    with pytest.raises(BadArgument, match=words):
        entry.given(http, https)
