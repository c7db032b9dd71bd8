"""Nodes that lose their power and get it back, and what kubectl does with nodes: on a cluster of their own.

Its cluster file lets a silent node be lost after one second, and its Pods wait two more: Kubernetes' own settings.
"""

import contextlib
import http.client
import json
import os
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from kubernetes import client
from labcore.kube.api import Api
from loopkube import cluster
from loopkube.process import control_socket
from own_folder import own_folder

ROOT = Path(__file__).parents[2]
FILE = """
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: lab
kubeadmConfigPatches:
  - "{kind: KubeletConfiguration, nodeLeaseDurationSeconds: 1}"
  - '{kind: ClusterConfiguration, controllerManager: {extraArgs: {node-monitor-grace-period: 1s}},
      apiServer: {extraArgs: {default-unreachable-toleration-seconds: "2"}}}'
nodes:
  - role: control-plane
    labels: {ingress-ready: "true"}
    extraPortMappings: [{containerPort: 80, hostPort: 8080}, {containerPort: 443, hostPort: 8443}]
  - role: worker
  - role: worker
    extraPortMappings: [{containerPort: 8000, hostPort: %d}]
"""
PROGRAM = ["python", "-m", "http.server", "8080"]
SPREAD = {"maxSkew": 1, "topologyKey": "kubernetes.io/hostname", "whenUnsatisfiable": "ScheduleAnyway"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class World:
    """The cluster, and short words for looking at it."""

    def __init__(self, folder: Path, info: cluster.ClusterInfo, door: int) -> None:
        self.folder, self.info, self.door = folder, info, door
        self._official = Api.connect(info.kubeconfig, None).official
        self.core, self.apps = client.CoreV1Api(self._official), client.AppsV1Api(self._official)

    def kubectl(self, *words: str, code: int = 0) -> str:
        command = ["kubectl", "--kubeconfig", str(self.info.kubeconfig), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    def ready(self, node: str) -> str:
        found = self.core.read_node(node).status.conditions
        return next(c.status for c in found if c.type == "Ready")

    def taints(self, node: str) -> list[tuple[str, str]]:
        return [(t.key, t.effect) for t in self.core.read_node(node).spec.taints or []]

    def pods(self, app: str) -> list:
        return self.core.list_namespaced_pod("default", label_selector=f"app={app}").items

    def on(self, node: str, app: str) -> list:
        return [pod for pod in self.pods(app) if pod.spec.node_name == node]

    def running(self, app: str, count: int) -> bool:
        pods = [p for p in self.pods(app) if not p.metadata.deletion_timestamp]
        return len(pods) == count and all(is_ready(p) for p in pods)

    def endpoints(self, service: str) -> dict[str, bool]:
        """{name of Pod: ready}."""
        found = client.DiscoveryV1Api(self._official).list_namespaced_endpoint_slice(
            "default", label_selector=f"kubernetes.io/service-name={service}"
        )
        return {e.target_ref.name: e.conditions.ready for part in found.items for e in part.endpoints or []}

    def deploy(self, name: str, replicas: int, **spec: object) -> None:
        template = {
            "metadata": {"labels": {"app": name}},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "topologySpreadConstraints": [SPREAD | {"labelSelector": {"matchLabels": {"app": name}}}],
                "containers": [{"name": "app", "image": "python:3.13-alpine", "command": PROGRAM, **spec}],
            },
        }
        body = {"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": name}}, "template": template}}
        body["spec"]["replicas"] = replicas
        self.apps.create_namespaced_deployment("default", body)

    def daemon_set(self, name: str, **port: int) -> None:
        template = {
            "metadata": {"labels": {"app": name}},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [
                    {
                        "name": "app",
                        "image": "python:3.13-alpine",
                        "command": PROGRAM,
                        "ports": [{"containerPort": 8080, **port}],
                    }
                ],
            },
        }
        spec = {"selector": {"matchLabels": {"app": name}}, "template": template}
        self.apps.create_namespaced_daemon_set("default", {"metadata": {"name": name}, "spec": spec})

    def expose(self, name: str) -> None:
        spec = {"selector": {"app": name}, "ports": [{"port": 80, "targetPort": 8080}]}
        self.core.create_namespaced_service("default", {"metadata": {"name": name}, "spec": spec})


