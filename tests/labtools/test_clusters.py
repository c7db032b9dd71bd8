"""Which cluster is chosen, and what is said of those that are not there."""

from pathlib import Path

import pytest
from labcore import clusters
from labcore.errors import BadArgument, LabError, NoCluster
from labcore.kube.api import Api
from labcore.machine import paths
from labtools import cli
from labtools.clusters.shared.cluster_file_choice import config_for
from loopkube.process import origin


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path))
    monkeypatch.delenv("INGRESS_LAB_CLUSTER", raising=False)
    return tmp_path


def test_local_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert clusters.chosen() == "local"
    monkeypatch.setenv("INGRESS_LAB_CLUSTER", "kind")
    assert clusters.chosen() == "kind" and clusters.chosen("context:team") == "context:team"


@pytest.mark.parametrize("name", ["minikube", "context:", "context"])
def test_an_unknown_cluster_is_refused(name: str) -> None:
    with pytest.raises(BadArgument, match="local, kind or context:NAME"):
        clusters.chosen(name)


def test_kind_says_how_to_make_one(state: Path) -> None:
    with pytest.raises(NoCluster, match="lab up --cluster kind"):
        clusters.access("kind")


def test_a_kubeconfig_that_cannot_be_used(state: Path) -> None:
    with pytest.raises(NoCluster, match="cannot be used"):
        Api.connect(state / "no-such-file")


def test_nobody_answers_is_said(state: Path) -> None:
    path = state / "kubeconfig"
    path.write_text(
        "{apiVersion: v1, kind: Config, current-context: x, contexts: [{name: x, context: {cluster: x, user: x}}], "
        "clusters: [{name: x, cluster: {server: 'https://127.0.0.1:1'}}], users: [{name: x, user: {token: t}}]}"
    )
    with pytest.raises(NoCluster, match=r"nobody answers at https://127\.0\.0\.1:1"):
        Api.connect(path).request("get", "/version")


def test_the_project_is_found_from_below_and_from_elsewhere(tmp_path: Path) -> None:
    root = paths.project(Path(paths.__file__))
    assert (root / "manifests" / "cluster.yaml").exists()
    assert paths.project(root / "notebooks") == root
    assert paths.project(tmp_path) == root


@pytest.mark.parametrize("asked", [["--controller", "none"], ["--config", "manifests/cluster-one-node.yaml"]])
def test_what_only_the_local_cluster_leaves_out(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["up", "--cluster", "kind", *asked]) == 1
    said = capsys.readouterr().err
    assert asked[0] in said and "kind" in said


def test_a_cluster_keeps_the_file_it_was_made_from(state: Path) -> None:
    one_node = paths.project() / "manifests" / "cluster-one-node.yaml"
    default = one_node.with_name("cluster.yaml")
    assert config_for("") == default and config_for(str(one_node)) == one_node
    (state / "cluster").mkdir()
    origin.write(state / "cluster", str(one_node), ["kind-control-plane"])
    assert config_for("") == one_node and config_for(str(one_node)) == one_node
    with pytest.raises(LabError, match=r"nodes kind-control-plane; .*cluster.yaml asks for lab-control-plane, "):
        config_for(str(default))
    more = state / "more.yaml"
    more.write_text(one_node.read_text() + "  - role: worker\n")
    assert config_for(str(more)) == more
    (state / "cluster" / origin.NAME).write_text("{")
    assert config_for("") == default


def test_a_cluster_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["up", "--config", "no-such.yaml"]) == 1
    assert "there is no cluster file no-such.yaml" in capsys.readouterr().err
