"""`lab up --cluster kind` when something is wrong: a clean end, and the fix in a sentence."""

import json
import os
import socket
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from labcore import clusters
from labcore.clusters.base import UpOptions
from labcore.errors import LabError, NoCluster
from labtools.clusters import kind
from scene import QUICK, STAND_INS, Scene, cause, goes_well, up


@pytest.mark.parametrize(
    ("replay", "named"),
    [
        ("nodocker-docker-ps", "docker-down"),
        ("dockerperm-get-clusters", "docker-permission"),
    ],
)
def test_docker_that_cannot_be_asked(
    scene: Scene, port: int, state: Path, replay: str, named: str, real_programs: None
) -> None:
    scene.answer("docker", "ps", replay=replay)
    assert cause() == named
    assert len(scene.calls) == 1 and not (state / "kind" / "cluster.json").exists()


def test_no_docker_program(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    assert cause() == "no-docker"


@pytest.mark.parametrize(
    ("replay", "named"),
    [
        ("create-image-no-pull", "image-pull"),
        ("create-port-taken-by-cluster", "port-taken"),
        ("create-port-taken-by-process", "port-taken"),
        ("create-exists", "name-taken"),
        ("create-kubelet-never-starts", "kubelet"),
        ("create-config-unknown-field", "kind-file"),
        ("nodocker-create", "docker-down"),
    ],
)
def test_a_creation_that_fails_leaves_no_trace(well: Scene, state: Path, replay: str, named: str) -> None:
    well.answer("kind", "create", replay=replay, ahead=True)
    assert cause() == named
    left = {path.name for path in (state / "kind").iterdir()}
    assert left == {"kind.log", "lock"}
    with pytest.raises(NoCluster, match="lab up --cluster kind"):
        clusters.access("kind")


def test_a_retained_node_is_forgotten_only_by_down(well: Scene) -> None:
    well.answer("kind", "create", replay="create-kubelet-never-starts", ahead=True)
    assert cause(own={"retain": True}) == "kubelet"
    assert "--retain" in well.of("kind", "create")[0]
    assert "removed" in kind.KindCluster(QUICK).down(delete=True)
    assert len(well.of("kind", "delete")) == 1


def test_the_name_is_taken_by_a_cluster_of_somebody_else(scene: Scene, port: int) -> None:
    scene.answer("docker", "ps", replay="docker-ps-nodes-json")
    assert cause() == "name-taken"
    assert [call[:2] for call in scene.calls] == [["docker", "ps"]], "and nothing of theirs is touched"


def test_another_name_can_be_chosen(well: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_KIND_NAME", "lab2")
    access, _ = up()
    assert access.context == "kind-lab2" and "lab2" in well.of("kind", "create")[0]


def test_an_interrupted_creation_is_removed_before_the_next(well: Scene, state: Path) -> None:
    (state / "kind").mkdir(parents=True)
    record = {"name": "lab", "state": "creating", "http_port": 1, "https_port": 2}
    (state / "kind" / "cluster.json").write_text(json.dumps(record))
    well.answer("docker", "ps", "--all", replay="docker-ps-nodes-json", times=1, ahead=True)
    _, steps = up()
    assert "remove an interrupted creation" in steps
    assert [call[1] for call in well.of("kind")[:2]] == ["delete", "create"]


def test_a_lock_that_a_killed_kind_left_is_no_obstacle(well: Scene, state: Path) -> None:
    (state / "kind").mkdir(parents=True)
    (state / "kind" / "kubeconfig.lock").touch()
    up()
    assert not (state / "kind" / "kubeconfig.lock").exists()


def test_a_node_that_never_becomes_ready_is_named(well: Scene, real_programs: None) -> None:
    told = "error: timed out waiting for the condition on nodes/lab-worker"
    well.answer("kubectl", "wait", rc=1, err=told, ahead=True)
    well.answer("kubectl", "get", "nodes", replay="kubectl-get-nodes-just-after-create-3")
    with pytest.raises(kind.KindFailed) as failed:
        up()
    assert failed.value.cause == "node-not-ready"
    assert failed.value.message.startswith("lab-worker, lab-worker2 did not become Ready within 2 s. Why:\n  kubectl ")
    assert well.of("kind", "delete") == [], "it may only be slow: the next up continues"


def test_nodes_that_never_join_are_ended_and_removed(well: Scene) -> None:
    """Too few inotify instances: kind waits without a word."""
    well.answer("kind", "create", replay="create-inotify-40-3-nodes", hang=True, ahead=True)
    well.answer("docker", "ps", "--all", times=2, ahead=True)
    with pytest.raises(kind.KindFailed) as failed:
        kind.KindCluster(replace(QUICK, kind_silence=2)).up(UpOptions(), lambda step: None)
    assert failed.value.cause == "late" and "fs.inotify.max_user_instances=512" in failed.value.message
    assert len(well.of("kind", "delete")) == 1


def test_an_image_that_the_node_cannot_pull(well: Scene) -> None:
    well.answer("kubectl", "rollout", rc=1, err="error: timed out waiting for the condition", ahead=True)
    well.answer("kubectl", "get", "pods", replay="pod-image-not-loaded")
    assert cause() == "controller-image"


def test_an_application_image_that_cannot_be_pulled(well: Scene) -> None:
    words = 'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup: no such host'
    well.answer("docker", "image", "inspect", "python:3.13-alpine", rc=1, ahead=True)
    well.answer("docker", "pull", rc=1, err=words)
    with pytest.raises(kind.KindFailed, match=r"the image python:3\.13-alpine cannot be pulled: no name server"):
        up()


def test_no_kubectl_is_said_before_anything_is_made(
    well: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("kind", "docker"):
        (tools / name).symlink_to(STAND_INS / name)
    monkeypatch.setenv("PATH", str(tools))
    assert cause() == "no-kubectl" and well.calls == []


def test_a_docker_that_prints_no_json(scene: Scene, port: int) -> None:
    scene.answer("docker", "ps", out="json\njson\n")
    assert cause() == "unknown"


def test_nobody_listens_behind_the_mapped_port(well: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("INGRESS_LAB_HTTP_PORT", str(unused.getsockname()[1]))
    with pytest.raises(kind.KindFailed) as failed:
        up()
    assert failed.value.cause == "entry" and "is stopped" in failed.value.message


@pytest.mark.parametrize("options", [{"http_port": 9081}, {"controller": "ingress-nginx"}])
def test_what_was_fixed_at_creation_is_not_changed_in_silence(there: Scene, options: dict) -> None:
    with pytest.raises(LabError, match="lab down --cluster kind --delete"):
        up(**options)


def test_two_at_once(well: Scene, state: Path) -> None:
    cluster = kind.KindCluster(QUICK)
    with cluster.records.working(), pytest.raises(LabError, match="another `lab` is at work"):
        up()


# -- ports that are taken: said before anything is made


def test_a_port_taken_by_a_process(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    goes_well(scene)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        with pytest.raises(LabError, match=f"port {number} of 127.0.0.1 is taken by .* \\(process {os.getpid()}\\)"):
            up(http_port=number)
    assert scene.of("kind") == []


def test_a_port_taken_by_a_container_names_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from loopkube.cluster import PortTaken

    goes_well(scene)
    scene.answer("docker", "ps", "--filter", "publish=8080", out="shop-web-1\n", ahead=True)

    def claim(*ports: int) -> None:
        if 8080 in ports:
            raise PortTaken(8080)

    monkeypatch.setattr("loopkube.cluster.claim_ports", claim)
    with pytest.raises(LabError, match="taken by the container shop-web-1") as failed:
        up()
    assert "lab up --cluster kind --http-port 9080" in failed.value.message
