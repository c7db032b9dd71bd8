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
    cells = []  # fmt: skip
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_without_the_entry_points_and_with_the_flag(cluster: ClusterInfo, tmp_path: Path) -> None:
    """The second controller trusts nobody but one, and answers 503 as the first."""
    believing = "            - --entrypoints.everybody.forwardedheaders.insecure=true\n"
    flag = "            - --providers.kubernetesingress.allowemptyservices=true\n"
    changes = {"reverse-proxy/edge/2-controller.yaml": (believing, flag)}
    cells = []  # fmt: skip
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_without_limits_at_the_edge(cluster: ClusterInfo, tmp_path: Path) -> None:
    """Neither a rate nor a login: every request is answered."""
    changes = {
        "reverse-proxy/limits/ingress.yaml": (
            f'  annotations:\n{NGINX}limit-rpm: "5"\n{NGINX}limit-burst-multiplier: "1"\n', ""
        ),
    }  # fmt: skip
    cells = []
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)
