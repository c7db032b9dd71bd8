"""The controller of notebook 16 as a Pod: its score with each proxy, and the ties of notebook 06."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from labexercises import notebook_16
from labtools.conformance import senders
from labtools.conformance.scoring import Scoring
from labtools.controller import steps
from loopkube.cluster import ClusterInfo
from loopkube.node import wheels

pytestmark = pytest.mark.long

MANIFESTS = Path(__file__).parents[2] / "manifests" / "write-a-controller"
PROGRAMS = {"nginx": wheels.nginx_program, "caddy": wheels.caddy_program, "envoy": wheels.envoy_program}
HTTPS = "https://foo.bar.com/"


def program(step: str) -> dict:
    data = {"controller.py": steps.at(step)}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "controller"}, "data": data}


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("write-a-controller")
    made.apply([program("default")])
    for name in ("app.yaml", "applications.yaml", "client.yaml", "clients.yaml", "controller"):
        made.apply(MANIFESTS / name)
    made.wait("deployments", timeout=90)
    made.wait("pods", timeout=90)
    yield made
    made.delete(MANIFESTS / "controller", missing_ok=True)
    made.clean_up()


@pytest.fixture(scope="module")
def other(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-conformance")
    made.apply(MANIFESTS / "client.yaml")
    made.apply(MANIFESTS / "clients.yaml")
    yield made
    made.clean_up()


@pytest.mark.parametrize("proxy", PROGRAMS)
def test_the_finished_controller_passes_29_of_30(lab: Lab, other: Lab, proxy: str) -> None:
    if not PROGRAMS[proxy]():
        pytest.skip(f"no wheel of {proxy} is installed")
    service = "mine"
    if proxy != "nginx":
        service = f"mine-{proxy}"
        lab.apply(MANIFESTS / "proxies" / proxy)
        lab.wait(f"deployment/{service}", timeout=90)
    scoring = Scoring(other, "mine", senders.inside(other, "red", f"service/{service}.{lab.namespace}"))
    scoring.prepare()
    other.wait("pods", timeout=90)
    score = scoring.run()
    assert set(score.failed) == {HTTPS}, score.failed
    assert str(score) == "29 of 30"


def test_the_ties_of_notebook_06(lab: Lab) -> None:
    """A precise host before a wildcard, Exact before Prefix, the longest path: as the API's readers expect."""
    lab.apply(MANIFESTS / "routes")
    assert until(lambda: not notebook_16.ties(lab)), notebook_16.ties(lab)


@pytest.mark.parametrize("name", ["16.1", "16.2", "16.3"])
def test_exercises_say_what_is_missing_and_accept_every_solution(lab: Lab, name: str) -> None:
    lab.apply([program("lease")])
    lab.apply(MANIFESTS / "routes")
    lab.apply(MANIFESTS / "exercise" / "rest.yaml")
    lab.delete("ingress/late", missing_ok=True)
    restart(lab)
    lab.inside("red").wait("http://ties.mine.example.com/foo", to="service/mine")
    if name == "16.3":
        body = yaml.safe_load((MANIFESTS / "exercise" / "restored.yaml").read_text())
        lease = f"/apis/coordination.k8s.io/v1/namespaces/{lab.namespace}/leases/mine"
        assert until(lambda: lab.object("ingress/shop")["status"]["loadBalancer"].get("ingress"))
        lab.api.request("patch", lease, body, content_type="application/merge-patch+json")
        lab.apply(MANIFESTS / "exercise" / "late.yaml")
        lab.inside("red").wait("http://late.mine.example.com/", to="service/mine")
    assert not lab.check(name)
    for solution in ALL[name].solutions:
        lab.apply(solution)
        lab.wait("deployments", timeout=60)
        assert until(lambda: lab.check(name)), f"{name}: {lab.check(name)}"


@pytest.mark.parametrize(("name", "step"), [("16.1", "order"), ("16.2", "default")])
def test_a_solution_is_the_step_of_the_controller(name: str, step: str) -> None:
    first = next(yaml.safe_load_all(ALL[name].solutions[0]))
    assert first["data"]["controller.py"] == steps.at(step)


def restart(lab: Lab) -> None:
    template = {"metadata": {"annotations": {"restarted": str(time.monotonic())}}}
    path = f"/apis/apps/v1/namespaces/{lab.namespace}/deployments/mine"
    body = {"spec": {"replicas": 1, "template": template}}
    lab.api.request("patch", path, body, content_type="application/merge-patch+json")
    lab.wait("deployment/mine", timeout=60)


def until(holds: Callable[[], object], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not (done := holds()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return bool(done)
