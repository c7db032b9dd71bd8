"""The conformance specs of sig-cli that need no image of their own, each as its commands (test/e2e/kubectl)."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from kubectl import Kubectl, program
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.skipif(not program(), reason="kubectl is not installed")
CODE = "import time\nfor line in ('one', 'two'): print(line, flush=True)\ntime.sleep(600)"
POD = {
    "metadata": {"labels": {"app": "agent"}},
    "spec": {
        "terminationGracePeriodSeconds": 0,
        "containers": [{"name": "agent", "image": "python:3.13", "command": ["python", "-c", CODE]}],
    },
}
REPLICATION = {
    "apiVersion": "v1",
    "kind": "ReplicationController",
    "metadata": {"name": "agent"},
    "spec": {"replicas": 1, "selector": {"app": "agent"}, "template": POD},
}
NAMES = "jsonpath={.items[*].metadata.name}"


@pytest.fixture(scope="module")
def kubectl(cluster: ClusterInfo) -> Iterator[Kubectl]:
    made = Kubectl(cluster.kubeconfig, "sig-cli")
    made.out("create", "namespace", "sig-cli")
    made.out("create", "-f", "-", given=json.dumps(REPLICATION))
    made.out("wait", "--for=jsonpath={.status.readyReplicas}=1", "rc/agent", "--timeout=20s")
    yield made
    made.out("delete", "namespace", "sig-cli", "--wait=false")


@pytest.fixture
def pod(kubectl: Kubectl) -> str:
    return kubectl.out("get", "pods", "-l", "app=agent", "-o", "jsonpath={.items[0].metadata.name}")


def test_api_versions_cluster_info_and_version(kubectl: Kubectl) -> None:
    assert "v1" in kubectl.out("api-versions").splitlines()
    assert "is running at" in kubectl.out("cluster-info") and "control plane" in kubectl.out("cluster-info")
    told = json.loads(kubectl.out("version", "-o", "json"))
    assert {"clientVersion", "serverVersion"} <= told.keys() and told["serverVersion"]["gitVersion"].startswith("v1.")


def test_a_replication_controller_is_scaled_and_described(kubectl: Kubectl) -> None:
    kubectl.out("scale", "rc", "agent", "--replicas=2")
    kubectl.out("wait", "--for=jsonpath={.status.readyReplicas}=2", "rc/agent", "--timeout=20s")
    shown = kubectl.out("describe", "rc", "agent")
    for line in ("Replicas:     2 current / 2 desired", "Pods Status:  2 Running / 0 Waiting", "SuccessfulCreate"):
        assert line in shown, shown
    kubectl.out("scale", "rc", "agent", "--replicas=1")
    kubectl.out("wait", "--for=jsonpath={.status.replicas}=1", "rc/agent", "--timeout=20s")


def test_describe_a_pod_a_node_and_a_namespace(kubectl: Kubectl, pod: str) -> None:
    assert "Controlled By:  ReplicationController/agent" in kubectl.out("describe", "pod", pod)
    node = kubectl.out("get", "pod", pod, "-o", "jsonpath={.spec.nodeName}")
    assert pod in kubectl.out("describe", "node", node)
    assert "Status:       Active" in kubectl.out("describe", "namespace", "sig-cli")


def test_expose_a_replication_controller_and_its_service(kubectl: Kubectl) -> None:
    kubectl.out("expose", "rc", "agent", "--name=first", "--port=1234", "--target-port=6379")
    kubectl.out("expose", "service", "first", "--name=second", "--port=2345", "--target-port=6379")
    for name in ("first", "second"):
        path = "jsonpath={.items[*].ports[*].port} {.items[*].endpoints[*].conditions.ready}"
        words = ("get", "endpointslices", "-l", f"kubernetes.io/service-name={name}", "-o", path)
        assert kubectl.out(*words) == "6379 true"
    kubectl.out("delete", "service", "first", "second")


def test_label_patch_and_dry_run(kubectl: Kubectl, pod: str) -> None:
    kubectl.out("label", "pods", pod, "testing-label=testing-label-value")
    assert kubectl.out("get", "pod", pod, "-L", "testing-label").split()[-1] == "testing-label-value"
    kubectl.out("label", "pods", pod, "testing-label-")
    image = json.dumps({"spec": {"containers": [{"name": "agent", "image": "busybox"}]}})
    kubectl.out("patch", "pod", pod, "-p", image, "--dry-run=server")
    kubectl.out("patch", "pod", pod, "-p", json.dumps({"metadata": {"annotations": {"x": "y"}}}))
    found = json.loads(kubectl.out("get", "pod", pod, "-o", "json"))
    assert "testing-label" not in found["metadata"]["labels"] and found["metadata"]["annotations"]["x"] == "y"
    assert found["spec"]["containers"][0]["image"] == "python:3.13"


def test_logs_are_filtered(kubectl: Kubectl, pod: str) -> None:
    assert kubectl.out("logs", pod) == "one\ntwo\n"
    assert kubectl.out("logs", pod, "--tail=1") == "two\n" and kubectl.out("logs", pod, "--limit-bytes=1") == "o"
    (line,) = kubectl.out("logs", pod, "--tail=1", "--timestamps").splitlines()
    assert line.endswith("Z two") and kubectl.out("logs", pod, "--since=24h") == "one\ntwo\n"


def test_replace_a_pod_s_image(kubectl: Kubectl) -> None:
    kubectl.out("run", "replaced", "--image=python:3.13", "--restart=Never", "--", "python", "-c", "pass")
    ended = "--for=jsonpath={.status.phase}=Succeeded"
    kubectl.out("wait", ended, "pod/replaced", "--timeout=60s")  # until its status changes no more
    given = kubectl.out("get", "pod", "replaced", "-o", "json").replace('"python:3.13"', '"python:3.12"')
    kubectl.out("replace", "-f", "-", given=given)
    path = "jsonpath={.spec.containers[0].image} {.spec.restartPolicy}"
    assert kubectl.out("get", "pod", "replaced", "-o", path) == "python:3.12 Never"


def test_proxy_at_a_port_and_at_a_socket(kubectl: Kubectl, tmp_path: Path) -> None:
    for words in (("--port=0",), (f"--unix-socket={tmp_path / 'socket'}",)):
        proxy = kubectl.begin("proxy", *words)
        try:
            assert proxy.stdout
            where = proxy.stdout.readline().split()[-1]
            if words[0] == "--port=0":
                with urllib.request.urlopen(f"http://{where}/api/", timeout=10) as answer:
                    assert "v1" in json.load(answer)["versions"]
            else:
                assert Path(where).is_socket()
        finally:
            proxy.terminate()
            proxy.communicate(timeout=10)
