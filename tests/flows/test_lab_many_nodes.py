"""Notebook 11's experiment: copies of a controller on two nodes, its exercise, and what fails without a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from kubernetes import client
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "many-nodes"
URL, NODE = "http://web.edge.example.com/", "lab-worker2"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("many-nodes")
    made.delete(MANIFESTS / "controller", missing_ok=True)
    made.apply(MANIFESTS)
    made.apply(MANIFESTS / "controller")
    made.wait("pods")
    made.wait("daemonset/edge")
    yield made
    mark(made, None, None)
    made.start_node(NODE)
    made.delete(MANIFESTS / "controller")
    made.clean_up()


def mark(lab: Lab, label: str | None, taints: list | None) -> None:
    body = {"metadata": {"labels": {"role": label}}, "spec": {"taints": taints}}
    client.CoreV1Api(lab.api_client).patch_node(NODE, body)


def test_each_copy_is_a_way_in_and_the_service_leads_to_both(lab: Lab) -> None:
    red = lab.inside("red")
    for name in ("lab-worker", NODE):
        assert red.wait(URL, to=f"node/{name}:8000").services == ["web-svc"]
    assert red.probe(URL, to="node/lab-control-plane:8000")[0].status == 0
    assert red.probe(URL, to="service/edge", times=10).services == ["web-svc"] * 10
    assert all(answer.milliseconds > 0 for answer in red.probe(URL, to="service/edge"))


def test_a_copy_that_is_missing_is_no_way_in(lab: Lab) -> None:
    """What notebook 11 shows in rounds 1 to 3 needs the second copy."""
    daemon = yaml.safe_load((MANIFESTS / "controller" / "3-controller.yaml").read_text())
    daemon["spec"]["template"]["spec"]["nodeSelector"] = {"kubernetes.io/hostname": "lab-worker"}
    lab.apply(daemon)
    lab.wait("daemonset/edge")
    assert lab.inside("red").probe(URL, to=f"node/{NODE}:8000")[0].status == 0
    assert len(lab.endpoints("edge")) == 1
    lab.apply(MANIFESTS / "controller")
    lab.wait("daemonset/edge")


def test_the_exercise(lab: Lab) -> None:
    exercise = ALL["11.1"]
    assert "there is no Deployment" in exercise.judge(lab).why or not exercise.judge(lab)
    mark(lab, "edge", [{"key": "role", "value": "edge", "effect": "NoSchedule"}])
    work = yaml.safe_load((MANIFESTS / "exercise" / "watch.yaml").read_text())
    lab.apply(work)
    assert f"watch should run on {NODE}; it runs on lab-worker" in exercise.judge(lab).why
    work["spec"]["template"]["spec"]["nodeName"] = NODE
    lab.apply(work)
    assert "nodeName passes the scheduler by" in exercise.judge(lab).why
    del work["spec"]["template"]["spec"]["nodeName"]
    work["spec"]["template"]["spec"]["tolerations"] = [{"key": "role", "operator": "Exists"}]
    lab.apply(work)
    assert not exercise.judge(lab)  # wherever it runs: what is let in is not yet sent there
    for solution in exercise.solutions:
        lab.delete("deployment/watch")
        lab.apply(solution)
        assert exercise.judge(lab), exercise.judge(lab).why
    mark(lab, "edge", None)
    assert "should keep its taint role=edge:NoSchedule" in exercise.judge(lab).why
