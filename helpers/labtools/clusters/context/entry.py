"""Where a cluster's ingress controller takes requests: found from its Pods, Services and nodes, and tried out.

In this order: a load balancer's address, hostPorts, NodePorts; then a port-forward through the API.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ingress_lab.kube.controller import controller_pods
from labcore.clusters.base import Entry
from labcore.errors import BadArgument, LabError, Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.clusters.shared import answering

_HTTP, _HTTPS = {"web", "http", "80"}, {"websecure", "https", "443"}
_LOOK = 1.0  # seconds for a candidate to answer


@dataclass(frozen=True)
class Forwardable:
    """A Pod of the controller and its two ports, for a port-forward."""

    namespace: str
    pod: str
    http_port: int
    https_port: int


@dataclass(frozen=True)
class Found:
    """What was found: an entry that answers, or else a Pod that a port-forward can lead to."""

    entry: Entry | None
    forwardable: Forwardable | None
    tried: tuple[str, ...] = ()


def given(http: str, https: str) -> Entry | None:
    """The entry of `--http HOST:PORT` and `--https HOST:PORT`; None without them."""
    if not http and not https:
        return None
    host, port = _address(http or https, "--http" if http else "--https")
    other_host, other = _address(https, "--https") if http and https else (host, 0)
    if other_host != host:
        raise BadArgument(
            phrase(
                "--http and --https name two hosts, {host} and {other_host}; the lab has one entry",
                host=host,
                other_host=other_host,
            )
        )
    http_port = port if http else {443: 80, 8443: 8080}.get(port, 80)
    https_port = other if http and https else port if https else {80: 443, 8080: 8443}.get(port, 443)
    return Entry(host, http_port, https_port, phrase("as given"))


def _address(text: str, option: str) -> tuple[str, int]:
    host, _, port = text.partition("://")[2 if "://" in text else 0].rstrip("/").rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadArgument(
            phrase('{option} "{text}" is not HOST:PORT; write it as {option} 192.0.2.10:80', option=option, text=text)
        )
    return host.strip("[]"), int(port)


def find(api: Api, look=answering.look) -> Found:
    """Look at the cluster, and try each candidate; the first that answers HTTP is the entry."""
    pods = [pod for pod in controller_pods(api) if _ready(pod)]
    tried: list[str] = []
    for candidate in _candidates(api, pods):
        if look(candidate.address, candidate.http_port, _LOOK) == answering.ANSWERS:
            return Found(candidate, None, tuple(tried))
        tried.append(f"{candidate.address}:{candidate.http_port} ({candidate.how})")
    return Found(None, next(filter(None, map(_forwardable, pods)), None), tuple(tried))


def nothing_found(search: Found, context: str) -> LabError:
    """What was tried, how to say where the entry is, and how to install a controller."""
    tried = phrase(" Nobody answered at: {tried}.", tried=", ".join(search.tried)) if search.tried else ""
    return LabError(
        phrase(
            "the lab finds no ingress controller's entry on {context}.{tried} If it has one, say "
            "where:\n"
            "  lab up --cluster context:{context} --http HOST:PORT --https HOST:PORT\n"
            "If it has no controller, an administrator can install the lab's:\n"
            "  kubectl --context {context} apply -f manifests/controllers/traefik",
            context=context,
            tried=tried,
        )
    )


def _ready(pod: dict) -> bool:
    conditions = pod.get("status", {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _candidates(api: Api, pods: list[dict]) -> Iterator[Entry]:
    places = {pod["metadata"]["namespace"] for pod in pods}
    services = [
        s for namespace in sorted(places) for s in _list(api, "services", namespace) for p in pods if _selects(s, p)
    ]
    for service in services:
        for one in service.get("status", {}).get("loadBalancer", {}).get("ingress") or []:
            ports = _two_ports(service["spec"]["ports"], "port")
            if ports:
                yield Entry(
                    one.get("ip") or one["hostname"],
                    ports[0],
                    ports[1],
                    phrase("load balancer of Service {name}", name=_name(service)),
                )
    nodes = {node["metadata"]["name"]: node for node in _list(api, "nodes")} if pods else {}
    for pod in pods:
        declared = [port for container in pod["spec"]["containers"] for port in container.get("ports") or []]
        field = "containerPort" if pod["spec"].get("hostNetwork") else "hostPort"
        ports = _two_ports(declared, field)
        for address in _addresses(nodes.get(pod["spec"].get("nodeName", ""))):
            if ports:
                yield Entry(address, ports[0], ports[1], phrase("hostPort of Pod {name}", name=_name(pod)))
    for service in services:
        ports = _two_ports(service["spec"]["ports"], "nodePort")
        for address in (a for node in nodes.values() for a in _addresses(node)):
            if ports:
                yield Entry(address, ports[0], ports[1], phrase("NodePort of Service {name}", name=_name(service)))


def _forwardable(pod: dict) -> Forwardable | None:
    declared = [port for container in pod["spec"]["containers"] for port in container.get("ports") or []]
    ports = _two_ports(declared, "containerPort")
    meta = pod["metadata"]
    return Forwardable(meta["namespace"], meta["name"], *ports) if ports else None


def _two_ports(ports: list[dict], field: str) -> tuple[int, int] | None:
    """The ports for HTTP and HTTPS, by their names or numbers; HTTPS may be missing (then HTTP's)."""
    http, https = ([p[field] for p in ports if p.get(field) and _means(p, names)] for names in (_HTTP, _HTTPS))
    return (http[0], (https or http)[0]) if http else None


def _means(port: dict, names: set[str]) -> bool:
    numbers = {str(port.get(field, "")) for field in ("port", "hostPort", "containerPort")}
    return port.get("name", "") in names or bool(numbers & names)


def _selects(service: dict, pod: dict) -> bool:
    selector = service["spec"].get("selector") or {}
    same = service["metadata"]["namespace"] == pod["metadata"]["namespace"]
    return same and bool(selector) and selector.items() <= (pod["metadata"].get("labels") or {}).items()


def _addresses(node: dict | None) -> list[str]:
    """Outer addresses first."""
    known = node.get("status", {}).get("addresses") or [] if node else []
    return [a["address"] for kind in ("ExternalIP", "InternalIP") for a in known if a["type"] == kind]


def _name(obj: dict) -> str:
    return f"{obj['metadata']['namespace']}/{obj['metadata']['name']}"


def _list(api: Api, kind: str, namespace: str = "") -> list[dict]:
    try:
        return api.list(api.resources().named(kind), namespace)["items"]
    except Refused:
        return []
