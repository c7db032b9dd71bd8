"""Notebooks 04 and 11 with a node that is off, with none that goes off, and without the second controller."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

OFF = """\
lab.stop_node("lab-worker2")
lab.wait("node/lab-worker2", "Ready=Unknown", timeout=60)"""


@pytest.fixture
def all_nodes_again(cluster: ClusterInfo) -> Iterator[None]:
    yield
    lab = Lab.connect("broken-nodes")  # which starts what is off
    lab.wait("nodes")
    lab.clean_up()


def test_the_cluster_file_with_a_node_off(all_nodes_again: None, tmp_path: Path) -> None:
    """Whoever lists the nodes sees it, who waits for them, and who counts where Pods are."""
    cells = ["r1-nodes", "r1-map-check", "r2-taints", "r2-why", "kind-ready"]
    assert_fails("04_cluster_setup", tmp_path, added={"setup": OFF}, cells=cells)


def test_many_nodes_without_the_second_controller(all_nodes_again: None, tmp_path: Path) -> None:
    """Its program fits on no node."""
    before = "      serviceAccountName: edge\n"
    changes = {"many-nodes/controller/3-controller.yaml": (before, f"{before}      nodeSelector: {{no: node}}\n")}
    cells = [
        "create-wait", "r1-where", "r1-run", "r1-compare", "r2-entry", "r2-compare", "r2-far-run", "r3-held", "r3-drain",
        "r3-left", "r3-compare", "r4-run", "r4-noticed", "r4-losses", "r4-compare", "r4-picture", "r4-after", "r4-door",
        "r4-back", "r5-compare", "ex3-work", "ex3-check",
    ]  # fmt: skip
    assert_fails("11_many_ingress_nodes", tmp_path, changes, cells=cells)


def test_many_nodes_with_none_that_goes_off(all_nodes_again: None, tmp_path: Path) -> None:
    added = {"r4-run": 'lab.start_node("lab-worker2")'}
    cells = ["r4-noticed", "r4-losses", "r4-compare", "r4-picture", "r4-after", "r4-door"]
    assert_fails("11_many_ingress_nodes", tmp_path, added=added, cells=cells)
