"""Notebook 12 on a cluster where something of it is missing: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

NOTEBOOK = "12_reverse_proxy"
NGINX = "    nginx.ingress.kubernetes.io/"


def test_without_the_annotations(cluster: ClusterInfo, tmp_path: Path) -> None:
    """Patience, the limits, and the weight."""
    changes = {
        "reverse-proxy/trouble/backends.yaml": (f'  annotations:\n{NGINX}proxy-read-timeout: "1"\n', ""),
        "reverse-proxy/limits/ingress.yaml": (f'{NGINX}proxy-request-buffering: "on"\n', ""),
        "reverse-proxy/canary/ingress.yaml": (f'{NGINX}canary-weight: "20"\n', ""),
    }
    cells = [
        "r3-create", "r3-compare", "r3-answers", "r4-manifest", "r4-run", "r4-compare", "r5-manifest", "r5-compare", "r5-other",
    ]  # fmt: skip
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_without_the_entry_points_and_with_the_flag(cluster: ClusterInfo, tmp_path: Path) -> None:
    """The second controller trusts nobody but one, and answers 503 as the first."""
    believing = "            - --entrypoints.everybody.forwardedheaders.insecure=true\n"
    flag = "            - --providers.kubernetesingress.allowemptyservices=true\n"
    changes = {"reverse-proxy/edge/2-controller.yaml": (believing, flag)}
    cells = ["r2-edge", "r2-doors-run", "r3-empty-run", "r3-empty-why"]
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_without_a_rate_limit(cluster: ClusterInfo, tmp_path: Path) -> None:
    """No rate: every request is answered."""
    changes = {
        "reverse-proxy/limits/ingress.yaml": (
            f'  annotations:\n{NGINX}limit-rpm: "5"\n{NGINX}limit-burst-multiplier: "1"\n', ""
        ),
    }  # fmt: skip
    cells = ["r4-manifest", "r4-compare", "r4-real-compare"]
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)
