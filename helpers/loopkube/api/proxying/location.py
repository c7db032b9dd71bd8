"""Whom a proxied name means: `NAME`, `NAME:PORT`, `SCHEME:NAME:PORT` of a Pod or a Service.

Only addresses of this cluster are dialled: who may write Endpoints must not reach other programs of this machine.
"""

import random
from ipaddress import IPv4Address, ip_address
from typing import NamedTuple

from loopkube.api.verbs import Api
from loopkube.shared import addresses
from loopkube.shared.labels import service_of
from loopkube.shared.status import ApiError, bad_request

_PORTS = {"http": 80, "https": 443}
_SLICES = "endpointslices.discovery.k8s.io"


class Location(NamedTuple):
    """`host` and `port` are those that people know, `dialled` where they are listened on."""

    scheme: str
    host: str
    port: int
    dialled: tuple[str, int]


def split(name: str, what: str) -> tuple[str, str, str]:
    """(scheme, name, port); raises 400 (apimachinery/pkg/util/net.SplitSchemeNamePort)."""
    parts = name.split(":")
    scheme, name_alone, port = ["", *parts, ""][:3] if len(parts) < 3 else parts[:3]
    if len(parts) > 3 or not name_alone or scheme not in ("", "http", "https"):
        raise bad_request(f'invalid {what} request "{name}"')
    return scheme, name_alone, port


def of_pod(api: Api, namespace: str, asked: str) -> Location:
    """`name`, `name:port` or `scheme:name:port`; without a port the first that is declared. Raises ApiError."""
    scheme, name, port = split(asked, "pod")
    kind = api.kinds.named("pods")
    assert kind
    pod = api.get(kind, namespace, name).obj
    if not port:
        declared = [p for container in pod["spec"]["containers"] for p in container.get("ports") or ()]
        port = str(declared[0]["containerPort"]) if declared else ""
    address = (pod.get("status") or {}).get("podIP", "")
    return _at(api, scheme, address, port, pod["spec"].get("nodeName", ""))


def of_service(api: Api, namespace: str, asked: str) -> Location:
    """One of the Service's ready endpoints, at random."""
    scheme, name, port = split(asked, "service")
    kind = api.kinds.named("services")
    assert kind
    service = api.get(kind, namespace, name).obj
    if port.isdigit():
        port = _port_name(service, int(port))
    ready = _ready(api, namespace, name)
    if not ready:
        raise _unavailable(f'no endpoints available for service "{name}"')
    ends = [(endpoint, p["port"]) for endpoint, ports in ready for p in ports if (p.get("name") or "") == port]
    if not ends:
        raise _unavailable(f'no endpoints available for service "{asked}"')
    endpoint, number = random.choice(ends)
    return _at(api, scheme, endpoint["addresses"][0], str(number), endpoint.get("nodeName", ""))


def _ready(api: Api, namespace: str, service: str) -> list[tuple[dict, list[dict]]]:
    """The ready endpoints of a Service, each with the ports of its slice."""
    slices = [stored.obj for stored in api.store.list(_SLICES, namespace)]
    return [
        (endpoint, s.get("ports") or [])
        for s in slices
        if service_of(s) == (namespace, service)
        for endpoint in s.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False and endpoint.get("addresses")
    ]


def _port_name(service: dict, number: int) -> str:
    for port in service["spec"].get("ports") or ():
        if port["port"] == number:
            return port.get("name", "")
    raise _unavailable(f'no service port {number} found for service "{service["metadata"]["name"]}"')


def _at(api: Api, scheme: str, address: str, port: str, node: str) -> Location:
    scheme = scheme or "http"
    number = int(port) if port.isdigit() else 0 if port else _PORTS[scheme]
    if not _is_ours(address):
        raise bad_request("address not allowed")
    if not 0 < number < 65536:
        raise _unavailable(f"error trying to reach service: dial tcp: lookup tcp/{port}: unknown port")
    link = api.links(node) if node else None
    return Location(scheme, address, number, link.reach(address, number) if link else (address, number))


def _is_ours(address: str) -> bool:
    """Whether it is an address of a Pod or a node."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return isinstance(parsed, IPv4Address) and any(parsed in network for network in addresses.own())


def _unavailable(message: str) -> ApiError:
    return ApiError(503, "ServiceUnavailable", message)
