"""Notebook 15 on a cluster where something of it is missing: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

HOOK = (
    "          lifecycle: # goes on answering for a second after its endpoint was taken back\n"
    "            preStop: {sleep: {seconds: 1}}\n"
)


def test_without_the_hook(cluster: ClusterInfo, tmp_path: Path) -> None:
    """gentle loses what takes 0.2 s, too; the longer sleep of round 3 repairs it."""
    changes = {"rollouts/applications.yaml": (HOOK, "")}
    assert_fails("15_rollouts", tmp_path, changes, cells=["r2-manifest", "r2-compare"])


@pytest.mark.thorough
def test_with_a_budget_for_another_application(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {"rollouts/applications.yaml": ("minAvailable: 1", "minAvailable: 0")}
    assert_fails("15_rollouts", tmp_path, changes, cells=["r3-budget"])
