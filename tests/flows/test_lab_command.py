"""The command `lab` on a running cluster: look, reset, and come back after `kill -9` with every object."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from ingress_lab.lab import Lab
from loopkube.cluster import ClusterInfo
from loopkube.process import owner

INGRESS = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: kept}
spec:
  ingressClassName: traefik
  rules:
    - host: kept.example.com
      http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: nobody, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
"""


def test_the_guard_knows_to_whom_the_cluster_of_a_test_belongs(cluster: ClusterInfo) -> None:
    guard = next(each for each in psutil.Process(cluster.pid).children() if "guard.py" in " ".join(each.cmdline()))
    assert guard.environ()[owner.VARIABLE] == str(os.getpid())


@pytest.fixture
def lab(cluster: ClusterInfo):
    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
        ports = {"INGRESS_LAB_HTTP_PORT": str(cluster.http_port), "INGRESS_LAB_HTTPS_PORT": str(cluster.https_port)}
        command = [sys.executable, "-m", "labtools.cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, env=os.environ | ports | environment)

    return run


def test_up_and_status_of_a_running_cluster(lab, cluster: ClusterInfo) -> None:
    again = lab("up")
    assert again.returncode == 0 and "already running" in again.stdout
    status = lab("status")
    assert status.returncode == 0 and f"http://127.0.0.1:{cluster.http_port}" in status.stdout


def test_reset_removes_what_the_lab_made_and_nothing_else(lab, cluster: ClusterInfo) -> None:
    made = Lab.connect("flow-reset")
    made.apply(INGRESS)
    made.apply(
        "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: mine}, spec: {controller: a.b/c}}"
    )
    done = lab("reset")
    assert done.returncode == 0, done.stderr
    assert {"namespace/flow-reset deleted", "ingressclass.networking.k8s.io/mine deleted"} <= set(
        done.stdout.splitlines()
    )
    assert {"traefik", "nginx"} == set(made.get("ingressclasses")["name"])
    assert {"traefik", "default", "kube-system"} <= set(made.get("namespaces")["name"])


def test_a_taken_port_is_named_with_its_owner(lab, tmp_path, cluster: ClusterInfo) -> None:
    refused = lab("up", INGRESS_LAB_HOME=str(tmp_path))
    assert refused.returncode == 1
    both = f"ports {cluster.http_port} and {cluster.https_port} of 127.0.0.1"
    assert f"{both} are taken by your lab in {cluster.folder}" in refused.stderr
    assert "lab up --http-port " in refused.stderr
    assert lab("status", INGRESS_LAB_HOME=str(tmp_path)).returncode == 1


def test_a_lab_on_a_machine_with_another_lab_takes_other_ports(lab, tmp_path, cluster: ClusterInfo) -> None:
    """Nobody has named the ports, so it goes on, and it has them again after `lab down`."""
    (tmp_path / "ports.json").write_text(f'{{"http": {cluster.http_port}, "https": {cluster.https_port}}}')
    own = {"INGRESS_LAB_HOME": str(tmp_path), "INGRESS_LAB_HTTP_PORT": "", "INGRESS_LAB_HTTPS_PORT": ""}
    try:
        first = lab("up", **own)
        assert first.returncode == 0, first.stderr
        assert f"are taken by your lab in {cluster.folder}" in first.stdout
        entry = next(line for line in first.stdout.splitlines() if line.startswith("  entry "))
        assert str(cluster.http_port) not in entry and entry in lab("status", **own).stdout
        assert lab("down", **own).returncode == 0
        second = lab("up", **own)
        assert entry in second.stdout and "are taken" not in second.stdout
    finally:
        lab("down", **own)


def test_nodes_are_stopped_and_started(lab, cluster: ClusterInfo) -> None:
    try:
        stopped = lab("node", "stop", "lab-worker2")
        assert stopped.returncode == 0 and "stop lab-worker2" in stopped.stdout
        assert lab("node", "stop", "lab-worker2").stdout.endswith("It was stopped already.\n")
        assert lab("node").stdout.split() == [
            "lab-control-plane", "running", "lab-worker", "running", "lab-worker2", "stopped",
        ]  # fmt: skip
        assert "stopped   lab-worker2: lab node start lab-worker2" in lab("status").stdout
    finally:
        again = lab("up")
    assert again.returncode == 0 and "start lab-worker2" in again.stdout
    assert "stopped" not in lab("node").stdout
    wrong = lab("node", "stop", "lab-wroker")
    assert wrong.returncode == 1 and 'the nearest is "lab-worker' in wrong.stderr
    nameless = lab("node", "start")
    assert nameless.returncode == 1 and "which node? lab node start NAME" in nameless.stderr


def test_nodes_of_a_cluster_that_does_not_run(lab, tmp_path) -> None:
    nowhere = lab("node", "stop", "lab-worker", INGRESS_LAB_HOME=str(tmp_path))
    assert nowhere.returncode == 1
    assert nowhere.stderr == "the cluster is not running. Start it:\n  lab up\n"


def test_a_killed_cluster_is_dead_and_comes_back_with_every_object(lab, cluster: ClusterInfo) -> None:
    made = Lab.connect("flow-killed")
    made.apply(INGRESS)
    made.wait_routed("http://kept.example.com/", status=503)
    found = lab("status").stdout
    process = psutil.Process(int(found.partition("process ")[2].partition(";")[0]))
    process.send_signal(signal.SIGKILL)
    psutil.wait_procs([process], timeout=10)
    dead = lab("status")
    assert dead.returncode == 1 and "dead" in dead.stdout
    back = lab("up")
    assert back.returncode == 0, back.stderr
    assert made.get("ingress")["name"].tolist() == ["kept"]
    made.wait_routed("http://kept.example.com/", status=503)
    made.clean_up()
