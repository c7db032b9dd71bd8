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
        "r3-manifest", "r3-run", "r3-pods", "r3-cookies", "r3-brought", "r3-value", "r3-replica-run",
        "r3-replica-visits", "r4-compare",
    ]  # fmt: skip
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells, chance=["r4-down-check"])


def test_without_the_services_affinity_and_without_the_store(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {
        "session-affinity/address/sticky.yaml": ("  sessionAffinity: ClientIP\n", ""),
        "session-affinity/store/shops.yaml": ('            - {name: STORE, value: store-svc}\n', ""),
    }
    assert_fails(NOTEBOOK, tmp_path, changes, cells=["r2-manifest", "r2-run", "r4-store-run"])