def is_ready(pod) -> bool:
    return any(c.type == "Ready" and c.status == "True" for c in pod.status.conditions or [])


def until(true: Callable[[], object], what: str = "", seconds: float = 20) -> None:
    """Ask again until it is so: nothing tells an outsider."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what or true
        time.sleep(0.05)


def refused(port: int, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) != 0


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with own_folder("ingress-lab-nodes-") as folder:
        door = free_port()
        (folder / "file.yaml").write_text(FILE % door)
        traefik = ROOT / "manifests" / "controllers" / "traefik"
        info = cluster.start(
            folder,
            config=folder / "file.yaml",
            http_port=free_port(),
            https_port=free_port(),
            manifests=[traefik],
        )
        try:
            yield World(folder, info, door)
        finally:
            cluster.stop(folder)


@pytest.fixture(autouse=True)
def whole(world: World) -> Iterator[None]:
    """Every test leaves all nodes on, and nothing in the namespace."""
    yield
    for node in cluster.nodes(world.folder):
        cluster.start_node(world.folder, node)
        world.core.patch_node(node, {"spec": {"unschedulable": None}})
    for deployment in world.apps.list_namespaced_deployment("default").items:
        world.apps.delete_namespaced_deployment(deployment.metadata.name, "default")
    for found in world.apps.list_namespaced_daemon_set("default").items:
        world.apps.delete_namespaced_daemon_set(found.metadata.name, "default")
    for service in world.core.list_namespaced_service("default").items:
        if service.metadata.name != "kubernetes":
            world.core.delete_namespaced_service(service.metadata.name, "default")
    until(lambda: not world.core.list_namespaced_pod("default").items)


def test_a_node_without_power_and_what_follows(world: World) -> None:
    world.deploy("web", 2)
    world.expose("web")
    world.daemon_set("each", hostPort=8000)
    until(lambda: world.running("web", 2) and world.running("each", 2) and len(world.endpoints("web")) == 2)
    (lost,), (staying,) = world.on("lab-worker2", "web"), world.on("lab-worker2", "each")
    processes = [p for p in psutil.process_iter() if _pod_of(p) in (lost.metadata.name, staying.metadata.name)]
    until(lambda: not refused(world.door))
    assert processes

    assert cluster.stop_node(world.folder, "lab-worker2") is True
    assert cluster.stop_node(world.folder, "lab-worker2") is False
    assert not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)
    assert refused(world.door)
    # the addresses of a network of its own lead nowhere from here
    assert world.info.own_network or refused(8080, lost.status.pod_ip)
    assert world.ready("lab-worker2") == "True" and world.endpoints("web")[lost.metadata.name] is True

    until(lambda: world.ready("lab-worker2") == "Unknown", "the node is not ready")
    until(lambda: world.endpoints("web")[lost.metadata.name] is False, "its endpoint is withdrawn")
    unreachable = "node.kubernetes.io/unreachable"
    until(lambda: world.taints("lab-worker2") == [(unreachable, "NoSchedule"), (unreachable, "NoExecute")])
    until(lambda: world.on("lab-worker2", "web")[0].metadata.deletion_timestamp, "its Pod is evicted")
    until(lambda: len(world.on("lab-worker", "web")) == 2 and world.running("web", 2), "and replaced elsewhere")
    assert not world.on("lab-worker2", "each")[0].metadata.deletion_timestamp
    with pytest.raises(client.ApiException, match="error dialing backend"):
        world.core.read_namespaced_pod_log(staying.metadata.name, "default")

    assert cluster.start_node(world.folder, "lab-worker2") is True
    assert cluster.start_node(world.folder, "lab-worker2") is False
    assert world.ready("lab-worker2") == "True"
    until(lambda: world.taints("lab-worker2") == [], "the taints are gone")
    until(lambda: not world.on("lab-worker2", "web"), "the evicted Pod is gone")
    until(lambda: world.running("each", 2) and not refused(world.door), "the DaemonSet's Pod is back")
    assert world.on("lab-worker2", "each")[0].status.container_statuses[0].restart_count == 1


def _pod_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("HOSTNAME", "")
    except psutil.Error:
        return ""


def test_a_control_plane_without_power_takes_the_api_along(world: World) -> None:
    world.daemon_set("each", hostPort=8000)
    until(lambda: world.running("each", 2) and not refused(world.door))
    port = int(world.info.kubeconfig.read_text().partition("https://127.0.0.1:")[2].split()[0])
    cluster.stop_node(world.folder, "lab-control-plane")
    assert refused(port) and refused(world.info.http_port)
    assert not refused(world.door), "the Pods of the workers run on"
    assert cluster.status(world.folder).state == "running"
    assert cluster.nodes(world.folder) == {
        "lab-control-plane": "stopped",
        "lab-worker": "running",
        "lab-worker2": "running",
    }
    cluster.start_node(world.folder, "lab-control-plane")
    assert world.ready("lab-control-plane") == "True" and world.ready("lab-worker") == "True"
    until(lambda: not refused(world.info.http_port), "the controller is back")
    world.deploy("later", 1)
    until(lambda: world.running("later", 1), "controllers and scheduler work")
    cluster.stop_node(world.folder, "lab-worker")
    until(lambda: world.ready("lab-worker") == "Unknown", "and watch over nodes")


LONG = pytest.param(75, marks=pytest.mark.long)
AGAIN = 15.0


@pytest.mark.parametrize("seconds", [6, LONG])
@pytest.mark.parametrize(
    "whole_cluster",
    [pytest.param(True, id="every process"), pytest.param(False, id="the main process", marks=pytest.mark.long)],
)
def test_a_pause_is_no_failure(world: World, whole_cluster: bool, seconds: int) -> None:
    """A stopped process, a closed lid, a paused virtual machine: longer than any node may be silent."""
    probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1}
    world.deploy("web", 2, readinessProbe=probe)
    world.expose("web")
    until(lambda: world.running("web", 2) and len(world.endpoints("web")) == 2)
    before = {p.metadata.name: p.status.container_statuses[0].restart_count for p in world.pods("web")}
    main = psutil.Process(world.info.pid)
    with paused([main, *main.children(recursive=True)] if whole_cluster else [main]):
        time.sleep(seconds)
    deadline = time.monotonic() + AGAIN
    until(lambda: {world.ready(node) for node in world.info.nodes} == {"True"}, "nodes", AGAIN)
    until(lambda: world.running("web", 2), "Pods", deadline - time.monotonic())
    until(lambda: set(world.endpoints("web").values()) == {True}, "endpoints", deadline - time.monotonic())
    until(lambda: not any(map(world.taints, world.info.nodes[1:])), "taints", deadline - time.monotonic())
    until(lambda: answers(world.info.http_port), "the controller", deadline - time.monotonic())
    assert {p.metadata.name: p.status.container_statuses[0].restart_count for p in world.pods("web")} == before


@contextlib.contextmanager
def paused(processes: list[psutil.Process]) -> Iterator[None]:
    """SIGSTOP to all of them, the main one first, as it starts others."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in reversed(processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
        connection.request("GET", "/")
        return connection.getresponse().status == 404
    return False


