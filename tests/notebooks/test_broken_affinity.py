"""Notebook 10 on a cluster where something of it is missing: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

NOTEBOOK = "10_session_affinity"
AFFINITY = "    nginx.ingress.kubernetes.io/affinity: cookie\n    nginx.ingress.kubernetes.io/session-cookie-name: route\n"


def test_without_the_annotation(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {"session-affinity/cookie/ingress.yaml": (f"  annotations:\n{AFFINITY}", "")}
    cells = [
        "r3-manifest", "r3-cookies", "r3-run", "r3-pods", "r3-flags", "r3-secure-run", "r4-compare", "r4-value",
        "r4-replica-run", "r4-real-compare",
    ]  # fmt: skip
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_without_the_services_affinity_and_without_the_store(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {
        "session-affinity/address/sticky.yaml": ("  sessionAffinity: ClientIP\n", ""),
        "session-affinity/store/shops.yaml": ('            - {name: STORE, value: store-svc}\n', ""),
    }
    assert_fails(NOTEBOOK, tmp_path, changes, cells=["r2-apply", "r2-hand", "r2-run", "r4-store-run"])
