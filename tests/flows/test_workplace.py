"""What has become of a notebook's namespace under it: taken over by another kernel, or without its cluster."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from ingress_lab.kube import workplace
from ingress_lab.lab import Lab
from labcore.clusters.base import Access, Entry
from labcore.errors import LabError, NoCluster
from labcore.machine import kernels
from labtools.clusters import local
from labtools.clusters.local import LocalCluster
from labtools.report.run import running
from loopkube.cluster import ClusterInfo
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CONNECT = "from ingress_lab import Lab; from ingress_lab.kube import workplace\n"
CONNECT += 'workplace._FRESH = 0\nlab = Lab.connect("flow-two")'
Kernel = Callable[[str], str]


@pytest.fixture
def kernel(cluster: ClusterInfo) -> Iterator[Callable[[str], Kernel]]:
    """Starts the kernel of a notebook: a function that runs a cell and returns the error that it ends with, or ""."""
    with ExitStack() as stack:

        def start(notebook: str) -> Kernel:
            book = nbformat.v4.new_notebook()
            client = NotebookClient(book, timeout=60, kernel_name="python3")
            environment = os.environ | {"JPY_SESSION_NAME": notebook, "INGRESS_LAB_PROGRESS": "0"}
            stack.enter_context(client.setup_kernel(env=environment))

            def run(source: str) -> str:
                book.cells.append(nbformat.v4.new_code_cell(source))
                try:
                    client.execute_cell(book.cells[-1], len(book.cells) - 1)
                except CellExecutionError as error:
                    return error.evalue
                return ""

            return run

        yield start


@pytest.mark.long
def test_the_second_kernel_in_a_namespace_takes_over_knowingly(kernel: Callable[[str], Kernel]) -> None:
    english, korean = kernel("notebooks/en/00_start_here.ipynb"), kernel("notebooks/ko/00_start_here.ipynb")
    assert english(CONNECT) == "" and english(CONNECT) == ""  # itself is in nobody's way
    told = korean(CONNECT)
    assert (
        told.startswith("en/00_start_here.ipynb (process ") and "run this cell again: then this notebook takes" in told
    )
    assert english('lab.get("pods")') == ""  # nothing has happened to it
    assert korean(CONNECT) == "" and korean('lab.get("pods")') == ""
    lost = english('lab.get("pods")')
    assert lost.startswith("ko/00_start_here.ipynb (process ") and "has taken over namespace flow-two." in lost
    assert korean("lab.clean_up()") == ""
    assert english(CONNECT) == "" and english("lab.clean_up()") == ""  # who has cleaned up is in nobody's way


@pytest.mark.long
def test_a_kernel_that_is_gone_is_in_nobodys_way(kernel: Callable[[str], Kernel]) -> None:
    first = kernel("first.ipynb")
    assert first(CONNECT) == ""
    with pytest.raises(Exception):  # noqa: B017 - the client says this in more than one way
        first("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    second = kernel("second.ipynb")
    assert second(CONNECT) == "" and second("lab.clean_up()") == ""


@pytest.mark.long
def test_a_report_on_a_cluster_where_notebooks_work_says_which(
    kernel: Callable[[str], Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On `local` it has a cluster of its own; this one stands for any other."""
    first = kernel("notebooks/en/07_url_mapping.ipynb")
    assert first(CONNECT) == ""
    monkeypatch.setattr("labcore.clusters.access", lambda name: Access("local", None, None, Entry()))
    with (
        pytest.raises(LabError, match=r"at work on local.*: en/07_url_mapping\.ipynb \(process"),
        running("kind", None, None),
    ):
        pass
    assert first("lab.clean_up()") == ""
    with running("kind", None, None):
        assert list(kernels.at_work("local")) == []


def test_with_the_cluster_down_a_verb_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    monkeypatch.setattr(workplace, "_FRESH", 0)
    with LocalCluster().beside():
        lab = Lab.connect("flow-down")
        local.stop()
        for verb in (
            lambda: lab.get("pods"),
            lambda: lab.wait("deployments"),
            lambda: lab.probe("http://a.example.com/"),
        ):
            with pytest.raises(NoCluster) as raised:
                verb()
            said = raised.value.message
            assert said == "The cluster is not running. `lab up` starts it. Then run the notebook from the top."