@pytest.mark.long
def test_a_node_and_a_pod_that_were_given_up_come_back(world: World) -> None:
    """What the node controller writes when it has given up a node that lives."""
    world.deploy("web", 1)
    until(lambda: world.running("web", 1))
    (pod,) = world.pods("web")
    lost = {"type": "Ready", "status": "False"}
    world.core.patch_namespaced_pod_status(pod.metadata.name, "default", {"status": {"conditions": [lost]}})
    unknown = {"type": "Ready", "status": "Unknown", "reason": "NodeStatusUnknown"}
    world.core.patch_node_status(pod.spec.node_name, {"status": {"conditions": [unknown]}})
    until(lambda: world.ready(pod.spec.node_name) == "True" and world.running("web", 1), "again", AGAIN)
    until(lambda: not world.taints(pod.spec.node_name), "no taint stays")


def test_all_nodes_are_on_after_a_start(world: World) -> None:
    cluster.stop_node(world.folder, "lab-worker")
    cluster.stop(world.folder)
    with pytest.raises(cluster.ClusterError, match="not running"):
        cluster.nodes(world.folder)
    cluster.start(
        world.folder,
        config=world.folder / "file.yaml",
        http_port=world.info.http_port,
        https_port=world.info.https_port,
    )
    assert set(cluster.nodes(world.folder).values()) == {"running"}


