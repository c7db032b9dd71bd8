"""What a person reads for every failure that was recorded of kind, docker and kubectl."""

from pathlib import Path

import pytest
from labtools.clusters.kind import failures
from labtools.clusters.kind.causes import ClusterFacts
from scene import STAND_INS, transcript

RECORDINGS = STAND_INS.parents[1] / "recordings" / "kind"
FACTS = ClusterFacts("kind", Path(".lab/kind/kubeconfig"), Path(".lab/kind/kind.log"), Path("manifests/cluster.yaml"))

READ = {
    "nodocker-create": ("docker-down", "Docker is not running. Start it:\n"),
    "nodocker-delete": ("docker-down", "then the same command again"),
    "nodocker-docker-info": ("docker-down", "Docker is not running"),
    "nodocker-docker-ps": ("docker-down", "Docker is not running"),
    "nodocker-get-clusters": ("docker-down", "Docker is not running"),
    "nodocker-get-kubeconfig": ("docker-down", "Docker is not running"),
    "nodocker-get-nodes": ("docker-down", "Docker is not running"),
    "nodocker-load-archive": ("docker-down", "Docker is not running"),
    "nodocker-load-docker-image": ("image-missing", "docker pull traefik:v3.7"),
    "nodocker-kubectl": ("api-refused", "the cluster's API does not answer"),
    "nocli-create": ("docker-missing", "there is no program docker on PATH. Install it:\n"),
    "nocli-get-clusters": ("docker-missing", "docs.docker.com/engine/install"),
    "dockerperm-create": ("docker-permission", "sudo usermod -aG docker $USER"),
    "dockerperm-get-clusters": ("docker-permission", "this account may not use Docker"),
    "create-exists": ("name-taken", 'there is a kind cluster "kind" already'),
    "create-exists-noconfig": ("name-taken", "kind delete cluster --name kind"),
    "controlplane-stopped-create": ("name-taken", "stopped nodes count, too"),
    "after-sigint-a-create": ("name-taken", "kind delete cluster --name kind"),
    "create-port-taken-by-cluster": ("port-taken", "port 8080 of this machine is taken by another container"),
    "create-port-taken-by-process": ("port-taken", "port 8080 of this machine is taken by a program of this machine"),
    "create-image-default-no-pull": ("image-pull", "the image kindest/node:v1.37.0 cannot be pulled: no name server"),
    "create-image-no-pull": ("image-pull", "lab images load FOLDER"),
    "kind27-create-default-no-pull": ("image-pull", "the image kindest/node:v1.32.2 cannot be pulled"),
    "create-kubelet-never-starts": ("kubelet", "docker exec cfg-control-plane journalctl --unit kubelet"),
    "kind27-create-1.36-node-list": ("kubelet", "the kubelet of node p-control-plane did not start, or kubeadm"),
    "create-bad-flag": ("kind-too-old", "this kind does not know --nme"),
    "create-bad-name": ("cluster-name", '"Bad_Name" cannot be a cluster\'s name'),
    "create-config-bad-port": ("kind-file", "kind does not take manifests/cluster.yaml: invalid configuration"),
    "create-config-bad-role": ("kind-file", '"master" is not a valid node role'),
    "create-config-bad-version": ("kind-file", "unknown apiVersion: kind.x-k8s.io/v1alpha9"),
    "create-config-bad-yaml": ("kind-file", "yaml: line 5: mapping values are not allowed"),
    "create-config-dup-port": ("kind-file", "port mapping with same listen address"),
    "create-config-missing-file": ("kind-file", "open nosuch.yaml: no such file or directory"),
    "create-config-no-cp": ("kind-file", "must have at least one control-plane node"),
    "create-config-unknown-field": ("kind-file", "field extraPortMapping not found"),
    "create-patch-notyaml": ("kind-file", "failed to parse patches"),
    "export-kubeconfig-locked": ("kubeconfig-locked", "rm <dir>/kube/config.lock"),
    "get-kubeconfig-missing": ("no-cluster", "lab up --cluster kind"),
    "load-docker-image-no-cluster": ("no-cluster", "there is no such kind cluster"),
    "load-image-archive-no-cluster": ("no-cluster", "there is no such kind cluster"),
    "deleted-kubectl-context": ("no-cluster", "there is no such kind cluster"),
    "after-sigint-starting-cp-kubectl": ("no-cluster", "there is no such kind cluster"),
    "deleted-kubectl": ("api-refused", "the cluster's API does not answer"),
    "controlplane-stopped-kubectl": ("api-refused", "its control plane is stopped or still starting"),
    "controlplane-stopped-get-kubeconfig": ("node-stopped", "lab node start kind-control-plane --cluster kind"),
    "load-image-archive-node-stopped": ("node-stopped", "node kind-worker is stopped"),
    "load-docker-image-missing": ("image-missing", "Docker does not have the image shop:v9"),
    "load-image-archive-missing-file": ("archive", "nosuch.tar is not a whole image archive"),
    "load-image-archive-not-an-archive": ("archive", "lab images save FOLDER"),
    "inspect-ip-missing": ("node-missing", "there is no node kind-worker9"),
}
ENDED_FROM_OUTSIDE = {"create-inotify-40-3-nodes"}  # ended by `timeout`, as the lab ends it: see failures.late
PROGRAMS = {"kind", "docker", "kubectl", "timeout", "setpriv"}


