"""A kind cluster that is there: its nodes, its status, and its end."""

import json
from pathlib import Path

import pytest
from labcore.errors import UnknownName
from labtools import cli
from labtools.clusters import kind
from scene import QUICK, Scene


def test_stop_and_start_a_node(there: Scene, capsys) -> None:
    assert cli.main(["node", "start", "lab-worker", "--cluster", "kind"]) == 0
    assert there.of("docker", "start") == [] and "It was running already." in capsys.readouterr().out
    assert cli.main(["node", "stop", "lab-worker", "--cluster", "kind"]) == 0
    assert there.of("docker", "stop") == [["docker", "stop", "-t", "0", "lab-worker"]]
    assert cli.main(["node", "--cluster", "kind"]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "  lab-control-plane            running",
        "  lab-worker                   running",
        "  lab-worker2                  running",
    ]


def test_start_a_stopped_node(there: Scene) -> None:
    stopped = json.dumps({"Names": "lab-worker", "State": "exited", "Labels": "io.x-k8s.kind.role=worker"})
    there.answer("docker", "ps", "--all", out=stopped, ahead=True)
    assert kind.KindCluster(QUICK).stop_node("lab-worker") is False
    assert kind.KindCluster(QUICK).start_node("lab-worker") is True
    assert there.of("docker", "stop") == []
    assert there.of("docker", "start") == [["docker", "start", "lab-worker"]]


def test_a_wrong_node_names_the_nearest(there: Scene) -> None:
    with pytest.raises(UnknownName, match='the nearest is "lab-worker'):
        kind.KindCluster(QUICK).stop_node("lab-wroker")


def test_status_says_which_node_is_stopped_and_how_to_start_it(there: Scene, capsys) -> None:
    nodes = [("lab-control-plane", "running", "control-plane"), ("lab-worker", "exited", "worker")]
    lines = [json.dumps({"Names": n, "State": s, "Labels": f"io.x-k8s.kind.role={r}"}) for n, s, r in nodes]
    there.answer("docker", "ps", "--all", out="\n".join(lines), ahead=True)
    assert cli.main(["status", "--cluster", "kind"]) == 0
    assert "lab-worker: lab node start lab-worker --cluster kind" in capsys.readouterr().out


def test_status_without_docker(there: Scene, capsys) -> None:
    there.answer("docker", "ps", "--all", replay="nodocker-docker-ps", ahead=True)
    assert cli.main(["status", "--cluster", "kind"]) == 1
    assert "Docker is not running" in capsys.readouterr().out


def test_down_stops_and_delete_removes(there: Scene, state: Path, capsys) -> None:
    assert cli.main(["down", "--cluster", "kind"]) == 0
    assert there.of("docker", "stop") == [["docker", "stop", "lab-control-plane", "lab-worker", "lab-worker2"]]
    assert cli.main(["down", "--cluster", "kind", "--delete"]) == 0
    (delete,) = there.of("kind", "delete")
    assert delete[-2:] == ["--kubeconfig", str(state / "kind" / "kubeconfig")]
    assert not (state / "kind" / "cluster.json").exists()
    assert cli.main(["down", "--cluster", "kind"]) == 0
    assert "There was no kind cluster" in capsys.readouterr().out


def test_without_a_kind_cluster_down_and_status_ask_nobody(scene: Scene) -> None:
    assert cli.main(["down", "--cluster", "kind", "--delete"]) == 0
    assert cli.main(["status", "--cluster", "kind"]) == 1
    assert scene.calls == []


def test_down_all_takes_the_kind_cluster_along(there: Scene, capsys) -> None:
    assert cli.main(["down", "--all", "--delete"]) == 0
    assert len(there.of("kind", "delete")) == 1
    assert capsys.readouterr().out.splitlines() == [
        "local: There was no cluster.",
        "kind: The kind cluster is removed, with every object.",
    ]


def test_a_control_plane_is_started_when_its_api_answers(there: Scene) -> None:
    lines = [{"Names": "lab-control-plane", "State": "exited", "Labels": "io.x-k8s.kind.role=control-plane"}]
    there.answer("docker", "ps", "--all", out="\n".join(map(json.dumps, lines)), ahead=True)
    forbidden = (
        'Error from server (Forbidden): nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes"\n'
    )
    there.answer("kubectl", "get", "nodes", replay="controlplane-stopped-kubectl", times=1)
    there.answer("kubectl", "get", "nodes", rc=1, err=forbidden, times=1)
    there.answer("kubectl", "get", "nodes", out="NAME STATUS\n")
    assert kind.KindCluster(QUICK).start_node("lab-control-plane")
    assert len(there.of("kubectl", "get", "nodes")) == 3


def test_status_of_the_local_cluster_tells_of_a_kind_cluster_that_runs(there: Scene, capsys) -> None:
    cli.main(["status", "--cluster", "local"])
    said = capsys.readouterr().out
    assert "The kind cluster is running" in said and "lab status --cluster kind" in said