def test_orders_are_for_the_owner_only_and_are_checked(world: World) -> None:
    place = cluster.home(world.folder)
    assert stat.S_IMODE((place / control_socket.SOCKET).stat().st_mode) == 0o600
    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    with pytest.raises(cluster.UnknownNode, match=r"no node \.\./lab-worker; the nodes are lab-control-plane, "):
        cluster.stop_node(world.folder, "../lab-worker")
    assert control_socket.send(place, {"action": "burn"}, 5) == {"error": "no order burn"}
    assert control_socket.send(place, {"node": "lab-worker"}, 5) == {"error": "not an order"}
    with pytest.raises(OSError, match="closed the connection"):
        control_socket.send(place, {"action": "x" * 100_000}, 5)
    assert set(cluster.nodes(world.folder).values()) == {"running"}


@pytest.mark.skipif(not shutil.which("kubectl"), reason="no kubectl here")
class TestWithKubectl:
    def test_cordon_and_uncordon(self, world: World) -> None:
        assert world.kubectl("cordon", "lab-worker") == "node/lab-worker cordoned\n"
        status = world.kubectl("get", "node", "lab-worker", "--no-headers").split()[1]
        assert status == "Ready,SchedulingDisabled"
        until(lambda: world.taints("lab-worker") == [("node.kubernetes.io/unschedulable", "NoSchedule")])
        world.deploy("web", 2)
        until(lambda: world.running("web", 2) and len(world.on("lab-worker2", "web")) == 2)
        assert world.kubectl("uncordon", "lab-worker") == "node/lab-worker uncordoned\n"
        until(lambda: world.taints("lab-worker") == [])

    def test_drain(self, world: World) -> None:
        world.deploy("web", 2)
        world.daemon_set("each")
        until(lambda: world.running("web", 2) and world.running("each", 2))
        (pod,) = world.on("lab-worker", "web")
        (daemon,) = world.on("lab-worker", "each")
        said = world.kubectl("drain", "lab-worker", code=1)
        assert "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/each-" in said
        said = world.kubectl("drain", "lab-worker", "--ignore-daemonsets").splitlines()
        assert f"Warning: ignoring DaemonSet-managed Pods: default/{daemon.metadata.name}" in said
        assert f"evicting pod default/{pod.metadata.name}" in said and f"pod/{pod.metadata.name} evicted" in said
        assert "node/lab-worker drained" in said
        until(lambda: world.running("web", 2) and len(world.on("lab-worker2", "web")) == 2)
        assert [p.metadata.name for p in world.on("lab-worker", "each")] == [daemon.metadata.name]

    def test_taints(self, world: World) -> None:
        assert world.kubectl("taint", "nodes", "lab-worker", "for=edge:NoExecute") == "node/lab-worker tainted\n"
        world.deploy("web", 2)
        until(lambda: world.running("web", 2) and len(world.on("lab-worker2", "web")) == 2)
        assert world.kubectl("taint", "nodes", "lab-worker", "for-") == "node/lab-worker untainted\n"

    def test_host_ports_meet(self, world: World) -> None:
        world.deploy("web", 3, ports=[{"containerPort": 8080, "hostPort": 8000}])
        until(lambda: sum(is_ready(p) for p in world.pods("web")) == 2)
        until(lambda: "didn't have free ports" in world.kubectl("get", "events"))
        events = json.loads(world.kubectl("get", "events", "-o", "json"))["items"]
        (said,) = {e["message"] for e in events if e["reason"] == "FailedScheduling"}
        assert said.startswith(
            "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't have free ports"
        )


def test_a_deep_folder_does_not_keep_orders_away(tmp_path: Path) -> None:
    """The system takes 107 bytes of a socket's path."""
    deep = tmp_path / ("deep" * 20) / ("deeper" * 20)
    deep.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener, control_socket._short(deep) as path:
        listener.bind(path)
    assert (deep / control_socket.SOCKET).is_socket() and len(os.fsencode(deep)) > 200
