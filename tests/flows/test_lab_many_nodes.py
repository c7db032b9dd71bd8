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
TAINT = [{"key": "role", "value": "edge", "effect": "NoSchedule"}]


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


@pytest.fixture(scope="module")
def dedicated(lab: Lab) -> Iterator[Lab]:
    """As round 5 leaves it: the controller on the node with the taint, and nobody else."""
    mark(lab, "edge", TAINT)
    daemon = yaml.safe_load((MANIFESTS / "controller" / "3-controller.yaml").read_text())
    daemon["spec"]["template"]["spec"] |= {"nodeSelector": {"role": "edge"}, "tolerations": TAINT}
    lab.apply(daemon)
    lab.wait("daemonset/edge")
    yield lab
    mark(lab, None, None)


def test_a_budget_as_large_as_the_replicas_refuses_evictions(lab: Lab) -> None:
    """Round 3: the drain is held back until the budget asks for fewer."""
    budget = lab.object("poddisruptionbudget/web")
    assert budget["status"]["disruptionsAllowed"] == 0
    pod = lab.objects("pods", "app=web")[0]["metadata"]["name"]
    with pytest.raises(client.ApiException) as refused:
        evict(lab, pod)
    assert refused.value.status == 429
    budget["spec"]["minAvailable"] = 1
    lab.apply({key: budget[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": "web"}})
    lab.wait("poddisruptionbudget/web", ".status.disruptionsAllowed=1")
    evict(lab, pod)


def evict(lab: Lab, pod: str) -> None:
    body = client.V1Eviction(
        metadata=client.V1ObjectMeta(name=pod), delete_options=client.V1DeleteOptions(dry_run=["All"])
    )
    client.CoreV1Api(lab.api_client).create_namespaced_pod_eviction(pod, lab.namespace, body)


@pytest.mark.long
def test_the_exercise_on_a_budget(lab: Lab) -> None:
    exercise = ALL["11.1"]
    assert "allowed now: 4" in exercise.judge(lab).why  # nothing holds any of them
    lab.apply(MANIFESTS / "other")
    lab.wait("deployment/other")
    assert "allowed now: 4" in exercise.judge(lab).why
    for line, allowed in (("minAvailable: 4", 0), ("maxUnavailable: 2", 2)):
        lab.apply(exercise.solutions[0].replace("minAvailable: 3", line))
        lab.wait("poddisruptionbudget/other", f".status.disruptionsAllowed={allowed}")
        assert f"allowed now: {allowed}" in exercise.judge(lab).why
        lab.delete("poddisruptionbudget/other")
    for solution in exercise.solutions:
        lab.apply(solution)
        lab.wait("poddisruptionbudget/other", ".status.disruptionsAllowed=1")
        assert exercise.judge(lab), exercise.judge(lab).why
        lab.delete("poddisruptionbudget/other")


@pytest.mark.long
def test_the_exercise_on_a_dedicated_node(dedicated: Lab) -> None:
    lab, exercise = dedicated, ALL["11.2"]
    assert "there is no" in exercise.judge(lab).why and "watch" in exercise.judge(lab).why
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
    mark(lab, "edge", TAINT)


@pytest.mark.long
def test_the_exercise_on_a_port_of_the_node(dedicated: Lab) -> None:
    lab, exercise = dedicated, ALL["11.3"]
    assert "spare" in exercise.judge(lab).why
    lab.apply(MANIFESTS / "broken")
    assert exercise.judge(lab).why == f"spare-svc should answer at a port of {NODE}; it answers at none."
    lab.apply(yaml.safe_load(exercise.solutions[0].replace("mountPath: /app", "mountPath: /none")))
    assert f"port 8001 of {NODE} should be answered by spare-svc; it got" in exercise.judge(lab).why
    for solution in exercise.solutions:
        lab.delete("deployment/spare")
        lab.apply(solution)
        lab.wait("deployment/spare")
        assert exercise.judge(lab), exercise.judge(lab).why
    lab.delete("deployment/spare")
