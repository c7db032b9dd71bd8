"""Notebook 18 on a cluster where something of it is otherwise: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

NOTEBOOK = "18_capstone"
NGINX = "    nginx.ingress.kubernetes.io/"
TODAY = """\
from ingress_lab.lessons.exercises import ALL
lab.apply(ALL["18.1"].solutions[0])
done = lab.wait("deployments")"""


def test_without_affinity_canary_and_what_is_closed(cluster: ClusterInfo, tmp_path: Path) -> None:
    changes = {
        "capstone/old/basket.yaml": (f"{NGINX}affinity: cookie\n", ""),
        "capstone/old/api.yaml": (f'{NGINX}canary-weight: "20"\n', f'{NGINX}canary-weight: "0"\n'),
        "capstone/old/internal.yaml": ("0.0.0.0/0,::/0", "192.0.2.0/24"),
    }
    assert_fails(NOTEBOOK, tmp_path, changes, cells=["r1-run", "r3-run", "r3-compare"])


@pytest.mark.thorough
def test_with_nothing_refused(cluster: ClusterInfo, tmp_path: Path) -> None:
    """What the API refuses is there in today's form already, and nginx serves it."""
    cells = ["r1-run", "r1-compare", "r3-run", "ex1-check", "ex2-check", "ex3-check", "progress"]
    assert_fails(NOTEBOOK, tmp_path, added={"setup-check": TODAY}, cells=cells)


@pytest.mark.thorough
def test_without_nginx(cluster: ClusterInfo, tmp_path: Path) -> None:
    """It is gone after the clients have begun."""
    added = {"setup-check": 'gone = lab.delete(manifests / "controllers" / "nginx", missing_ok=True)'}
    cells = ["r1-run", "r1-compare", "r2-names", "r3-run", "r3-compare", "ex1-check", "ex2-check", "ex3-check"]
    assert_fails(NOTEBOOK, tmp_path, added=added, cells=cells)
