"""The same applications by a Service's address and by the entry: the experiment of notebook 03."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "service-and-ingress"
ENTRY = "http://market.example.com/order"
NATIVE = {"traefik.ingress.kubernetes.io/service.nativelb": "true"}


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


@pytest.mark.parametrize("solution", ALL["03.1"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "report")
    lab.wait("deployment/report")
    assert "/report should get the Service report-svc; it got 404" in lab.check("03.1").why
    routed = solution.replace("type: ClusterIP", "type: NodePort")
    lab.apply(routed)
    lab.wait_routed("http://market.example.com/report")
    assert "it still has one" in lab.check("03.1").why
    lab.apply(solution)
    assert lab.check("03.1"), str(lab.check("03.1"))
    lab.delete(solution)
    lab.apply(MANIFESTS / "ingress.yaml")
    lab.settle()


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
    service = {"apiVersion": "v1", "kind": "Service", "spec": lab.object("service/order-svc")["spec"]}
    lab.apply(service | {"metadata": {"name": "order-svc", "annotations": NATIVE}})
    lab.settle()
    answers = red.probe(ENTRY, times=30) + lab.inside("blue").probe(ENTRY, times=30)
    assert len(set(answers.pods)) == len({answer.client for answer in answers}) == 1
