"""The same applications by a Service's address and by the entry: the experiment of notebook 03."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "service-and-ingress"
ENTRY = "http://market.example.com/order"
NATIVE = "http://native.example.com"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-service-and-ingress")
    made.apply(MANIFESTS)
    made.wait("pods")
    made.wait_routed(ENTRY)
    made.inside("red").wait("http://order-svc/")
    yield made
    made.clean_up()


def test_requests_are_balanced_by_the_ingress_and_connections_by_the_service(lab: Lab) -> None:
    red = lab.inside("red")
    assert len(set(red.probe(ENTRY, times=60, keep_connection=True).pods)) == 3
    assert len(set(red.probe("http://order-svc/", times=60, keep_connection=True).pods)) == 1


def test_bytes_pass_a_service_and_no_ingress(lab: Lab) -> None:
    assert lab.inside("red").say("hello", to="service/echo-svc:7000") == "HELLO"
    assert lab.inside("red").say("hello", to="market.example.com") == "HTTP/1.1 400 Bad Request"


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["03.1"].solutions)
def test_exercise_1(lab: Lab, solution: str) -> None:
    assert "market.example.com/ should get the Service account-svc; it got 404" in lab.check("03.1").why
    lab.apply(solution)
    lab.wait_routed("http://market.example.com/")
    assert lab.check("03.1"), str(lab.check("03.1"))
    lab.delete(solution)
    lab.settle()


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["03.2"].solutions)
def test_exercise_2(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "report")
    lab.wait("deployment/report")
    assert "/report should get the Service report-svc; it got 404" in lab.check("03.2").why
    routed = solution.replace("type: ClusterIP", "type: NodePort")
    lab.apply(routed)
    lab.wait_routed("http://market.example.com/report")
    assert "it still has one" in lab.check("03.2").why
    lab.apply(solution)
    assert lab.check("03.2"), str(lab.check("03.2"))
    lab.delete(solution)
    lab.apply(MANIFESTS / "ingress.yaml")
    lab.settle()


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["03.3"].solutions)
def test_exercise_3(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "broken")
    lab.settle()
    lab.inside("red").wait("http://help-svc/")
    assert "help.example.com/ should get the Service account-svc; it got 404" in lab.check("03.3").why
    lab.apply(solution)
    lab.settle()
    assert lab.check("03.3"), str(lab.check("03.3"))
    lab.delete(MANIFESTS / "broken")


def test_websocket_passes_the_entry(lab: Lab) -> None:
    lab.apply(MANIFESTS / "socket")
    lab.wait("deployment/talk")
    lab.wait_routed("http://talk.example.com/", status=426)
    with socket.create_connection((lab.entry.address, lab.entry.http_port), timeout=5) as connection:
        asked = "Host: talk.example.com", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: aGVsbG8="
        connection.sendall("\r\n".join(["GET / HTTP/1.1", *asked, "", ""]).encode())
        said = connection.makefile("rb").read()
    assert said.startswith(b"HTTP/1.1 101 ") and said.endswith(b"hello by WebSocket\n")


def test_the_service_finds_the_pods_and_is_not_on_the_way(lab: Lab) -> None:
    """Last, as it takes the Service away and brings it back in other forms."""
    lab.delete("service/order-svc")
    lab.wait_routed(ENTRY, status=404)
    lab.apply(MANIFESTS / "headless")
    lab.wait_routed(ENTRY, service="order-svc")
    lab.delete("service/order-svc")
    lab.apply(MANIFESTS / "sticky")
    lab.settle()
    lab.wait_routed(ENTRY)
    red = lab.inside("red")
    red.wait("http://order-svc/")
    assert len(set(red.probe("http://order-svc/", times=60).pods)) == 1
    assert len(set(red.probe(ENTRY, times=60).pods)) == 3


def test_by_the_services_address_the_controller_is_the_only_client(lab: Lab) -> None:
    """Without ClientIP as a control: one request after another stays with a Pod by Traefik's kept connection alone."""
    lab.apply(MANIFESTS / "native")
    lab.wait_routed(f"{NATIVE}/plain", f"{NATIVE}/sticky")
    for path, at_once in (("plain", {2, 3}), ("sticky", {1})):
        url = f"{NATIVE}/{path}"
        assert len(set(lab.probe(url, times=10, keep_connection=True).pods)) == 1
        for _ in range(5):  # on a busy machine thirty may come one by one, which needs one connection only
            answers = at_the_same_time(lab, url)
            if len({answer.pod for answer in answers}) in at_once:
                break
        assert len({answer.pod for answer in answers}) in at_once
        assert len({answer.client for answer in answers}) == 1


def at_the_same_time(lab: Lab, url: str) -> list:
    """The answers to thirty clients that send together."""
    together = threading.Barrier(30)
    with ThreadPoolExecutor(30) as visitors:
        return list(visitors.map(lambda _: (together.wait(), lab.probe(url)[0])[1], range(30)))
