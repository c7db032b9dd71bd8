"""The exercises of notebook 01 at the real Traefik and the cluster's DNS."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.kube.exec import execute
from ingress_lab.lab import Lab
from ingress_lab.lessons import layers
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "layers"
URL = "http://shop.layers.example.com/"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-layers")
    made.apply(MANIFESTS)
    made.wait("deployments")
    yield made
    made.clean_up()


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["01.1"].solutions)
def test_a_name_for_the_pods(lab: Lab, solution: str) -> None:
    """DNS is really asked: an ordinary Service, whose one address is not the Pod's, is not enough."""
    lab.delete("service/pods-svc", missing_ok=True)
    lab.apply({**yaml.safe_load(solution), "spec": {"selector": {"app": "bye"}, "ports": [{"port": 80}]}})
    assert not lab.check("01.1")
    lab.delete("service/pods-svc")
    lab.apply(solution)
    assert lab.check("01.1"), str(lab.check("01.1"))


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["01.2"].solutions)
def test_a_second_port(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "applications.yaml")
    assert "7000/ should be answered" in lab.check("01.2").why
    lab.apply(solution)
    assert lab.check("01.2"), str(lab.check("01.2"))


def test_the_second_port_must_not_cost_the_first(lab: Lab) -> None:
    only = ALL["01.2"].solutions[0].replace("{name: http, port: 80, targetPort: http}, ", "")
    lab.apply(only)
    assert lab.check("01.2").why.startswith("http://hello-svc/ should be answered by hello-svc")
    lab.apply(MANIFESTS / "applications.yaml")


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["01.3"].solutions)
def test_a_shop_that_nobody_reaches(lab: Lab, solution: str) -> None:
    """The check says what a client gets, and leaves why to the hints."""
    lab.delete("ingress/more", missing_ok=True)
    lab.apply(MANIFESTS / "exercise")
    lab.wait("deployment/shop")
    assert lab.check("01.3").why == f"{URL} should be answered by shop-svc; the client got: 404."
    lab.apply(ALL["01.3"].solutions[0].split("---")[1])
    assert lab.check("01.3").why.endswith("the client got: 502.")
    lab.apply(solution)
    assert lab.check("01.3"), str(lab.check("01.3"))


def test_dns_answers_for_each_kind_of_service(lab: Lab) -> None:
    """`ask.py` asks by UDP, as any client: an address, the Pods' addresses, another name, or none."""
    lab.apply(MANIFESTS / "names")
    lab.wait("pods")
    own = lab.object("service/hello-svc")["spec"]["clusterIP"]
    pods = {pod["status"]["podIP"] for pod in lab.objects("pods") if pod["metadata"]["labels"].get("app") == "hello"}
    asked = ["python", "ask.py", "hello-svc", "headless-svc", "outside-svc", "nobody-svc"]
    deadline = time.monotonic() + 5
    while (
        len(lines := execute(lab.api, lab.namespace, "red", asked).out.splitlines()) < 9 and time.monotonic() < deadline
    ):
        time.sleep(0.1)
    names = [f"{name}.flow-layers.svc.cluster.local." for name in asked[2:]]
    assert [line.split()[1] for line in lines if line.startswith(";")] == names
    assert f"{names[0]} IN A {own}" in lines and f"{names[2]} IN CNAME shop.example.com." in lines
    assert {line.split()[3] for line in lines if line.startswith(names[1])} == pods and lines[-1] == "NXDOMAIN"


@pytest.mark.parametrize(
    "live", [False, pytest.param(True, marks=pytest.mark.skipif(not layers.permitted(), reason="needs CAP_NET_RAW"))]
)
def test_who_listens_reads_the_host_and_nothing_else(lab: Lab, live: bool) -> None:
    lab.wait_routed("http://layers.example.com/hello")
    for scheme, readable in (("http", [True, True, True]), ("https", [True, False, False])):
        found = layers.capture(f"{scheme}://layers.example.com/hello", live=live)
        wire = b"".join(fact.data for fact in found.facts)
        assert found.answer.service == "hello-svc"
        assert [word in wire for word in (b"layers.example.com", b"/hello", b"hello-svc")] == readable
        assert [fact.is_data for fact in found.facts][:4] == [False, False, False, True]
