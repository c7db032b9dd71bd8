"""Environment variables for the Services of a Pod's namespace (`enableServiceLinks`), as the kubelet makes them.

The API's own Service is left out: its variables would promise files at fixed paths (see commands.py).
https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
"""

from collections.abc import Iterable


def variables(services: Iterable[dict], namespace: str) -> dict[str, str]:
    """Docker-style variables of a namespace's Services, and of `kubernetes` (pkg/kubelet/envvars)."""
    links: dict[str, str] = {}
    for service in services:
        spec, metadata = service["spec"], service["metadata"]
        ip = spec.get("clusterIP")
        if metadata["namespace"] != namespace or ip in (None, "", "None") or not spec.get("ports"):
            continue
        if (namespace, metadata["name"]) != ("default", "kubernetes"):
            links |= _of(metadata["name"].upper().replace("-", "_"), ip, spec["ports"])
    return links


def _of(name: str, ip: str, ports: list[dict]) -> dict[str, str]:
    first = ports[0]
    links = {f"{name}_SERVICE_HOST": ip, f"{name}_SERVICE_PORT": str(first["port"])}
    for port in ports:
        protocol = port.get("protocol", "TCP")
        url = f"{protocol.lower()}://{ip}:{port['port']}"
        if port.get("name"):
            links[f"{name}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}"] = str(port["port"])
        if port is first:
            links[f"{name}_PORT"] = url
        prefix = f"{name}_PORT_{port['port']}_{protocol}"
        links |= {
            prefix: url,
            f"{prefix}_PROTO": protocol.lower(),
            f"{prefix}_PORT": str(port["port"]),
            f"{prefix}_ADDR": ip,
        }
    return links
