"""A cluster with a network of its own: what a real cluster gives to a Pod, and processes beside each other cannot have.

Addresses are kind's, a program may bind the wildcard and any port, and who asks is seen with the Pod's own address.
"""

import textwrap
import time
from collections.abc import Iterator

import pytest
import requests
import yaml
from kubectl import Kubectl
from loopkube import cluster
from loopkube.node.network import trial
from loopkube.node.wheels import caddy_version, nginx_program, nginx_version

pytestmark = pytest.mark.skipif(bool(trial.refusal()), reason=trial.refusal())
WEB = ["python", "-m", "http.server", "80"]
NGINX = """
daemon off;
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  access_log /dev/stdout;
  client_body_temp_path /tmp/body; proxy_temp_path /tmp/proxy; fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi; scgi_temp_path /tmp/scgi;
  server { listen 80; location / { return 200 "welcome to nginx\\n"; } }
}
"""


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> Iterator[cluster.ClusterInfo]:
    folder = tmp_path_factory.mktemp("own-network")
    config = folder / "cluster.yaml"
    nodes = [{"role": "control-plane"}, {"role": "worker"}]
    config.write_text(yaml.safe_dump({"kind": "Cluster", "apiVersion": "kind.x-k8s.io/v1alpha4", "nodes": nodes}))
    try:
        yield cluster.start(folder, config=config, http_port=0, https_port=0, containers="isolated")
    finally:
        cluster.stop(folder)


@pytest.fixture(scope="module")
def kubectl(info: cluster.ClusterInfo) -> Kubectl:
    kubectl = Kubectl(info.kubeconfig)
    kubectl.out("apply", "-f", "-", given=_pods(client=["sleep", "1000"]))
    kubectl.out("wait", "--for=condition=Ready", "pod/client", "--timeout=20s")
    return kubectl


def _pods(image: str = "python:3.13", **commands: list[str]) -> str:
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "labels": {"app": name.rstrip("0123456789")}},
            "spec": {
                "terminationGracePeriodSeconds": 1,
                "containers": [{"name": "c", "image": image, "command": words}],
            },
        }
        for name, words in commands.items()
    ]
    return yaml.safe_dump_all(pods)


def _container(image: str, command: list[str]) -> dict:
    return {"name": "c", "image": image, "command": command}


def _service(name: str, port: int) -> str:
    spec = {"selector": {"app": name}, "ports": [{"port": port}]}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec})


def _asked(kubectl: Kubectl, url: str, *words: str) -> str:
    """What curl prints in the client Pod, once there is an answer."""
    deadline = time.monotonic() + 10
    while True:
        done = kubectl("exec", "client", "--", "curl", "-sS", "--max-time", "5", *words, url)
        if not done.returncode or time.monotonic() > deadline:
            return done.stdout or done.stderr
        time.sleep(0.1)


def test_two_pods_listen_on_port_80_of_every_address(info: cluster.ClusterInfo, kubectl: Kubectl) -> None:
    assert info.own_network and not info.notices
    kubectl.out("apply", "-f", "-", given=_pods(web1=WEB, web2=WEB) + "---\n" + _service("web", 80))
    kubectl.out("wait", "--for=condition=Ready", "pod/web1", "pod/web2", "--timeout=20s")
    for _ in range(12):
        assert _asked(kubectl, "http://web", "-o", "/dev/null", "-w", "%{http_code}") == "200"
    client = kubectl.out("get", "pod", "client", "-o", "jsonpath={.status.podIP}")
    service = kubectl.out("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}")
    assert client.startswith("10.244.1.") and service.startswith("10.96.")
    for name in ("web1", "web2"):
        seen = {line.split()[0] for line in kubectl.out("logs", name).splitlines() if "GET /" in line}
        assert seen == {client}  # through the Service, and still with the Pod's own address
    assert kubectl("exec", "web1", "--", "curl", "-sS", "-o", "/dev/null", "http://127.0.0.1").returncode == 0
    assert service in kubectl.out("exec", "client", "--", "getent", "hosts", "web")


