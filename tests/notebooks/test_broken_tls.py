"""Notebooks 08 and 09 on a cluster where a Secret, or the second class, is missing: which cells notice?"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo

from .breaking import assert_fails

pytestmark = pytest.mark.long


@pytest.fixture
def without_the_class_nginx(cluster: ClusterInfo) -> Iterator[None]:
    lab = Lab.connect("broken-classes")
    there = lab.object("ingressclass/nginx")
    lab.delete("ingressclass/nginx")
    yield
    again = {key: there[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": "nginx"}}
    lab.api.request("post", "/apis/networking.k8s.io/v1/ingressclasses", again)  # as it was: not one of the lab's
    lab.clean_up()


def test_secrets_that_are_not_there(cluster: ClusterInfo, tmp_path: Path) -> None:
    """The Ingress names another than the notebook makes: the default certificate appears, and is turned down."""
    changes = {"tls/office/ingress.yaml": ("office-tls", "office-lost")}
    assert_fails("09_tls", tmp_path, changes, cells=["r2-office", "r2-hello"])


def test_tls_without_the_second_class(without_the_class_nginx: None, tmp_path: Path) -> None:
    cells = [
        "r3-nginx", "r3-compare", "r3-hsts", "r4-run", "r4-compare", "r4-kept", "r4-expired", "r4-broken-compare", "r4-fix",
        "r5-run", "r5-compare", "ex3-check",
    ]  # fmt: skip
    assert_fails("09_tls", tmp_path, cells=cells)


def test_old_manifests_without_the_second_class(without_the_class_nginx: None, tmp_path: Path) -> None:
    """All objects are accepted as before; only the requests tell."""
    cells = ["r3-run", "r4-apply", "r4-notes-run", "r4-fix", "ex3-check"]
    assert_fails("08_old_manifests", tmp_path, cells=cells)