@pytest.mark.parametrize("name", READ)
def test_a_recorded_failure_has_a_cause_and_a_mend(name: str) -> None:
    told = transcript(name)
    cause, words = READ[name]
    error = failures.failed("creating the cluster", f"{told['stdout']}\n{told['stderr']}", FACTS)
    assert error.cause == cause
    assert words in error.message
    assert error.message.startswith("creating the cluster failed: ") and ".lab/kind/kind.log" in error.message
    assert len(error.message) < 800, "a person reads this, not kind's 34 kB"


def test_no_recorded_failure_is_left_out() -> None:
    recorded = {path.stem for path in RECORDINGS.glob("*.json")}
    failed = {n for n in recorded if transcript(n)["rc"] > 0 and transcript(n)["command"][0] in PROGRAMS}
    assert failed == set(READ) | ENDED_FROM_OUTSIDE


def test_no_recorded_success_is_taken_for_a_failure_that_it_mentions() -> None:
    """`Deleting cluster`, `No kind clusters found.` and warnings about cgroups are no failures: rc decides."""
    assert transcript("get-clusters-none")["rc"] == transcript("delete-none")["rc"] == 0


@pytest.mark.parametrize(
    ("printed", "cause", "words"),
    [
        ("Error response from daemon: manifest unknown", "unknown", "manifest unknown"),
        ("docker pull x:1\nError response from daemon: manifest unknown", "image-pull", "has no such image"),
        ("docker pull x:1\ntoomanyrequests: You have reached your pull rate limit", "image-pull", "docker login"),
        ("docker pull x:1\nx509: certificate signed by unknown authority", "image-pull", "a proxy that opens TLS"),
        ("write /x: no space left on device", "disk", "docker system prune"),
        ("failed to connect to the docker API at unix:///var/run/docker.sock", "docker-down", "not running"),
        ("", "unknown", "no output"),
        ("x" * 5000, "unknown", "xxx ..."),
    ],
)
def test_other_words(printed: str, cause: str, words: str) -> None:
    error = failures.failed("a step", printed, FACTS)
    assert error.cause == cause and words in error.message and len(error.message) < 600


def test_a_port_above_64000_gets_a_lower_neighbour() -> None:
    printed = "Bind for 127.0.0.1:65000 failed: port is already allocated"
    assert "--http-port 64000" in failures.failed("a step", printed, FACTS).message


@pytest.mark.parametrize("name", ["kind", "docker", "kubectl"])
def test_a_missing_program_says_where_to_get_it(name: str) -> None:
    error = failures.missing_program(name)
    assert error.cause == f"no-{name}" and "https://" in error.message
