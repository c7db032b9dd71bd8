"""A cluster of a user who may not listen below 1024: Services at port 80 answer whoever is to reach them.

`LOOPKUBE_LOWEST_PORT` makes anybody such a user, root, too.
"""

import socket
from collections.abc import Iterator

import pytest
from ingress_lab.kube.exec import execute
from ingress_lab.lab import Lab
from ingress_lab.lessons import layers
from ingress_lab.lessons.layers import packets
from kubernetes import client
from labcore.machine import paths
from loopkube import cluster
from loopkube.node import port_mover
from loopkube.node.l4 import low_ports
from own_folder import own_folder

MANIFESTS = paths.project() / "manifests" / "service-and-ingress"
NATIVE = {"traefik.ingress.kubernetes.io/service.nativelb": "true"}
DIAL = "import socket, sys; print(socket.create_connection((sys.argv[1], 80)).getpeername()[0])"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with pytest.MonkeyPatch.context() as patch, own_folder("ingress-lab-") as folder:
        patch.setenv(low_ports.VARIABLE, "1024")
        patch.setenv("INGRESS_LAB_HOME", str(folder))
        patch.setenv("INGRESS_LAB_CLUSTER", "local")
        manifests, config = (
            [paths.project() / "manifests/controllers/traefik"],
            paths.project() / "manifests/cluster.yaml",
        )
        info = cluster.start(
            folder,
            config=config,
            http_port=_free_port(),
            https_port=_free_port(),
            manifests=manifests,
            containers="plain",  # in a network of its own every port may be listened on
        )
        try:
            made = Lab.connect("ordinary-user")
            made.apply(MANIFESTS)
            made.wait("pods")
            yield made
            assert "cannot listen" not in cluster.log_file(info.folder).read_text()
        finally:
            cluster.stop(folder)


@pytest.fixture(scope="module")
def address(lab: Lab) -> str:
    lab.inside("red").wait("http://order-svc/")
    return lab.object("service/order-svc")["spec"]["clusterIP"]


def test_python_in_a_pod(lab: Lab, address: str) -> None:
    assert {a.service for a in lab.inside("red").probe("http://order-svc/", times=10)} == {"order-svc"}


def test_a_name_is_asked_for_by_udp_at_port_53(lab: Lab, address: str) -> None:
    """The L4 proxy carries the question from the Service of DNS to the node, each at its moved port."""
    command = ["python", "client.py", "http://order-svc/", "--show", "service"]
    assert execute(lab.api, lab.namespace, "red", command).out == "order-svc\n"


def test_another_program_in_a_pod(lab: Lab, address: str) -> None:
    if port_mover.system() is None:
        pytest.skip("this kernel does not ask about programs")
    command = ["sh", "-c", 'python -I -S -c "$0" "$1"; true', DIAL, address]
    done = execute(lab.api, lab.namespace, "red", command)
    assert (done.out, done.err) == (f"{address}\n", "")


def test_the_lab_itself_sees_port_80(lab: Lab, address: str) -> None:
    (answer,) = lab.probe(f"http://{address}/")
    assert (answer.service, answer.layers["target"]) == ("order-svc", f"{address}:80")
    capture = layers.capture(f"http://{address}/", live=False)
    assert packets.ends(capture.packets[0])[1] == (address, 80)
    assert capture.answer.service == "order-svc"


def test_the_entry_by_a_nodes_address(lab: Lab) -> None:
    assert lab.probe(f"http://{_address(lab)}/")[0].status == 404


def test_the_service_of_the_api(lab: Lab) -> None:
    service = client.CoreV1Api(lab.api.official).read_namespaced_service("kubernetes", "default")
    assert lab.probe(f"https://{service.spec.cluster_ip}/apis")[0].status == 403


def test_traefik_that_uses_the_address_of_the_service(lab: Lab, address: str) -> None:
    """Last, as it makes the Service another one."""
    if port_mover.system() is None:
        pytest.skip("this kernel does not ask about programs")
    service = {"apiVersion": "v1", "kind": "Service", "spec": lab.object("service/order-svc")["spec"]}
    lab.apply(service | {"metadata": {"name": "order-svc", "annotations": NATIVE}})
    lab.settle()
    answers = lab.probe("http://market.example.com/order", times=10)
    assert {answer.service for answer in answers} == {"order-svc"}
    assert {answer.client for answer in answers} == {"127.0.0.1"}, "the L4 proxy is on the way"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _address(lab: Lab) -> str:
    addresses = lab.object("node/lab-control-plane")["status"]["addresses"]
    return next(a["address"] for a in addresses if a["type"] == "InternalIP")
