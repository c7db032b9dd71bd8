"""Notebook 13 on a cluster where something of it is missing: the cells that claim it fail, and no others."""

from pathlib import Path

import pytest
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long

NOTEBOOK = "13_gateway_api"


def test_other_routes_than_it_tells_of(cluster: ClusterInfo, tmp_path: Path) -> None:
    """No Exact path, no weights, a listener that is there, and features that are not asked for."""
    changes = {
        "gateway-api/ties/routes.yaml": ("type: Exact, value: /foo", "type: Exact, value: /bar"),
        "gateway-api/fields/routes.yaml": ("port: 9080, weight: 20", "port: 9080, weight: 0"),
        "gateway-api/broken/routes.yaml": (", sectionName: https", ""),
        "gateway-api/unsupported/routes.yaml": (
            'type: CORS\n          cors: {allowOrigins: ["https://shop.example.com"]}',
            "type: RequestHeaderModifier\n          requestHeaderModifier: {remove: [X-Old]}",
        ),
    }  # fmt: skip
    cells = [
        "r2-ties", "r2-ties-run", "r3-manifest", "r3-compare", "r4-apply", "r4-reasons", "r4-compare", "r4-requests",
        "r5-run", "r5-compare", "r5-log",
    ]  # fmt: skip
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)


def test_routes_of_every_namespace_get_in(cluster: ClusterInfo, tmp_path: Path) -> None:
    """The Gateway lets the other team in from the beginning."""
    changes = {
        "gateway-api/first/gateway.yaml": (
            "      port: 8000\n", "      port: 8000\n      allowedRoutes: {namespaces: {from: All}}\n"
        ),
    }  # fmt: skip
    cells = ["r4-run", "r4-reasons", "r4-compare", "r4-requests", "r4-repair"]
    assert_fails(NOTEBOOK, tmp_path, changes, cells=cells)
