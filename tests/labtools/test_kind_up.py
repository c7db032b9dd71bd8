"""`lab up --cluster kind` when all goes well: the commands in order, told by stand-ins."""

import io
import json
import urllib.error
from pathlib import Path

import pytest
from labcore.machine import paths
from labtools import cli
from labtools.clusters import kind
from labtools.clusters.kind import controllers
from scene import QUICK, Scene, cause, up

PINNED = "kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed"
KUBECTL = "kubectl --kubeconfig kind/kubeconfig --context kind-lab"


def test_the_exact_commands_of_a_first_start(well: Scene, state: Path, port: int, real_programs: None) -> None:
    access, steps = up()
    project = paths.project()
    assert well.lines(state, project) == [
        "docker ps --all --filter label=io.x-k8s.kind.cluster=lab --format {{json .}}",
        "docker image inspect --format {{.Id}} kindest/node:v1.36.2",
        "docker image inspect --format {{.Id}} kindest/node:v1.36.4",
        f"kind create cluster --name lab --config kind/cluster.yaml --image {PINNED} --kubeconfig kind/kubeconfig",
        f"{KUBECTL} wait --for=condition=Ready nodes --all --timeout=2s",
        "docker image inspect --format {{.Id}} python:3.13-alpine",
        "kind load docker-image python:3.13-alpine --name lab",
        "docker image inspect --format {{.Id}} traefik:v3.7",
        "kind load docker-image traefik:v3.7 --name lab",
        "docker image inspect --format {{.Id}} nginx:1.31",
        "docker image inspect --format {{.Id}} envoyproxy/envoy:v1.40-latest",
        "docker image inspect --format {{.Id}} caddy:2.11",
        f"{KUBECTL} apply -f manifests/controllers/traefik",
        f"{KUBECTL} rollout status daemonset/traefik --namespace traefik --timeout=2s",
    ]
    assert steps[:4] == ["look at Docker", "kind: ensuring node image (kindest/node:v1.36.2)", "kind: preparing nodes",
                         "kind: writing configuration"]  # fmt: skip
    assert steps[-1] == "first answer"
    assert (access.name, access.context, access.entry.http_port) == ("kind", "kind-lab", port)
    assert access.kubeconfig == state / "kind" / "kubeconfig"


def test_with_the_usual_ports_the_projects_own_file_is_used(well: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INGRESS_LAB_HTTP_PORT")
    monkeypatch.setattr("labtools.clusters.shared.answering.wait", lambda *_, **__: "answers")
    up()
    (create,) = well.of("kind", "create")
    assert create[create.index("--config") + 1] == str(paths.project() / "manifests" / "cluster.yaml")


def test_other_ports_go_into_a_copy_of_the_kind_file(well: Scene, state: Path, port: int) -> None:
    import yaml

    up(https_port=9443)
    made = yaml.safe_load((state / "kind" / "cluster.yaml").read_text())
    assert [m["hostPort"] for m in made["nodes"][0]["extraPortMappings"]] == [port, 9443]
    original = yaml.safe_load((paths.project() / "manifests" / "cluster.yaml").read_text())
    assert made["nodes"][1:] == original["nodes"][1:] and made["name"] == original["name"]


def test_a_node_image_that_is_here_is_not_pulled(well: Scene) -> None:
    well.answer("docker", "image", "inspect", "kindest/node:v1.36.4", ahead=True)
    up()
    assert "kindest/node:v1.36.4" in well.of("kind", "create")[0]


def test_images_of_further_controllers_are_loaded_where_somebody_brought_them(well: Scene) -> None:
    well.answer("docker", "image", "inspect", "nginx:1.31", ahead=True)
    well.answer("kind", "load", "docker-image", "nginx:1.31", replay="load-docker-image-ok")
    up()
    assert [call[3] for call in well.of("kind", "docker-image")][2:] == ["nginx:1.31"]
    assert well.of("docker", "pull") == []


def test_images_that_are_not_here_are_pulled_once_and_loaded(well: Scene) -> None:
    well.answer("docker", "image", "inspect", "traefik:v3.7", rc=1, ahead=True)
    well.answer("docker", "pull")
    up()
    assert [call[-1] for call in well.of("docker", "pull")] == ["traefik:v3.7"]


def test_an_incomplete_image_index_is_loaded_as_an_archive_of_one_platform(well: Scene) -> None:
    """kind issue 3795: Docker's containerd image store."""
    told = "ERROR: failed to load image: ...\nCommand Output: ctr: content digest sha256:42: not found"
    well.answer("kind", "load", "docker-image", "traefik:v3.7", rc=1, err=told, ahead=True)
    well.answer("docker", "save")
    well.answer("kind", "load", "image-archive", replay="load-image-archive-ok")
    up()
    assert "--platform" in well.of("docker", "save")[0]
    assert well.of("kind", "image-archive")[0][3].endswith("traefik_v3.7.tar")


def test_everything_printed_is_in_the_log(well: Scene, state: Path, real_programs: None) -> None:
    up()
    log = (state / "kind" / "kind.log").read_text()
    assert "$ kind create cluster --name lab" in log and "✓ Joining worker nodes" in log and "-> 0" in log


def test_a_second_up_is_short(there: Scene) -> None:
    before = len(there.calls)
    up()
    assert [call[0:2] for call in there.calls[before:]] == [["docker", "ps"], ["kubectl", "--kubeconfig"]]


def test_stopped_nodes_are_started_and_nothing_is_created(there: Scene) -> None:
    stopped = '{"Names": "lab-control-plane", "State": "exited", "Labels": "io.x-k8s.kind.role=control-plane"}\n'
    there.answer("docker", "ps", "--all", out=stopped, ahead=True)
    before = len(there.calls)
    up()
    assert ["docker", "start", "lab-control-plane"] in there.calls[before:]
    assert there.of("kind", "create") == []


def test_a_control_plane_that_is_just_starting_refuses_for_a_while(well: Scene) -> None:
    well.answer("kubectl", "wait", replay="controlplane-stopped-kubectl", times=3, ahead=True)
    up()
    assert len(well.of("kubectl", "wait")) == 4


def test_an_api_that_has_not_read_its_rules_yet_is_asked_again(well: Scene) -> None:
    """As after each `lab down` or restart of Docker, for a third of a second."""
    said = (
        'nodes is forbidden: User "kubernetes-admin" cannot list resource "nodes" in API group "" at the cluster scope'
    )
    well.answer("kubectl", "wait", rc=1, err=f"Error from server (Forbidden): {said}\n", times=2, ahead=True)
    up()
    assert len(well.of("kubectl", "wait")) == 3


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controllers.urllib.request, "urlopen", lambda *_, **__: io.BytesIO())


