"""A cluster file as the lab shows it: kind's reading, and kind's words where it is refused."""

import json
from pathlib import Path

import pytest
from ingress_lab.lessons.node_plan import planned
from labcore.errors import BadManifest

ROOT = Path(__file__).parents[2]
KIND = ROOT / "tests" / "recordings" / "kind"
FILES = ROOT / "manifests" / "kind" / "files"


def test_the_labs_cluster() -> None:
    assert planned(ROOT / "manifests" / "cluster.yaml").to_numpy().tolist() == [
        ["lab-control-plane", "ingress-ready=true", "node-role.kubernetes.io/control-plane:NoSchedule",
         "8080 to 80, 8443 to 443"],
        ["lab-worker", "", "", ""],
        ["lab-worker2", "", "", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("labels", "ingress-ready=true"),
        ("patch", "ingress-ready=true"),
        ("indented", ""),
        ("both", "ingress-ready=true"),
    ],
)
def test_ways_to_a_label(name: str, labels: str) -> None:
    """As recorded: create-patch-map, create-patch-misindent, create-patch-labels-in-two-places."""
    found = planned(FILES / f"{name}.yaml")
    assert found["labels"].tolist() == [labels]
    assert ("stands in the wrong place" in found.note) == (name == "indented")


def test_what_kind_refuses_is_refused_in_its_words() -> None:
    recorded = json.loads((KIND / "create-config-bad-version.json").read_text())["stderr"].strip()
    assert "unknown apiVersion: kind.x-k8s.io/v1" in recorded
    with pytest.raises(BadManifest) as refused:
        planned("kind: Cluster\napiVersion: " + recorded.rpartition(" ")[2])
    assert refused.value.message == recorded.splitlines()[-1]
