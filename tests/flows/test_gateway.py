"""The Gateway API: definitions like the real ones are taken, and the real Traefik serves what is written with them."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo
from loopkube.node.l4 import low_ports

MANIFESTS = Path(__file__).parent / "gateway"
HOST, DEADLINE = "shop.example.com", 30.0
GROUP = "gateway.networking.k8s.io"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("gateway")
    begin = time.monotonic()
    made.apply(MANIFESTS / "1-definitions.yaml")
    assert time.monotonic() - begin < 10  # a thousand lines of schema are no matter of seconds
    made.apply(MANIFESTS)
    made.wait("deployment/gateway", timeout=60)
    made.wait("deployment/order", timeout=60)
    yield made
    for file in sorted(MANIFESTS.iterdir(), reverse=True):
        made.delete(file)
    made.clean_up()


def until(holds: Callable[[], object]) -> object:
    """The first true value; the last one when the time is over."""
    end = time.monotonic() + DEADLINE
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def accepted(obj: dict) -> dict[str, str]:
    """{type: status} of the conditions, of a route those of its first parent."""
    status = obj.get("status") or {}
    holder = (status.get("parents") or [status])[0]
    return {c["type"]: c["status"] for c in holder.get("conditions") or ()}


def answer(lab: Lab, path: str) -> requests.Response:
    (service,) = [s for s in lab.objects("services") if s["metadata"]["name"] == "gateway"]
    session = requests.Session()
    session.trust_env = False
    headers = {"Host": HOST, "Connection": "close"}
    address, port = low_ports.here(service["spec"]["clusterIP"], 80)
    return session.get(f"http://{address}:{port}{path}", headers=headers, timeout=5)


def ask(lab: Lab, path: str) -> int:
    return answer(lab, path).status_code


def served_by_python(lab: Lab, path: str) -> bool:
    return "SimpleHTTP" in answer(lab, path).headers.get("Server", "")


def test_class_gateway_and_route_are_accepted_by_the_controller(lab: Lab) -> None:
    for kind, wanted in (("gatewayclasses", "Accepted"), ("gateways", "Programmed"), ("httproutes", "Accepted")):
        assert until(lambda k=kind, w=wanted: accepted(lab.objects(k)[0]).get(w) == "True"), lab.objects(kind)


def test_the_route_leads_to_its_pods_and_nothing_else_does(lab: Lab) -> None:
    assert until(lambda: ask(lab, "/order/hostname") == 404 and served_by_python(lab, "/order/"))
    assert ask(lab, "/hostname") == 404 and not served_by_python(lab, "/hostname")
    (route,) = lab.objects("httproutes")
    route["spec"]["rules"][0]["matches"][0]["path"]["value"] = "/"
    lab.apply({key: route[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": "shop"}})
    assert until(lambda: ask(lab, "/hostname") == 200)


def test_defaults_of_the_definitions_are_filled_in(lab: Lab) -> None:
    (route,) = lab.objects("httproutes")
    assert route["spec"]["parentRefs"][0] == {"group": GROUP, "kind": "Gateway", "name": "flow"}
    assert route["spec"]["rules"][0]["backendRefs"][0]["weight"] == 1