def test_ingress_nginx_without_a_network_is_said_first(well: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise urllib.error.URLError("Temporary failure in name resolution")

    monkeypatch.setattr(controllers.urllib.request, "urlopen", unreachable)
    assert cause(controller="ingress-nginx") == "controller-source"
    assert well.of("kind", "create") == []
    well.answer("docker", "ps", "--all", times=1, ahead=True)
    up()
    assert "daemonset/traefik" in well.of("kubectl", "rollout")[0]


def test_a_controller_that_could_not_be_applied_may_be_another_one(well: Scene, state: Path, network: None) -> None:
    well.answer(
        "kubectl", "apply", rc=1, err="error: unable to read URL: dial tcp: no such host\n", times=1, ahead=True
    )
    assert cause(controller="ingress-nginx") == "unknown"
    up()
    assert len(well.of("kind", "create")) == 1 and "daemonset/traefik" in well.of("kubectl", "rollout")[0]
    assert json.loads((state / "kind" / "cluster.json").read_text())["controller"] == "traefik"


def test_ingress_nginx_comes_from_its_official_address_and_is_marked(
    well: Scene, capsys, port: int, network: None
) -> None:
    assert cli.main(["up", "--cluster", "kind", "--controller", "ingress-nginx"]) == 0
    (apply,), (patch,), (rollout,) = (well.of("kubectl", word) for word in ("apply", "patch", "rollout"))
    assert apply[-1] == (
        "https://raw.githubusercontent.com/kubernetes/ingress-nginx/controller-v1.15.1/deploy/static/provider/kind/"
        "deploy.yaml"
    )
    assert json.loads(patch[-1])["spec"]["template"]["spec"]["nodeSelector"] == {"ingress-ready": "true"}
    assert "deployment/ingress-nginx-controller" in rollout
    assert "retired since March 2026" in capsys.readouterr().out


def test_cloud_provider_kind_runs_beside_the_cluster_and_ends_with_it(well: Scene) -> None:
    up(own={"load_balancer": True})
    (run,) = well.of("docker", "run")
    assert "registry.k8s.io/cloud-provider-kind/cloud-controller-manager:v0.12.0" in run
    assert "--enable-default-ingress=false" in run and "--gateway-channel=disabled" in run
    kind.KindCluster(QUICK).down()
    assert well.of("docker", "rm")[-1][-1] == "lab-cloud-provider-kind"