def test_a_path_that_is_written_into_a_program(kubectl: Kubectl) -> None:
    volume = {"name": "shop", "configMap": {"name": "shop"}}
    command = ["python", "-c", "print(open('/etc/shop/greeting').read())"]
    container = _container("python:3.13", command) | {"volumeMounts": [{"name": "shop", "mountPath": "/etc/shop"}]}
    spec = {"restartPolicy": "Never", "containers": [container], "volumes": [volume]}
    kubectl.out("create", "configmap", "shop", "--from-literal=greeting=hello")
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "reader"}, "spec": spec}
    kubectl.out("apply", "-f", "-", given=yaml.safe_dump(pod))
    kubectl.out("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/reader", "--timeout=20s")
    assert kubectl.out("logs", "reader").strip() == "hello"


def test_what_left_its_session_ends_with_its_pod(kubectl: Kubectl) -> None:
    script = "setsid python -m http.server 8081 & exec python -m http.server 8080"
    kubectl.out("apply", "-f", "-", given=_pods(leaver=["sh", "-c", script]))
    kubectl.out("wait", "--for=condition=Ready", "pod/leaver", "--timeout=20s")
    address = kubectl.out("get", "pod", "leaver", "-o", "jsonpath={.status.podIP}")
    assert "Directory listing" in _asked(kubectl, f"http://{address}:8081/")
    kubectl.out("delete", "pod", "leaver")
    done = kubectl("exec", "client", "--", "curl", "-sS", "--max-time", "1", f"http://{address}:8081/")
    assert done.returncode


def test_port_forward_reaches_what_listens_on_localhost_only(kubectl: Kubectl) -> None:
    kubectl.out("apply", "-f", "-", given=_pods(private=["python", "-m", "http.server", "--bind", "127.0.0.1", "8000"]))
    kubectl.out("wait", "--for=condition=Ready", "pod/private", "--timeout=20s")
    address = kubectl.out("get", "pod", "private", "-o", "jsonpath={.status.podIP}")
    forward = kubectl.begin("port-forward", "pod/private", ":8000")
    try:
        assert forward.stdout
        port = forward.stdout.readline().split(" -> ")[0].rpartition(":")[2]
        assert _until_answered(f"http://127.0.0.1:{port}/") == 200
    finally:
        forward.kill()
        forward.communicate()
    assert "onnect" in kubectl("exec", "client", "--", "curl", "-sS", f"http://{address}:8000/").stderr


def _until_answered(url: str) -> int:
    deadline = time.monotonic() + 10
    while True:
        try:
            return requests.get(url, timeout=5).status_code
        except requests.ConnectionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


@pytest.mark.skipif(not caddy_version(), reason="Caddy has no wheel for this system")
def test_a_go_program(kubectl: Kubectl) -> None:
    image = f"caddy:{caddy_version()}"
    kubectl.out("apply", "-f", "-", given=_pods(image, caddy=["caddy", "respond", "--listen", ":80", "from caddy"]))
    kubectl.out("apply", "-f", "-", given=_service("caddy", 80))
    assert _asked(kubectl, "http://caddy") == "from caddy"


@pytest.mark.skipif(not nginx_version(), reason="nginx has no wheel for this system")
def test_a_manifest_that_knows_nothing_of_this_cluster(info: cluster.ClusterInfo, kubectl: Kubectl) -> None:
    conf = info.folder / "cluster" / "images" / "nginx.conf"  # a folder that containers see, read-only
    conf.write_text(NGINX)
    command = [nginx_program(), "-p", "/tmp", "-c", str(conf)]
    (info.folder / "cluster" / "images.yaml").write_text(yaml.safe_dump({"nginx:1.14.2": command}))
    usual = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: nginx, labels: {app: nginx}}
        spec:
          replicas: 3
          selector: {matchLabels: {app: nginx}}
          template:
            metadata: {labels: {app: nginx}}
            spec: {containers: [{name: nginx, image: "nginx:1.14.2", ports: [{containerPort: 80}]}]}
        """
    kubectl.out("apply", "-f", "-", given=textwrap.dedent(usual))
    kubectl.out("expose", "deployment", "nginx", "--port=80")
    kubectl.out("rollout", "status", "deployment/nginx", "--timeout=20s")
    assert _asked(kubectl, "http://nginx") == "welcome to nginx\n"
