"""The public conformance features of Ingress (kubernetes-sigs/ingress-controller-conformance), in tables.

Each scenario is a request, and who must answer it.
"""

from ingress_lab.manifests import load
from labcore.machine import paths

MANIFESTS = "manifests/start-here"
REPLICAS = 10
REQUESTS = 100
ECHO = "echo-service"
SECURE = "foo.bar.com"
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
TWICE = "prefix-path-rules/foo/"
"""Two scenarios of the features send the same request."""
DEFAULT = [
    ("GET", "my-host/"),
    ("GET", "my-host/sub-path"),
    ("POST", "some-host/"),
    ("PUT", "other-host/resource"),
    ("DELETE", "some-host/resource"),
    ("PATCH", "my-host/resource"),
]
HEADERS = ("Content-Length", "Content-Type", "Date", "Server")


def services(hosts: dict[str, list[tuple[str, str, str]]] = PATHS) -> list[str]:
    """The applications behind these hosts."""
    return sorted({service for rows in hosts.values() for *_, service in rows})


def program() -> list[dict]:
    """The program of the applications."""
    return [document.obj for document in load(paths.project() / MANIFESTS / "app.yaml")]


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
    found = {document.kind: document.obj for document in load(paths.project() / MANIFESTS)}
    deployment, labels = found["Deployment"], {"app": service}
    deployment["metadata"]["name"] = service
    deployment["spec"]["selector"]["matchLabels"] = deployment["spec"]["template"]["metadata"]["labels"] = labels
    environment = deployment["spec"]["template"]["spec"]["containers"][0]["env"]
    next(entry for entry in environment if entry["name"] == "SERVICE")["value"] = service
    ports = [{"name": "http", "port": 8080, "targetPort": 8080}]
    spec = {"selector": labels, "ports": ports}
    return [deployment, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": service}, "spec": spec}]
