"""Notebook 10 on a cluster where something of it is missing: the cells that claim it fail, and no others."""

from pathlib import Path

from loopkube.cluster import ClusterInfo

from .breaking import failing

NOTEBOOK = "10_session_affinity"
AFFINITY = "    nginx.ingress.kubernetes.io/affinity: cookie\n    nginx.ingress.kubernetes.io/session-cookie-name: route\n"


def test_without_the_annotation(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {"session-affinity/cookie/ingress.yaml": (f"  annotations:\n{AFFINITY}", "")}
    found = failing(NOTEBOOK, tmp_path, changes)
    print(found)
    assert found[:2] == ["r3-manifest", "r3-run"]
    assert {"r3-pods", "r3-cookies", "r3-brought", "r3-value", "r3-replica-run", "r4-compare"} <= set(found)
    assert not any(name.startswith(("setup", "r1", "r2", "r4-store", "r5", "ex", "clean")) for name in found)


def test_without_the_services_affinity_and_without_the_store(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {
        "session-affinity/address/sticky.yaml": ("  sessionAffinity: ClientIP\n", ""),
        "session-affinity/store/shops.yaml": ('            - {name: STORE, value: store-svc}\n', ""),
    }
    assert failing(NOTEBOOK, tmp_path, changes) == ["r2-manifest", "r2-run", "r4-store-run"]
