"""What the public conformance features of Ingress ask of hosts, paths, default backend, class and many replicas.

Each scenario of kubernetes-sigs/ingress-controller-conformance: the tables are in conformance.py.
"""

from collections.abc import Iterator

import pytest
from conformance import MANIFESTS, PATHS, REPLICAS, SCENARIOS, application, backend, ingress, rules
from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates import authority
from ingress_lab.manifests import load
from loopkube.cluster import ClusterInfo

AS_TRAEFIK_READS = {"mixed-path-rules/foo": "foo-prefix"}
"""Where Traefik differs, here as on any cluster (docs/fidelity.md): the longer rule text comes first, a prefix here."""


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-conformance")
    services = sorted({service for rows in PATHS.values() for *_, service in rows} | {"echo-service"})
    made.apply([document.obj for document in load(MANIFESTS / "app.yaml")])
    made.apply([obj for service in services for obj in application(service)])
    made.wait("deployments")
    yield made
    made.clean_up()


def exposed(lab: Lab, name: str) -> bool:
    return bool(lab.object(f"ingress/{name}")["status"]["loadBalancer"].get("ingress"))


def test_hosts_and_paths(lab: Lab) -> None:
    certificate = authority().issue("foo.bar.com")
    tls = [{"hosts": ["foo.bar.com"], "secretName": "conformance-tls"}]
    lab.apply([certificate.secret("conformance-tls"), ingress("rules", tls=tls, rules=rules(PATHS))])
    lab.wait("ingress/rules")
    lab.settle()
    answers = lab.probe([f"http://{place}" for place in SCENARIOS])
    assert {a.url.removeprefix("http://"): a.outcome for a in answers} == SCENARIOS | AS_TRAEFIK_READS
    assert all(a.url == f"http://{a.host}{a.path}" for a in answers if a.status == 200)
    assert exposed(lab, "rules")
    secure = lab.probe("https://foo.bar.com/")[0]
    assert (secure.outcome, secure.host) == ("foo-bar-com", "foo.bar.com")
    lab.delete("ingress/rules")


def test_a_class_that_is_not_there_leads_nowhere(lab: Lab) -> None:
    lab.apply([ingress("nobodys", "some-invalid-class-name", rules=rules({"class": PATHS["foo.bar.com"]}))])
    lab.settle()
    assert lab.probe("http://class/")[0].outcome == "404" and not exposed(lab, "nobodys")
    lab.delete("ingress/nobodys")


def test_a_default_backend_takes_everything_and_uses_every_replica(lab: Lab) -> None:
    lab.apply([ingress("default-backend", defaultBackend=backend("echo-service", {"number": 8080}))])
    lab.wait("ingress/default-backend")
    lab.settle()
    requests = [
        ("GET", "my-host/"),
        ("GET", "my-host/sub-path"),
        ("POST", "some-host/"),
        ("PUT", "other-host/resource"),
    ]
    for method, place in [*requests, ("DELETE", "some-host/resource"), ("PATCH", "my-host/resource")]:
        answer = lab.probe(f"http://{place}", method=method)[0]
        assert (answer.outcome, answer.method, answer.path) == ("echo-service", method, "/" + place.partition("/")[2])
        assert {"Content-Length", "Content-Type", "Date", "Server"} <= set(answer.headers)
    lab.scale("deployment/echo-service", REPLICAS)
    lab.wait("deployment/echo-service")
    lab.settle()
    answers = lab.probe("http://load-balancing/", times=100)
    assert {a.status for a in answers} == {200} and len({a.pod for a in answers}) == REPLICAS
    lab.delete("ingress/default-backend")
