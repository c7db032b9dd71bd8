"""Exercise 04.1, judged as kind would read the file; and where the entry of the cluster is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

CLUSTER = Path(__file__).parents[2] / "manifests" / "cluster.yaml"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-kind")
    yield made
    made.clean_up()


def keep(lab: Lab, text: str) -> None:
    lab.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "plan"}, "data": {"cluster.yaml": text}})


@pytest.mark.parametrize("solution", ALL["04.1"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    keep(lab, CLUSTER.read_text())
    unsolved = lab.check("04.1")
    assert not unsolved and unsolved.why.startswith('lab-worker should have the label ingress-ready: "true"')
    lab.apply(solution)
    assert lab.check("04.1"), str(lab.check("04.1"))


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
        ("      - role: worker\n", "", "the file should still describe"),
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
    text = yaml.safe_load(ALL["04.1"].solutions[0])["data"]["cluster.yaml"]
    indented = "\n".join(f"    {line}" for line in text.splitlines()) + "\n"
    assert old in indented
    keep(lab, "\n".join(line[4:] for line in indented.replace(old, new).splitlines()))
    result = lab.check("04.1")
    assert not result and said in result.why


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
    result = lab.check("04.1")
    assert not result and said in result.why
