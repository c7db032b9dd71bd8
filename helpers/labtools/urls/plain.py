"""Rules of one line each, as the page has them, made objects: each Service has a Pod, older Ingresses come first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labtools.traefik.ingress_paths import claims_of
from labtools.traefik.objects import SERVICE_NAME, Objects

TYPES = ("Prefix", "Exact", "ImplementationSpecific")
DEFAULT = "default"
"""In the place of a type: the Service is its Ingress' default backend."""


@dataclass(frozen=True)
class Line:
    """`host` "" is any host; of a default backend host and path are "", and the type is `default`."""

    ingress: str
    host: str
    type: str
    path: str
    service: str

    @property
    def text(self) -> str:
        """As one writes it on the page."""
        return "  ".join((self.ingress, self.host or "-", self.type, self.path or "-", self.service))


def line(text: str) -> Line:
    """`shop  www.example.com  Prefix  /cart  cart-svc`; `-` for no host and no path."""
    ingress, host, kind, path, service = text.split()
    return Line(ingress, host.removeprefix("-"), kind, path.removeprefix("-"), service)


def objects(lines: Sequence[Line]) -> Objects:
    """Their Ingresses, Services and EndpointSlices."""
    names = dict.fromkeys(one.ingress for one in lines)
    ingresses = [_ingress(n, name, [one for one in lines if one.ingress == name]) for n, name in enumerate(names)]
    return with_services(ingresses)


def with_services(ingresses: Sequence[dict]) -> Objects:
    """Each Service that the Ingresses name is there, has the port that they name, and a Pod."""
    named = [_in_namespace(ingress) for ingress in ingresses]
    ports: dict[tuple[str, str], list[dict]] = {}
    for claim in claims_of(named):
        number, name = claim.port
        port = {"name": name or f"port-{number}", "port": number or 80}
        there = ports.setdefault((claim.namespace, claim.service), [])
        there += [port] if port not in there else []
    return Objects.of([*named, *(part for key, some in ports.items() for part in _service(*key, some))])


def _in_namespace(ingress: dict) -> dict:
    return ingress | {"metadata": {"namespace": "default"} | ingress["metadata"]}


def _ingress(number: int, name: str, lines: Iterable[Line]) -> dict:
    """A rule for each line: the API reads paths of one host across rules as it reads them within one."""
    spec: dict = {"ingressClassName": "traefik"}
    for one in lines:
        backend = {"service": {"name": one.service, "port": {"number": 80}}}
        if one.type == DEFAULT:
            spec["defaultBackend"] = backend
            continue
        path = {"path": one.path, "pathType": one.type, "backend": backend}
        host = {"host": one.host} if one.host else {}
        spec.setdefault("rules", []).append(host | {"http": {"paths": [path]}})
    created = f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
    metadata = {"name": name, "namespace": "default", "creationTimestamp": created}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": metadata, "spec": spec}


def _service(namespace: str, name: str, ports: list[dict]) -> list[dict]:
    metadata = {"name": name, "namespace": namespace}
    endpoints = [{"addresses": ["127.0.0.2"], "conditions": {"ready": True}}]
    labels = {"labels": {SERVICE_NAME: name}}
    return [
        {"kind": "Service", "metadata": metadata, "spec": {"ports": ports}},
        {"kind": "EndpointSlice", "metadata": metadata | labels, "ports": ports, "endpoints": endpoints},
    ]
