"""Notebooks on a cluster where something of them is missing: the cells that claim it fail."""

import os
from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import failing

patient = pytest.mark.skipif("INGRESS_LAB_PATIENT" not in os.environ, reason="minutes of waiting: INGRESS_LAB_PATIENT=1")


def test_a_class_of_nobody(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {"layers/ingress.yaml": ("ingressClassName: traefik", "ingressClassName: nobodys")}
    found = failing("01_osi_layers", tmp_path, changes)
    assert found == ["create", "r1-capture-check", "r2-list", "r3-answers", "r4-plain", "r4-ends"]


@patient
def test_no_controller_comes(cluster: ClusterInfo, tmp_path: Path) -> None:
    """Its program fits on no node: nobody follows the class, from round 2 of notebook 05 on."""
    changes = {"controllers-lesson/controller/3-controller.yaml": ('ingress-ready: "true"', 'ingress-ready: "never"')}
    found = failing("05_ingress_controllers", tmp_path, changes)
    assert {"r2-ready", "r2-get", "r2-pods", "r3-events", "r3-gone", "r4-cut", "r4-back", "r5-run"} <= set(found)
    assert not any(name.startswith(("setup", "create", "r1", "clean")) for name in found)
