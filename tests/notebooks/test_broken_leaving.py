"""Notebook 14 on a cluster where something of it is missing: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

NOTEBOOK = "14_leaving_ingress_nginx"
NGINX = "    nginx.ingress.kubernetes.io/"


def test_without_the_rewrite_and_the_denied_addresses(cluster: ClusterInfo, tmp_path: Path) -> None:
    """The path is not replaced anywhere, and an audit has one annotation less."""
    changes = {"leaving/shop/ingresses.yaml": (f"  annotations:\n{NGINX}rewrite-target: /\n", "")}
    cells = [
        "r1-count",
        "r1-run",
        "r1-compare",
        "r2-old",
        "r2-run",
        "r2-compare",
        "r2-ways",
        "r2-ways-check",
        "r3-run",
        "r3-different",
        "r4-run",
        "r4-after",
    ]
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_with_a_weight_that_is_none(cluster: ClusterInfo, tmp_path: Path) -> None:
    """Without `canary`, the second Ingress takes the host over, and no weight counts."""
    changes = {"leaving/cut-over/front.yaml": (f'{NGINX}canary: "true"\n', "")}
    assert_fails(NOTEBOOK, tmp_path, changes, cells=["r5-compare"], chance=["r5-way"])
