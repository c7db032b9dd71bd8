"""Exercises 04.1 and 04.3 on the cluster, and 04.2, judged as kind would read the file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests"
CLUSTER = MANIFESTS / "cluster.yaml"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-kind")
    yield made
    made.clean_up()


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["04.1"].solutions)
def test_a_pod_beside_the_controller(lab: Lab, solution: str) -> None:
    """The scheduler is asked, not the manifest: the label alone leaves the Pod Pending."""
    guard = yaml.safe_load((MANIFESTS / "kind" / "exercise" / "guard.yaml").read_text())
    lab.apply(MANIFESTS / "kind")
    for selector in ({}, {"ingress-ready": "true"}):
        guard["spec"]["nodeSelector"] = selector
        lab.delete("pod/guard", missing_ok=True)
        lab.apply(guard)
        assert "it does not yet" in lab.check("04.1").why
    lab.delete("pod/guard")
    lab.apply(solution)
    assert lab.check("04.1"), str(lab.check("04.1"))


def test_a_deployment_that_does_not_start(lab: Lab) -> None:
    lab.apply(MANIFESTS / "kind")
    lab.apply(MANIFESTS / "kind" / "exercise" / "edge.yaml")
    lab.wait("pod/red")
    assert "nothing answers there yet" in lab.check("04.3").why
    (solution,) = ALL["04.3"].solutions
    lab.apply(solution.replace('ingress-ready: "true"', "kubernetes.io/hostname: lab-worker"))
    lab.wait("deployment/edge")
    assert not lab.check("04.3")
    lab.apply(solution)
    lab.wait("deployment/edge")
    assert lab.check("04.3"), str(lab.check("04.3"))


def keep(lab: Lab, text: str) -> None:
    lab.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "plan"}, "data": {"cluster.yaml": text}})


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["04.2"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    keep(lab, CLUSTER.read_text())
    unsolved = lab.check("04.2")
    assert not unsolved and unsolved.why.startswith('lab-worker should have the label ingress-ready: "true"')
    lab.apply(solution)
    assert lab.check("04.2"), str(lab.check("04.2"))


@pytest.mark.long
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("9080", "8080", "the ports of this machine that lead into lab-worker should be: 9080 to 80, 9443 to 443."),
        (
            "role: worker",
            "role: helper",
            "kind refuses this file: ERROR: failed to create cluster: [invalid configuration",
        ),
        ("role: control-plane", "role: worker", "must have at least one control-plane node"),
        ("9443}]\n      - role: worker\n", "9443}]\n", "the file should still describe"),
        (
            "    name: lab\n",
            "    name: lab\n    colour: red\n",
            "kind would not take everything in this file: field colour",
        ),
        ("ingress-ready", "ingress_ready", "lab-control-plane should have the label"),
        ("nodes:", "nodes: [", "kind refuses this file: ERROR: failed to create cluster: could not determine kind"),
    ],
)
def test_exercise_wrongly_solved(lab: Lab, old: str, new: str, said: str) -> None:
    text = yaml.safe_load(ALL["04.2"].solutions[0])["data"]["cluster.yaml"]
    indented = "\n".join(f"    {line}" for line in text.splitlines()) + "\n"
    assert old in indented
    keep(lab, "\n".join(line[4:] for line in indented.replace(old, new).splitlines()))
    result = lab.check("04.2")
    assert not result and said in result.why


@pytest.mark.long
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "ConfigMap plan should hold the file as cluster.yaml"),
        ({"data": {"cluster.yml": "kind: Cluster"}}, "ConfigMap plan should hold the file as cluster.yaml"),
        (None, 'there is no ConfigMap "plan"'),
    ],
)
def test_exercise_without_its_file(lab: Lab, data: dict | None, said: str) -> None:
    lab.delete("configmap/plan", missing_ok=True)
    if data is not None:
        lab.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "plan"}} | data)
    result = lab.check("04.2")
    assert not result and said in result.why
