"""What a Pod cannot do where it has a network, files and processes of its own: as a container elsewhere."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import yaml
from kubectl import Kubectl
from loopkube import cluster
from loopkube.node.isolation import trial as containers
from loopkube.node.network import trial

REFUSAL = trial.refusal() or containers.refusal()
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=REFUSAL)
LOOK = """
import ctypes, fcntl, json, os, socket, ssl, sys, urllib.error, urllib.request
cluster, folder, victim, port, api = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]


def refused(what):
    try:
        what()
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        return type(error).__name__
    return "done"


def set_up(name, request):
    with socket.socket() as sock:
        fcntl.ioctl(sock, request, name + bytes(40 - len(name)))


def read(path):
    with open(path, "rb") as file:
        if not file.read(1):
            raise FileNotFoundError


def seen():
    found = []
    for number in {n for n in os.listdir("/proc") if n.isdigit()} - {str(os.getpid())}:
        with open(f"/proc/{number}/cmdline") as file:
            found.append(file.read())
    return found


def open_api():
    context = ssl._create_unverified_context()
    return urllib.request.urlopen(f"https://{api}/api/v1/secrets", timeout=5, context=context)


with open("/proc/self/status") as file:
    status = {line.partition(":")[0]: line.partition(":")[2].strip() for line in file}
effective, bounding = (int(status[name], 16) for name in ("CapEff", "CapBnd"))
print(json.dumps({
    "sees others": any(victim in line or "loopkube.process" in line for line in seen()),
    "signals the cluster": refused(lambda: os.kill(cluster, 0)),
    "signals all": refused(lambda: os.kill(-1, 0)),
    "reads the state": refused(lambda: read(f"{folder}/cluster/state.db")),
    "reads the administrator's rights": refused(lambda: read(f"{folder}/kubeconfig")),
    "reaches this machine": refused(lambda: socket.create_connection(("127.0.0.1", port), 2)),
    "reads Secrets": refused(open_api),
    "may change its network": bool(effective >> 12 & 1),
    "takes its card down": refused(lambda: set_up(b"eth0", 0x8914)),
    "adds a bridge": refused(lambda: set_up(b"own0", 0x89A0)),
}))
"""


@pytest.fixture
def info(tmp_path: Path) -> Iterator[cluster.ClusterInfo]:
    config = tmp_path / "cluster.yaml"
    config.write_text("kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n")
    try:
        yield cluster.start(tmp_path, config=config, http_port=0, https_port=0, containers="isolated")
    finally:
        cluster.stop(tmp_path)


def test_a_pod_stays_within_its_own(info: cluster.ClusterInfo) -> None:
    kubectl = Kubectl(info.kubeconfig)
    kubectl.out("apply", "-f", "-", given=_pod("victim", ["sleep", "987"], "Always"))
    kubectl.out("wait", "--for=condition=Ready", "pod/victim", "--timeout=20s")
    with socket.create_server(("127.0.0.1", 0)) as service:
        service.settimeout(0.1)
        arguments = [str(info.pid), str(info.folder), "987", str(service.getsockname()[1])]
        api = kubectl.out("get", "service", "kubernetes", "-o", "jsonpath={.spec.clusterIP}")
        kubectl.out("apply", "-f", "-", given=_pod("nosy", ["python", "-c", LOOK, *arguments, api], "Never"))
        done = kubectl("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/nosy", "--timeout=20s")
        assert not done.returncode, kubectl("logs", "nosy").stdout
        with pytest.raises(TimeoutError):
            service.accept()
    assert json.loads(kubectl.out("logs", "nosy")) == {
        "sees others": False,
        "signals the cluster": "ProcessLookupError",
        "signals all": "ProcessLookupError",
        "reads the state": "FileNotFoundError",
        "reads the administrator's rights": "FileNotFoundError",
        "reaches this machine": "ConnectionRefusedError",
        "reads Secrets": 403,
        "may change its network": False,
        "takes its card down": "PermissionError",
        "adds a bridge": "PermissionError",
    }
    assert kubectl.out("get", "pod", "victim", "-o", "jsonpath={.status.containerStatuses[0].restartCount}") == "0"


def test_nothing_stays_mounted_or_running_after_a_kill(info: cluster.ClusterInfo) -> None:
    kubectl = Kubectl(info.kubeconfig)
    kubectl.out("apply", "-f", "-", given=_pod("victim", ["sleep", "987"], "Always"))
    kubectl.out("wait", "--for=condition=Ready", "pod/victim", "--timeout=20s")
    children = psutil.Process(info.pid).children(recursive=True)
    assert any("987" in child.cmdline() for child in children)
    os.kill(info.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=5)
    assert [process.cmdline() for process in alive] == []
    assert str(info.folder) not in Path("/proc/self/mountinfo").read_text()


def _pod(name: str, command: list[str], restart: str) -> str:
    container = {"name": "c", "image": "python:3.13", "command": command}
    spec = {
        "restartPolicy": restart,
        "terminationGracePeriodSeconds": 1,
        "automountServiceAccountToken": False,
        "containers": [container],
    }
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec})
