"""What the public conformance features of Ingress ask of hosts, paths, default backend, class and many replicas.

Each scenario of kubernetes-sigs/ingress-controller-conformance, in a table: a request, and who must answer it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.certificates import authority
from ingress_lab.manifests import load
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "start-here"
REPLICAS = 10
PATHS = {
    "exact-path-rules": [("/foo", "Exact", "foo-exact")],
    "prefix-path-rules": [
        ("/foo", "Prefix", "foo-prefix"),
        ("/aaa/bbb", "Prefix", "aaa-bbb-prefix"),
        ("/aaa", "Prefix", "aaa-prefix"),
    ],
    "mixed-path-rules": [("/foo", "Prefix", "foo-prefix"), ("/foo", "Exact", "foo-exact")],
    "trailing-slash-path-rules": [
        ("/aaa/bbb/", "Prefix", "aaa-bbb-slash-prefix"),
        ("/foo/", "Exact", "foo-slash-exact"),
    ],
    "*.foo.com": [("/", "Prefix", "wildcard-foo-com")],
    "foo.bar.com": [("/", "Prefix", "foo-bar-com")],
}
SCENARIOS = {
    "exact-path-rules/foo": "foo-exact",
    "exact-path-rules/foo/": "404",
    "exact-path-rules/FOO": "404",
    "exact-path-rules/bar": "404",
    "prefix-path-rules/foo": "foo-prefix",
    "prefix-path-rules/foo/": "foo-prefix",
    "prefix-path-rules/FOO": "404",
    "prefix-path-rules/aaa/bbb": "aaa-bbb-prefix",
    "prefix-path-rules/aaa/bbb/ccc": "aaa-bbb-prefix",
    "prefix-path-rules/aaa/ccc": "aaa-prefix",
    "prefix-path-rules/aaaccc": "404",
    "mixed-path-rules/foo": "foo-exact",
    "trailing-slash-path-rules/aaa/bbb": "aaa-bbb-slash-prefix",
    "trailing-slash-path-rules/aaa/bbb/": "aaa-bbb-slash-prefix",
    "trailing-slash-path-rules/foo": "404",
    "foo.bar.com/": "foo-bar-com",
    "subdomain.bar.com/": "404",
    "bar.foo.com/": "wildcard-foo-com",
    "baz.bar.foo.com/": "404",
    "foo.com/": "404",
}
AS_TRAEFIK_READS = {"mixed-path-rules/foo": "foo-prefix"}
"""Where Traefik differs, here as on any cluster (docs/fidelity.md): the longer rule text comes first, a prefix here."""


def backend(service: str, port: dict) -> dict:
    return {"service": {"name": service, "port": port}}


def ingress(name: str, class_name: str = "traefik", **spec: object) -> dict:
    spec["ingressClassName"] = class_name
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec}


def rules(hosts: dict[str, list[tuple[str, str, str]]]) -> list[dict]:
    def path(at: str, kind: str, service: str) -> dict:
        port = {"name": "http"} if service == "foo-bar-com" else {"number": 8080}
        return {"path": at, "pathType": kind, "backend": backend(service, port)}

    return [{"host": host, "http": {"paths": [path(*row) for row in rows]}} for host, rows in hosts.items()]


def application(service: str) -> list[dict]:
    """A Deployment that answers as `service`, and the Service on port 8080."""
    found = {document.kind: document.obj for document in load(MANIFESTS)}
    deployment, labels = found["Deployment"], {"app": service}
    deployment["metadata"]["name"] = service
    deployment["spec"]["selector"]["matchLabels"] = deployment["spec"]["template"]["metadata"]["labels"] = labels
    environment = deployment["spec"]["template"]["spec"]["containers"][0]["env"]
    next(entry for entry in environment if entry["name"] == "SERVICE")["value"] = service
    ports = [{"name": "http", "port": 8080, "targetPort": 8080}]
    spec = {"selector": labels, "ports": ports}
    return [deployment, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": service}, "spec": spec}]


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
