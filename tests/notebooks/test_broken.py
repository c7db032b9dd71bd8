"""Notebooks on a cluster where something of them is missing: the cells that claim it fail."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long


def test_a_class_of_nobody(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {"layers/ingress.yaml": ("ingressClassName: traefik", "ingressClassName: nobodys")}
    cells = ["routed", "r1-capture", "r1-capture-check", "r2-answers", "r3-run", "r3-ends"]
    assert_fails("01_osi_layers", tmp_path, changes, cells=cells)


def test_no_controller_comes(cluster: ClusterInfo, tmp_path: Path) -> None:
    """Its program fits on no node: nobody follows the class, from round 2 of notebook 05 on."""
    changes = {"controllers-lesson/controller/3-controller.yaml": ('ingress-ready: "true"', 'ingress-ready: "never"')}
    cells = [
        "r2-class", "r2-ready", "r2-compare", "r2-get", "r3-run", "r3-watch", "r3-compare", "r3-gone",
        "r4-cut", "r4-run", "r4-compare", "r4-describe", "r4-log", "r4-back", "r5-run", "r5-default-get", "r5-live",
        "r5-shared-compare", "ex1-check", "ex3-check",
    ]  # fmt: skip
    assert_fails("05_ingress_controllers", tmp_path, changes, cells=cells, little=0.05)
