"""Notebooks 16 and 17 on a cluster where something is missing: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = [pytest.mark.long, pytest.mark.thorough]


def test_with_a_class_of_another_controller(cluster: ClusterInfo, tmp_path: Path) -> None:
    """From the step on that asks whose an Ingress is, nothing is routed, and no address is written."""
    changes = {"write-a-controller/controller/2-class.yaml": ("ingress-lab.dev/mine", "ingress-lab.dev/other")}
    cells = ["r4-ties-run", "r4-table", "r5-run", "score", "ex1-check", "ex3-work"]
    assert_fails("16_write_a_controller", tmp_path, changes, cells=cells)


def test_a_case_without_its_ingress(cluster: ClusterInfo, tmp_path: Path) -> None:
    """No request comes further than the controller, and no port repairs that."""
    added = {"r1-start": "!kubectl delete ingress shop >/dev/null"}
    cells = ["r1-run", "r1-compare", "r2-rule", "r2-compare", "r3-restart", "r3-after-restart", "r3-repair",
             "r3-compare", "r3-diagnose", "ex1-check", "clean"]  # fmt: skip
    assert_fails("17_clinic", tmp_path, added=added, cells=cells)
