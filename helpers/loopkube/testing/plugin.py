"""pytest's fixtures: `def test_x(kube): ...` gets a namespace of its own on a cluster that the whole session shares.

    kube            a Kube: kubeconfig, namespace, create, get, list, patch, apply, delete, wait
    kube_cluster    the session's cluster: kubeconfig and url, for a client of your own

Each worker of pytest-xdist has a cluster of its own. With `--loopkube-nodes 1` (or `loopkube_nodes = 1` in the ini
file) the cluster is a process with nodes, on which Pods run; without, it is the control plane alone, in memory.
"""

import contextlib
import gc
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from loopkube.testing.in_memory import Running
    from loopkube.testing.kube import Kube

_LONGEST = 40
_numbers = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--loopkube-nodes`, and its setting in the ini file."""
    words = "nodes of the cluster that the fixture `kube` uses (default 0: no Pod runs)"
    parser.getgroup("loopkube").addoption("--loopkube-nodes", type=int, default=None, metavar="N", help=words)
    parser.addini("loopkube_nodes", words, default="0")


@pytest.fixture(scope="session")
def kube_cluster(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Running"]:
    """The session's cluster: `kubeconfig` (a Path) and `url`."""
    asked = pytestconfig.getoption("--loopkube-nodes")
    nodes = int(pytestconfig.getini("loopkube_nodes")) if asked is None else asked
    folder = tmp_path_factory.mktemp("loopkube")
    with _with_nodes(folder, nodes) if nodes else _in_memory(folder) as cluster:
        yield cluster


@pytest.fixture
def kube(kube_cluster: "Running", request: pytest.FixtureRequest) -> Iterator["Kube"]:
    """A `Kube` in a namespace made for this test, which is deleted after it."""
    from loopkube.testing.kube import Kube

    name = _namespace(request.node.name)
    own = Kube(kube_cluster.kubeconfig, name)
    own.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield own
    own.delete("namespaces", name)


def _namespace(test: str) -> str:
    """A name that tells whose it is: of `test_scales[3]`, `test-scales-3-1`."""
    plain = re.sub(r"[^a-z0-9]+", "-", test.lower()).strip("-")[:_LONGEST].strip("-") or "test"
    return f"{plain}-{next(_numbers)}"


@contextlib.contextmanager
def _in_memory(folder: Path) -> Iterator["Running"]:
    collecting = gc.isenabled()
    gc.disable()  # nearly all that an import makes stays
    try:
        from loopkube.testing import in_memory
    finally:
        if collecting:
            gc.enable()
    with in_memory.running(folder) as cluster:
        yield cluster


@contextlib.contextmanager
def _with_nodes(folder: Path, nodes: int) -> Iterator["Running"]:
    """A process of its own, whose Pods are processes, too; without an ingress controller."""
    from loopkube import cluster
    from loopkube.client import kubeconfig
    from loopkube.process import owner
    from loopkube.testing.in_memory import Running

    file = folder / "cluster.yaml"
    roles = ["control-plane", *["worker"] * (nodes - 1)]
    head = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n"
    file.write_text(head + "".join(f"- role: {role}\n" for role in roles))
    os.environ[owner.VARIABLE] = str(os.getpid())  # it ends with this process, even if that is killed
    info = cluster.start(folder, config=file, http_port=0, https_port=0)  # nothing is mapped: there is no entry
    try:
        yield Running(info.kubeconfig, kubeconfig.read(info.kubeconfig).server)
    finally:
        cluster.stop(folder)
