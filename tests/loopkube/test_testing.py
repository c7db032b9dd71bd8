"""The cluster for tests of other projects: in memory, by pytest's fixtures, from the shell, as a package of its own."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from labcore.machine import paths
from loopkube.shared.status import ApiError
from loopkube.testing import in_memory
from loopkube.testing.kube import Kube

LOOPKUBE = paths.project() / "helpers" / "loopkube"
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kept"}, "data": {"a": "1"}}
SESSION = """
import pytest

@pytest.mark.parametrize("number", range(4))
def test_nobody_elses_objects(kube, number):
    assert [c["metadata"]["name"] for c in kube.list("cm") if c["metadata"]["name"] != "kube-root-ca.crt"] == []
    kube.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "own"}})

def test_it_is_one_cluster(kube, kube_cluster):
    assert kube.kubeconfig == kube_cluster.kubeconfig and kube.namespace.startswith("test-it-is-one-cluster-")
    assert len(kube.request("GET", "/api/v1/configmaps?fieldSelector=metadata.name%3Down")["items"]) <= 4
"""


@pytest.fixture(scope="module")
def kube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kube]:
    with in_memory.running(tmp_path_factory.mktemp("cluster")) as cluster:
        yield Kube(cluster.kubeconfig)


def test_objects_go_in_and_come_out(kube: Kube) -> None:
    assert kube.create(CONFIG_MAP)["metadata"]["namespace"] == "default"
    with pytest.raises(ApiError, match='configmaps "kept" already exists') as refused:
        kube.create(CONFIG_MAP)
    assert (refused.value.code, refused.value.reason) == (409, "AlreadyExists")
    assert kube.patch("configmap", "kept", {"data": {"b": "2"}})["data"] == {"a": "1", "b": "2"}
    assert [c["data"] for c in kube.list("cm", fields="metadata.name=kept")] == [{"a": "1", "b": "2"}]
    kube.delete("ConfigMap", "kept")
    kube.wait_gone("configmaps", "kept")
    with pytest.raises(ApiError, match='configmaps "kept" not found'):
        kube.get("cm", "kept")


def test_controllers_work_and_a_namespace_goes_with_what_is_in_it(kube: Kube) -> None:
    (made,) = kube.apply("{apiVersion: v1, kind: Namespace, metadata: {name: passing}}")
    inside = Kube(kube.kubeconfig, made["metadata"]["name"])
    inside.wait("sa", "default", bool)
    inside.create(CONFIG_MAP)
    kube.delete("ns", "passing")
    kube.wait_gone("ns", "passing")


def test_a_kind_that_was_defined_meanwhile_is_found(kube: Kube) -> None:
    with pytest.raises(ApiError, match=r"the API serves no greetings"):
        kube.list("greetings")
    kube.apply(LOOPKUBE / "examples" / "greetings.yaml")
    kube.wait("crd", "greetings.example.com", lambda d: d.get("status", {}).get("acceptedNames", {}).get("kind"))
    own = {"apiVersion": "example.com/v1", "kind": "Greeting", "metadata": {"name": "a"}, "spec": {"who": "you"}}
    assert kube.create(own)["spec"] == kube.get("greetings.example.com", "a")["spec"] == {"who": "you"}


def test_a_wait_says_what_it_saw_last(kube: Kube) -> None:
    with pytest.raises(TimeoutError, match=r"cm/none after 0\.05 s: not there"):
        kube.wait("cm", "none", bool, seconds=0.05)


def test_without_controllers_nothing_is_written_but_by_the_test(tmp_path: Path) -> None:
    with in_memory.running(tmp_path, controllers=False) as cluster:
        kube = Kube(cluster.kubeconfig)
        assert kube.list("sa") == []
        assert cluster.kubeconfig.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ApiError, match=cluster.url) as gone:
        kube.list("sa")
    assert gone.value.code == 503
    assert not [thread for thread in threading.enumerate() if thread.name == "loopkube" and thread.is_alive()][1:]


def test_each_test_has_a_namespace_on_the_sessions_cluster(tmp_path: Path) -> None:
    (tmp_path / "test_session.py").write_text(SESSION)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "loopkube.testing.plugin", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, "."], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert "5 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.long
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_from_the_shell_until_a_signal_and_not_a_moment_longer(ending: signal.Signals) -> None:
    """In the background of a script, as CI does it."""
    command = ["sh", "-c", f"trap '' INT; exec {sys.executable} -m loopkube"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    config = Path(process.stdout.readline().strip().removeprefix("export KUBECONFIG="))
    assert [node["metadata"]["name"] for node in Kube(config).list("nodes")] == ["kind-control-plane"]
    process.send_signal(ending)
    assert process.wait(20) == 0 and not config.parent.exists()
    with pytest.raises(FileNotFoundError):
        Kube(config)


@pytest.mark.long
def test_a_package_of_its_own_in_an_empty_environment(tmp_path: Path) -> None:
    """Built from the folder alone, with its examples: a kopf operator and a kr8s script. The wheel has the one schema
    that a cluster reads; the package with those of all versions (108 MB) stays out.
    """
    source = tmp_path / "source" / "loopkube"  # not where the command runs: it would import that
    shutil.copytree(LOOPKUBE, source, ignore=shutil.ignore_patterns("__pycache__"))
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / "bin" / "python")
    packages = [str(source), "pytest", "kopf", "kr8s", "kubernetes"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    for command in (
        [python, "-m", "pip", "install", "-q", *packages],
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(source / "examples")],
    ):
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    (site,) = (tmp_path / "venv" / "lib").glob("python3.*/site-packages")
    assert (site / "loopkube" / "upstream" / "definitions.json").exists()
    assert not (site / "kubernetes_validate").exists()
