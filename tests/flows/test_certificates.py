"""Certificates at the real controller: SNI picks one, a client turns wrong ones down, renewal without a new rule."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons import certificates, layers
from ingress_lab.lessons.certificates import Authority
from loopkube.cluster import ClusterInfo

START = Path(__file__).parents[2] / "manifests" / "start-here"
HOST = "tls.example.com"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-certificates")
    made.apply(START)
    made.apply(ingress())
    made.wait("deployments")
    yield made
    made.clean_up()


@pytest.fixture(scope="module")
def ca() -> Authority:
    return certificates.authority()


def ingress() -> dict:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "hello-svc", "port": {"number": 80}}}}
    spec = {
        "ingressClassName": "nginx",
        "tls": [{"hosts": [HOST], "secretName": "served"}],
        "rules": [{"host": HOST, "http": {"paths": [path]}}],
    }
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "tls"}, "spec": spec}


def serve(lab: Lab, leaf: certificates.Certificate) -> None:
    """Put a certificate into the Secret, and wait until the entry shows it."""
    lab.apply(leaf.secret("served"))
    lab.settle()
    lab.wait_routed(f"https://{HOST}/", service="hello-svc")


def test_a_certificate_of_the_lab_is_served_and_trusted(lab: Lab, ca: Authority) -> None:
    serve(lab, ca.issue(HOST))
    (answer,) = lab.probe(f"https://{HOST}/", ca=ca.file)
    assert (answer.service, answer.error) == ("hello-svc", "")
    shown = certificates.of_answer(answer)
    assert (shown.names, shown.issuer) == ([HOST], "Ingress Lab CA")
    assert certificates.problems(shown, HOST, ca) == []
    assert certificates.of_secret(lab.object("secret/served")).content == shown.content
    (plain,) = lab.probe(f"http://{HOST}/")
    assert plain.status == 308 == int(lab.explain(f"http://{HOST}/").controller)
    assert lab.explain(f"https://{HOST}/").outcome == "hello-svc"


@pytest.mark.parametrize(
    ("names", "age", "error", "problem"),
    [((HOST,), 91, "certificate: certificate has expired", "expired"), (("other.example.com",), 0, "", "not for")],
)
def test_what_a_client_turns_down(lab: Lab, ca: Authority, names: tuple, age: int, error: str, problem: str) -> None:
    serve(lab, ca.issue(*names, age=age))
    answer = lab.probe(f"https://{HOST}/", ca=ca.file)[0]
    assert answer.status == 0 and answer.error.startswith("certificate: ") and error in answer.error
    if age:  # a certificate for another name is not even shown: SNI does not pick it
        shown = certificates.of_answer(lab.probe(f"https://{HOST}/")[0])
        assert problem in certificates.problems(shown, HOST, ca)[0]


def test_renewal(lab: Lab, ca: Authority) -> None:
    serve(lab, ca.issue(HOST, age=91))
    assert "expired" in lab.probe(f"https://{HOST}/", ca=ca.file)[0].error
    serve(lab, ca.issue(HOST))
    assert lab.probe(f"https://{HOST}/", ca=ca.file)[0].service == "hello-svc"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "live", [False, pytest.param(True, marks=pytest.mark.skipif(not layers.permitted(), reason="no raw sockets"))]
)
def test_layers_of_a_real_exchange(lab: Lab, ca: Authority, scheme: str, live: bool) -> None:
    serve(lab, ca.issue(HOST))
    host = HOST if scheme == "https" else "first.example.com"
    found = layers.capture(f"{scheme}://{host}/hello", live=live)
    said = found.table().iloc[:, 2].tolist()
    if scheme == "http":
        assert said[0] == f"HTTP: GET /hello, Host: {host}"
        assert [facts.http["type"] for facts in found.facts if "status" in facts.http] == ["application/json"]
    else:
        assert said[:2] == ["HTTP, but encrypted: it cannot be read here", f"TLS 1.3 ClientHello, for the name {host}"]
        assert "hello-svc" not in str([facts.data for facts in found.facts])
    assert found.answer.service == "hello-svc"
