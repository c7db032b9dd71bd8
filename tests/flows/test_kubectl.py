"""A learner's first commands, typed with kubectl 1.37 against one cluster, as an ordinary user."""

import json
import os
import select
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from kubectl import Kubectl, program
from loopkube.api import certificates
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.skipif(not program(), reason="kubectl is not installed")
IMAGE = "--image=python:3.13"
SLEEP = "import time; print('began', flush=True); time.sleep(600)"
WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 0
      containers:
      - name: web
        image: python:3.13
        command: [python, -um, http.server, "8000"]
        ports: [{containerPort: 8000}]
        readinessProbe: {httpGet: {path: /, port: 8000}}
        resources: {requests: {cpu: 10m, memory: 16Mi}}
        volumeMounts: [{name: data, mountPath: /data}]
      volumes: [{name: data, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8000}]}
---
apiVersion: v1
kind: Service
metadata: {name: pods}
spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8000}]}
"""


@pytest.fixture(scope="module")
def kubectl(cluster: ClusterInfo) -> Iterator[Kubectl]:
    made = Kubectl(cluster.kubeconfig, "typed")
    made.out("create", "namespace", "typed")
    made.out("apply", "--server-side", "-f", "-", given=WEB)
    made.out("rollout", "status", "deployment/web", "--timeout=30s")
    yield made
    made.out("delete", "namespace", "typed", "--wait=false")


@pytest.fixture(scope="module")
def sleeper(kubectl: Kubectl) -> str:
    """A Pod that does nothing."""
    kubectl.out("run", "sleeper", IMAGE, "--restart=Never", "--", "python", "-c", SLEEP)
    kubectl.out("wait", "--for=condition=Ready", "pod/sleeper", "--timeout=20s")
    return "sleeper"


def first_line(process: subprocess.Popen, wanted: str, seconds: float = 20) -> str:
    """Read what a command prints until a line holds `wanted`."""
    assert process.stdout
    seen, deadline, descriptor = "", time.monotonic() + seconds, process.stdout.fileno()
    while time.monotonic() < deadline and select.select([descriptor], [], [], seconds)[0]:
        piece = os.read(descriptor, 65536).decode()
        seen += piece
        line = next((line for line in seen.splitlines() if wanted in line), "")
        if line or not piece:
            return line
    return ""


def test_version_and_explain(kubectl: Kubectl) -> None:
    versions = json.loads(kubectl.out("version", "-o", "json"))
    assert versions["clientVersion"]["minor"] == "37"
    assert "readinessProbe" in kubectl.out("explain", "pod.spec.containers")
    assert "ExternalName" in kubectl.out("explain", "service.spec.type")


def test_a_question_to_dns_and_its_answer(kubectl: Kubectl) -> None:
    address = kubectl.out("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")
    code = "import socket; print(socket.gethostbyname('web'))"
    assert kubectl.out("exec", "deploy/web", "--", "python", "-c", code) == f"{address}\n"
    answered = kubectl.out("exec", "deploy/web", "--", "getent", "hosts", "web").split()
    assert answered == [address, "web.typed.svc.cluster.local"]
    pods = kubectl.out("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].status.podIP}").split()
    lines = kubectl.out("exec", "deploy/web", "--", "getent", "hosts", "pods.typed").splitlines()
    assert sorted(line.split()[0] for line in lines) == sorted(pods)
    missing = kubectl("exec", "deploy/web", "--", "getent", "hosts", "nothing.typed.svc.cluster.local")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert kubectl.out("exec", "deploy/web", "--", "cat", "/etc/resolv.conf").startswith("search typed.svc.cluster")


def test_a_python_in_a_terminal_knows_its_size(kubectl: Kubectl, sleeper: str) -> None:
    talk = [(">>> ", "import os, sys; print(6 * 7, os.get_terminal_size().columns, sys.stdin.isatty())\r")]
    talk.append((">>> ", "\x04"))
    words = ("sh", "-c", 'stty cols 91; exec "$@"', "sh", *kubectl.command, "exec", "-it", sleeper, "--", "python")
    code, seen = Typed(words).in_terminal(talk=talk)
    assert code == 0 and "42 91 True" in seen, seen


class Typed(Kubectl):
    def __init__(self, words: tuple[str, ...]) -> None:
        self.command = list(words)


def test_files_go_in_and_out(cluster: ClusterInfo, kubectl: Kubectl, tmp_path: Path) -> None:
    folder = tmp_path / "a folder" / "deeper"
    folder.mkdir(parents=True)
    (folder / "a file.txt").write_text("hello\n")
    (folder / "big").write_bytes(os.urandom(300_000))
    pod = kubectl.out("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}")
    kubectl.out("cp", str(tmp_path / "a folder"), f"{pod}:/data/in")
    assert (
        kubectl.out("exec", pod, "--", "python", "-c", "print(open('/data/in/deeper/a file.txt').read())")
        == "hello\n\n"
    )
    kubectl.out("cp", f"{pod}:/data/in", str(tmp_path / "back"))
    assert (tmp_path / "back" / "deeper" / "a file.txt").read_text() == "hello\n"
    assert (tmp_path / "back" / "deeper" / "big").read_bytes() == (folder / "big").read_bytes()
    kubectl.out("cp", str(folder / "a file.txt"), f"{pod}:note.txt")
    assert kubectl.out("exec", pod, "--", "cat", "note.txt") == "hello\n"
    refused = kubectl("cp", str(folder / "a file.txt"), f"{pod}:/usr/lib/note.txt")
    why = "Read-only file system" if cluster.isolated else "not a folder of this container"
    assert refused.returncode and why in refused.stderr
    assert not Path("/usr/lib/note.txt").exists()


def test_debug_adds_a_container_to_a_pod_that_runs(kubectl: Kubectl, sleeper: str) -> None:
    talk = [(">>> ", "import os; print('in', os.environ['HOSTNAME'])\r"), (">>> ", "\x04")]
    words = ("debug", "-it", sleeper, IMAGE, f"--target={sleeper}", "-c", "look", "--", "python")
    code, seen = kubectl.in_terminal(*words, talk=talk)
    assert code == 0 and "in sleeper" in seen, seen
    path = "jsonpath={.status.ephemeralContainerStatuses[?(@.name=='look')].state.terminated.exitCode}"
    kubectl.out("wait", f"--for={path}=0", f"pod/{sleeper}", "--timeout=10s")
    assert "in sleeper" in kubectl.out("logs", sleeper, "-c", "look")
    assert kubectl.out("get", "pod", sleeper, "-o", "jsonpath={.status.phase}") == "Running"
    changed = [{"op": "remove", "path": "/spec/ephemeralContainers/0"}]
    refused = kubectl(
        "patch", "pod", sleeper, "--subresource=ephemeralcontainers", "--type=json", "-p", json.dumps(changed)
    )
    assert 'existing ephemeral containers "look" may not be removed' in refused.stderr


def test_debug_a_node(kubectl: Kubectl, tmp_path: Path) -> None:
    """Its Pod has the node's address and this machine's files below /host, and ends with the debugger."""
    node, note = kubectl.out("get", "nodes", "-o", "jsonpath={.items[0].metadata.name}"), tmp_path / "note"
    note.write_text("of this machine")
    talk = [(">>> ", f"print('read:', open('/host{note}').read())\r"), (">>> ", "\x04")]
    code, seen = kubectl.in_terminal("debug", f"node/{node}", "-it", IMAGE, talk=talk)
    assert code == 0 and "read: of this machine" in seen, seen
    (pod,) = (name for name in kubectl.out("get", "pods", "-o", "name").split() if "node-debugger" in name)
    kubectl.out("wait", "--for=jsonpath={.status.phase}=Succeeded", pod, "--timeout=10s")
    addresses = kubectl.out("get", pod, "-o", "jsonpath={.status.podIP} {.status.hostIP}").split()
    assert len(set(addresses)) == 1
    kubectl.out("delete", pod, "--now")


def test_debug_a_copy_of_a_pod(kubectl: Kubectl, sleeper: str) -> None:
    kubectl.out(
        "debug", sleeper, "--copy-to=copied", "--container=sleeper", IMAGE, "--", "python", "-c", "print('copy')"
    )
    kubectl.out("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/copied", "--timeout=20s")
    assert kubectl.out("logs", "copied") == "copy\n"
    kubectl.out("delete", "pod", "copied", "--now")


def test_resize_a_pod_in_place(kubectl: Kubectl) -> None:
    pod = kubectl.out("get", "pods", "-l", "app=web", "-o", "jsonpath={.items[0].metadata.name}")
    patch = {"spec": {"containers": [{"name": "web", "resources": {"requests": {"cpu": "20m"}}}]}}
    kubectl.out("patch", "pod", pod, "--subresource=resize", "-p", json.dumps(patch))
    path = "{.status.containerStatuses[0].resources.requests.cpu}"
    kubectl.out("wait", f"--for=jsonpath={path}=20m", f"pod/{pod}", "--timeout=10s")
    assert kubectl.out("get", "pod", pod, "-o", "jsonpath={.status.containerStatuses[0].restartCount}") == "0"
    patch["spec"]["containers"][0]["resources"]["limits"] = {"cpu": "20m", "memory": "16Mi"}
    refused = kubectl("patch", "pod", pod, "--subresource=resize", "-p", json.dumps(patch))
    assert "Pod QOS Class may not change as a result of resizing" in refused.stderr


def test_top(kubectl: Kubectl, sleeper: str) -> None:
    """A Pod that computes uses more than one that sleeps; a node uses what its Pods use, and more."""
    busy = "import time\nkept = bytearray(60_000_000)\nend = time.time() + 20\nwhile time.time() < end: pass"
    kubectl.out("run", "busy", IMAGE, "--restart=Never", "--", "python", "-c", busy)
    kubectl.out("wait", "--for=condition=Ready", "pod/busy", "--timeout=20s")
    time.sleep(1)
    rows = [line.split() for line in kubectl.out("top", "pods", "--no-headers").splitlines()]
    used = {name: (int(cpu.removesuffix("m")), int(memory.removesuffix("Mi"))) for name, cpu, memory in rows}
    assert used["busy"][0] > used[sleeper][0] and used["busy"][1] > used[sleeper][1] + 50, used
    nodes = kubectl.out("top", "nodes", "--no-headers").splitlines()
    assert len(nodes) == 3 and all("%" in line for line in nodes), nodes
    one = kubectl.out("top", "pod", "busy", "--containers", "--no-headers").split()
    assert one[:2] == ["busy", "busy"]
    kubectl.out("delete", "pod", "busy", "--now", "--wait=false")
    assert 'pods "nothing" not found' in kubectl("top", "pod", "nothing").stderr


def test_port_forward(kubectl: Kubectl) -> None:
    forward = kubectl.begin("port-forward", "service/web", ":80")
    try:
        port = int(first_line(forward, "Forwarding from 127.0.0.1").split("->")[0].rpartition(":")[2])
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            assert answer.status == 200
    finally:
        forward.terminate()
        forward.communicate(timeout=10)


def test_logs_and_events_as_they_come(kubectl: Kubectl) -> None:
    code = "import time\nfor number in range(3000): print('line', number, flush=True); time.sleep(0.2)"
    followers = [kubectl.begin("get", "events", "--watch")]
    try:
        kubectl.out("run", "talks", IMAGE, "--restart=Never", "--", "python", "-c", code)
        kubectl.out("wait", "--for=condition=Ready", "pod/talks", "--timeout=20s")
        assert "Normal" in first_line(followers[0], "pod/talks")
        followers.append(kubectl.begin("logs", "-f", "talks"))
        later = int(kubectl.out("logs", "--tail=1", "talks").split()[1]) + 2
        assert first_line(followers[1], f"line {later}") == f"line {later}"
    finally:
        for follower in followers:
            follower.terminate()
            follower.communicate(timeout=10)
        kubectl.out("delete", "pod", "talks", "--now")


def test_may_i(kubectl: Kubectl) -> None:
    assert kubectl.out("auth", "can-i", "create", "deployments") == "yes\n"
    stranger = kubectl("auth", "can-i", "get", "secrets", "--as=system:serviceaccount:typed:default")
    assert (stranger.returncode, stranger.stdout) == (1, "no\n")


def test_diff_apply_and_rollout(kubectl: Kubectl) -> None:
    changed = WEB.replace("replicas: 2", "replicas: 3")
    shown = kubectl("diff", "--server-side", "-f", "-", given=changed)
    assert shown.returncode == 1 and "+  replicas: 3" in shown.stdout, shown
    assert "serverside-applied" in kubectl.out("apply", "--server-side", "-f", "-", given=changed)
    kubectl.out("rollout", "status", "deployment/web", "--timeout=30s")
    kubectl.out("wait", "--for=condition=Available", "deployment/web", "--timeout=10s")
    assert "REVISION" in kubectl.out("rollout", "history", "deployment/web")
    assert kubectl("diff", "--server-side", "-f", "-", given=changed).returncode == 0


def test_create_an_ingress_and_a_certificate(kubectl: Kubectl, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    key, certificate = tmp_path / "server.key", tmp_path / "server.crt"
    for name, text in certificates.server(certificates.authority(now), ["127.0.0.1"], now).items():
        (tmp_path / name).write_text(text)
    kubectl.out("create", "secret", "tls", "web-tls", f"--cert={certificate}", f"--key={key}")
    rule = "--rule=web.example/*=web:80,tls=web-tls"
    kubectl.out("create", "ingress", "web", "--class=traefik", rule)
    kubectl.out("wait", "--for=jsonpath={.status.loadBalancer.ingress}", "ingress/web", "--timeout=20s")
    described = kubectl.out("describe", "ingress", "web")
    assert "web-tls terminates web.example" in described and "web:80" in described
    kubectl.out("delete", "ingress/web", "secret/web-tls")


def test_raw_paths(kubectl: Kubectl) -> None:
    assert kubectl.out("get", "--raw", "/readyz") == "ok"
    listed = json.loads(kubectl.out("get", "--raw", "/api/v1/namespaces/typed/services"))
    assert {item["metadata"]["name"] for item in listed["items"]} == {"web", "pods"}


def test_autoscale_and_get_hpa(kubectl: Kubectl) -> None:
    kubectl.out("autoscale", "deployment", "web", "--min=1", "--max=3", "--cpu=50%")
    heads, cells = (line.split()[:7] for line in kubectl.out("get", "hpa").splitlines())
    assert heads == ["NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"]
    assert cells == ["web", "Deployment/web", "cpu:", "<unknown>/50%", "1", "3", "0"]
    assert "maxReplicas" in kubectl.out("explain", "hpa.spec")
