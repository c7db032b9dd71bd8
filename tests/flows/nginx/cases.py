"""What a case is: Ingresses, the requests to send, and what upstream's own end-to-end test asserts of the answers."""

from dataclasses import dataclass, field

PREFIX = "nginx.ingress.kubernetes.io/"
MISSING = None
"""Of an answer's header: it must not be there."""


@dataclass(frozen=True)
class Ask:
    """A request and its answer. `saw` are header fields, or `path`, that the application saw; `headers` those of the
    answer, of which a text must be a part."""

    path: str = "/"
    status: int = 200
    by: str = ""
    saw: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)
    host: str = ""
    send: dict = field(default_factory=dict)
    method: str = "GET"
    body: int = 0
    https: bool = False
    certificate: bool = False
    """Of an authority that the Ingress knows, for the name `authtls`."""
    times: int = 1


@dataclass(frozen=True)
class Case:
    """`upstream` is the file below test/e2e of ingress-nginx v1.15.1, and the name of the test there."""

    upstream: str
    ingresses: list
    asks: list


def backend(service: str, port: int | str = 80) -> dict:
    return {"service": {"name": service, "port": {"number" if isinstance(port, int) else "name": port}}}


def ingress(host: str, *paths: tuple, name: str = "", tls: str = "", **annotations: object) -> dict:
    """A path is (path, Service) or (path, Service, type). `tls` is a Secret; annotations have `_` for `-`."""
    rows = [(row[0], row[1], row[2] if len(row) > 2 else "Prefix") for row in paths or [("/", "echo")]]
    rule: dict = {"http": {"paths": [{"path": p, "pathType": t, "backend": backend(s)} for p, s, t in rows]}}
    spec: dict = {"ingressClassName": "real-nginx", "rules": [rule | ({"host": host} if host else {})]}
    if tls:
        spec["tls"] = [{"hosts": [host], "secretName": tls}]
    given = {PREFIX + key.replace("_", "-"): str(value) for key, value in annotations.items()}
    metadata = {"name": name or host.replace("*", "any"), "annotations": given}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def service(name: str, app: str) -> dict:
    """Another Service of the same Pods."""
    ports = [{"name": "http", "port": 80, "targetPort": 8080}]
    spec = {"selector": {"app": app}, "ports": ports}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


FREE = "ImplementationSpecific"
