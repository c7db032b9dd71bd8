"""Requests from Pods to Services, through the real L4 proxy: the experiment of notebook 02."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.kube.exec import execute
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labcore.errors import Refused
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "services"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-services")
    made.apply(MANIFESTS)
    made.wait("pods")
    made.inside("red").wait("http://web-svc/")
    yield made
    made.clean_up()


def test_balancing_is_per_connection(lab: Lab) -> None:
    red = lab.inside("red")
    assert set(red.probe("http://web-svc/", times=60).pods) == {"web-1", "web-2", "web-3"}
    assert len(set(red.probe("http://web-svc/", times=60, keep_connection=True).pods)) == 1


def test_client_ip_affinity_knows_addresses(lab: Lab) -> None:
    lab.apply(MANIFESTS / "sticky")
    found = {}
    for name in ("red", "blue"):
        client = lab.inside(name)
        client.wait("http://sticky-svc/")
        answers = client.probe("http://sticky-svc/", times=12)
        found[name] = {answer.client for answer in answers}
        assert len(set(answers.pods)) == 1
    assert len(found["red"]) == len(found["blue"]) == 1 and found["red"] != found["blue"]


def test_a_node_port_answers_on_every_node(lab: Lab) -> None:
    lab.apply(MANIFESTS / "ways-in")
    port = lab.object("service/node-svc")["spec"]["ports"][0]["nodePort"]
    for node in lab.objects("nodes"):
        name = node["metadata"]["name"]
        assert lab.inside("blue").wait("http://node-svc/", to=f"node/{name}:{port}").services == ["web-svc"]


def test_dns_answers_with_the_service_or_with_its_pods(lab: Lab) -> None:
    lab.apply(MANIFESTS / "ways-in")
    lab.wait("pods")
    asked = ["web-svc", "headless-svc", "outside-svc", "nobody-svc"]
    lines = execute(lab.api, lab.namespace, "red", ["python", "ask.py", *asked]).out.splitlines()
    assert [line.split()[-1] for line in lines if line.startswith("web-svc")] == [
        lab.object("service/web-svc")["spec"]["clusterIP"]
    ]
    assert {line.split()[-1] for line in lines if line.startswith("headless-svc")} == {
        pod["status"]["podIP"] for pod in lab.objects("pods", labels="app=web")
    }
    assert lines[-3].endswith("IN CNAME shop.example.com.") and lines[-1] == "NXDOMAIN"


def test_datagrams_pass_a_service(lab: Lab) -> None:
    lab.apply(MANIFESTS / "udp")
    lab.wait("deployment/shout")
    said = ["python", "client.py", "--udp", "--text", "hello", "--to", "shout-svc:5005"]
    assert json.loads(execute(lab.api, lab.namespace, "red", said).out) == {"text": "HELLO", "error": ""}


def test_endpoints_are_ready(lab: Lab) -> None:
    assert lab.endpoints("web-svc").to_numpy().tolist() == [[f"web-{n}", "8080", "yes", "yes", "no"] for n in (1, 2, 3)]


def test_a_program_runs_in_a_pod(lab: Lab) -> None:
    done = execute(lab.api, lab.namespace, "red", ["python", "-c", "import sys; print('out'); sys.exit('why')"])
    assert (done.out, done.err, done.code) == ("out\n", "why\n", 1)
    with pytest.raises(Refused, match="pod green cannot run python"):
        execute(lab.api, lab.namespace, "green", ["python"])


@pytest.mark.long
def test_exercise_1(lab: Lab) -> None:
    assert 'no Service "open-svc"' in lab.check("02.1").why
    for solution in ALL["02.1"].solutions:
        lab.apply(solution.replace("NodePort", "ClusterIP").replace("LoadBalancer", "ClusterIP"))
        lab.inside("red").wait("http://open-svc/")
        assert "at no port of the nodes yet" in lab.check("02.1").why
        lab.apply(
            solution.replace("targetPort: 8080", "targetPort: 81").replace("targetPort: http", "targetPort: other")
        )
        assert "open-svc:80 should be answered by a Pod of web" in lab.check("02.1").why
        lab.apply(solution)
        lab.inside("red").wait("http://open-svc/")
        assert lab.check("02.1"), str(lab.check("02.1"))
        lab.delete("service/open-svc")


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["02.3"].solutions)
def test_exercise_3(lab: Lab, solution: str) -> None:
    lab.apply(MANIFESTS / "broken")
    lab.wait("pods", ".status.phase=Running")
    assert lab.check("02.3").why.startswith("http://shop-svc/ should be answered by shop-svc")
    lab.apply(solution)
    assert lab.check("02.3"), str(lab.check("02.3"))
    lab.delete(MANIFESTS / "broken")


@pytest.mark.long
def test_exercise_2(lab: Lab) -> None:
    assert 'no Service "stay-svc"' in lab.check("02.2").why
    for solution in ALL["02.2"].solutions:
        lab.apply(
            solution.replace("ClientIP", "None").replace("sessionAffinityConfig: {clientIP: {timeoutSeconds: 60}}", "")
        )
        assert "they met several" in lab.check("02.2").why
        lab.apply(solution.replace("timeoutSeconds: 60", "timeoutSeconds: 61"))
        assert "should be 60 s" in lab.check("02.2").why
        lab.apply(solution)
        assert lab.check("02.2"), str(lab.check("02.2"))
        lab.delete("service/stay-svc")


@pytest.mark.long
def test_exercise_3_half_solved(lab: Lab) -> None:
    assert 'no Service "shop-svc"' in lab.check("02.3").why
    lab.apply(MANIFESTS / "broken")
    service = lab.object("service/shop-svc")
    fix = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop-svc"}, "spec": service["spec"]}
    fix["spec"]["selector"] = {"app": "shop"}
    lab.apply(fix)
    assert "should be answered by shop-svc" in lab.check("02.3").why
    fix["spec"]["ports"][0]["targetPort"] = "http"
    lab.apply(fix)
    assert "should be answered by shop-svc" in lab.check("02.3").why
    lab.delete(MANIFESTS / "broken")
