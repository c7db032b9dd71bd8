"""Explanations of URLs at a Gateway, against what the real Traefik answers."""

from collections.abc import Iterator

import pytest
from gateway_objects import WEB, answers, gateway, install, remove, route, to, until
from ingress_lab.http.pod_client import address_of
from ingress_lab.ingress import controller_flags
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long

HOST = "gateway.example.com"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("explain-gateway")
    install(made)
    yield made
    remove(made)


def test_the_rule_that_takes_a_request_and_the_one_that_should(lab: Lab) -> None:
    rules = """
      - {matches: [{path: {value: /}}], backendRefs: [{name: rest-svc, port: 80}]}
      - {matches: [{path: {value: /a}}], backendRefs: [{name: www-svc, port: 80}]}
    """
    exact = "[{matches: [{path: {type: Exact, value: /a}}], backendRefs: [{name: wild-svc, port: 80}]}]"
    for obj in (route("shop", "shop", rules), route("wide", "*", exact)):
        lab.apply(obj)
    wanted = ["wild-svc", "www-svc"]
    assert until(lambda: answers(lab, f"shop.{HOST}/a", f"shop.{HOST}/a/b"), wanted) == wanted
    said = lab.explain(f"http://shop.{HOST}/a")
    assert (said.api, said.controller, said.outcome, said.fault) == ("www-svc", "wild-svc", "wild-svc", None)
    assert [link.state for link in said.chain.links] == ["ok"] * 8
    assert "/a (Exact) -> [wild-svc:80] -> wild-1" in str(lab.routing_map())
    assert "client -> traefik.io/gateway-controller, Gateway edge" in str(lab.routing_map())


def test_a_host_without_an_ingress_is_asked_for_at_the_gateway_itself(lab: Lab) -> None:
    far = route("far", "", to("help-svc"))
    far["spec"]["hostnames"] = ["far.example.org"]
    lab.apply(far)
    asked = until(lambda: lab.explain("http://far.example.org/x").outcome, "help-svc")
    assert asked == "help-svc"
    assert "asked itself, not the entry" in lab.explain("http://far.example.org/x").text


def test_a_reason_is_fixed_by_its_command(lab: Lab) -> None:
    lab.apply(gateway("deaf", WEB | {"port": 80}))
    lab.apply(route("deaf", "deaf", to("team-svc"), "{name: deaf}"))
    url = f"http://deaf.{HOST}/"
    said = lab.explain(url)
    until(lambda: (lab.explain(url).fault or said.fault).link, "Listener")
    said = lab.explain(url)
    assert said.fault is not None and "PortUnavailable" in said.fault.why
    patch = [{"op": "replace", "path": "/spec/listeners/0/port", "value": 8000}]
    assert str(patch).replace("'", '"') in said.fault.fix
    path = f"/apis/gateway.networking.k8s.io/v1/namespaces/{lab.namespace}/gateways/deaf"
    lab.api.request("patch", path, patch, content_type="application/json-patch+json")
    lab.wait_routed(url, service="team-svc")
    assert lab.explain(url).fault is None


def test_a_traefik_for_gateways_is_not_taken_for_the_one_at_the_entry(lab: Lab) -> None:
    found = controller_flags.at_entry(lab.api.list(lab.api.resources().named("pods"))["items"])
    assert found is not None and found[0]["metadata"]["namespace"] == "traefik"


def test_a_client_inside_names_a_service_of_another_namespace(lab: Lab) -> None:
    address = address_of(lab, "service/gateway.gateway:80")
    assert address == f"{lab.api.request('get', '/api/v1/namespaces/gateway/services/gateway')['spec']['clusterIP']}:80"
