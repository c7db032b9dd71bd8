"""The controller of notebook 16 as a Pod: its score with each proxy, and the ties of notebook 06."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
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
