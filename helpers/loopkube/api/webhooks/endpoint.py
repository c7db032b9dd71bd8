"""Where a webhook is: a URL, or a Service of the cluster, which is reached at its own address."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from loopkube.api.store.store import Store
from loopkube.shared import addresses

HTTPS = 443
_SERVICES = "services"


class Unreachable(Exception):
    """Nobody can be dialled, in the words of kube-apiserver's service resolver or of Go's dialer."""


class Endpoint(NamedTuple):
    """`host` and `port` are what the URL says; `name` is what the certificate must be for."""

    host: str
    port: int
    path: str
    name: str
    service: tuple[str, str] | None
    """(namespace, name) where it is one."""

    @property
    def origin(self) -> str:
        """As the request's URL begins."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{shown}:{self.port}" if self.service or self.port != HTTPS else f"https://{shown}"


def of(config: dict) -> Endpoint:
    """From a clientConfig, which has a `url` or a `service`."""
    service = config.get("service")
    if service:
        host = f"{service['name']}.{service['namespace']}.svc"
        port, path = service.get("port") or HTTPS, service.get("path") or "/"
        return Endpoint(host, port, path, host, (service["namespace"], service["name"]))
    parts = urlsplit(config.get("url") or "")
    host = parts.hostname or ""
    return Endpoint(host, parts.port or HTTPS, parts.path or "/", host, None)


Reach = Callable[[str, int], tuple[str, int]]
"""Where an address of the cluster is listened on (node/l4/low_ports.py)."""


async def address_of(endpoint: Endpoint, store: Store, reach: Reach) -> tuple[str, int]:
    """Where to connect to. Raises Unreachable."""
    host, port = endpoint.host, endpoint.port
    if endpoint.service:
        host, port = _service_address(store, *endpoint.service, port)
    address = await _resolve(host, port)
    if not (addresses.is_own(address) or ipaddress.ip_address(address).is_loopback):
        raise Unreachable(f"dial tcp {address}:{port}: connect: network is unreachable")
    return reach(address, port)


def _service_address(store: Store, namespace: str, name: str, port: int) -> tuple[str, int]:
    """The Service's own address (proxy.ResolveCluster), behind which the L4 proxy chooses a Pod, or refuses."""
    stored = store.get(_SERVICES, namespace, name)
    if stored is None:
        raise Unreachable(f'service "{name}" not found')
    spec = stored.obj["spec"]
    if spec.get("type") == "ExternalName":
        return spec.get("externalName", ""), port
    if spec.get("clusterIP") in ("None", "", None):
        raise Unreachable('cannot route to service with ClusterIP "None"')
    if all(entry["port"] != port for entry in spec.get("ports") or ()):
        raise Unreachable(f'no service port {port} found for service "{name}"')
    return spec["clusterIP"], port


async def _resolve(host: str, port: int) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        resolved = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"dial tcp: lookup {host}: no such host") from None
    return str(resolved[0][4][0])
