"""Where a Service's Pods listen: endpointslices.go and serviceEndpoints of controller.go."""

import ipaddress
import re

from objects import Cluster


def of_service(cluster: Cluster, namespace: str, name: str, port: str) -> list[str]:
    """`address:port` of each ready Pod, for a port of the Service by number, name or target."""
    service = cluster.service(namespace, name)
    if service is None:
        return []
    if service["spec"].get("type") == "ExternalName":
        return _external(service, port, cluster)
    for each in service["spec"].get("ports") or []:
        if port in (str(each["port"]), str(each.get("targetPort", "")), each.get("name", "")) and port:
            return _of_port(cluster, namespace, name, each)
    return []


def of_first_port(cluster: Cluster, namespace: str, name: str) -> list[str]:
    """As a default backend is found: its Service's first port."""
    service = cluster.service(namespace, name)
    ports = (service["spec"].get("ports") or []) if service else []
    return of_service(cluster, namespace, name, str(ports[0]["port"])) if ports else []


def of_cluster_ip(cluster: Cluster, namespace: str, name: str, port: str) -> list[str]:
    """`service-upstream`: the Service's own address as the only endpoint (getServiceClusterEndpoint)."""
    service = cluster.service(namespace, name)
    address = (service or {}).get("spec", {}).get("clusterIP")
    if service is None or address in (None, "", "None"):
        return []
    named = {each.get("name"): str(each["port"]) for each in service["spec"].get("ports") or []}
    number = port if port.isdigit() else named.get(port)
    return [_joined(address, number)] if number else []


def _of_port(cluster: Cluster, namespace: str, name: str, port: dict) -> list[str]:
    if port.get("protocol", "TCP") != "TCP":
        return []
    found: dict[str, None] = {}
    for each in cluster.slices_of(namespace, name):
        numbers = _numbers(each, port)
        for endpoint in each.get("endpoints") or []:
            if (endpoint.get("conditions") or {}).get("ready") is not False:
                found |= {
                    _joined(address, str(number)): None for number in numbers for address in endpoint["addresses"]
                }
    return sorted(found)


def _numbers(endpoint_slice: dict, port: dict) -> list[int]:
    """The port numbers of a slice for a port of the Service; a target by number helps where no name fits."""
    target = port.get("targetPort", port["port"])
    number = target if isinstance(target, int) else 0
    ports = endpoint_slice.get("ports") or []
    if not ports:
        return [number] if number else []
    made = []
    for each in ports:
        if each.get("protocol", "TCP") == "TCP":
            fits = not port.get("name") or port["name"] == each.get("name", "")
            made.append((each.get("port") if fits else 0) or number)
    return [each for each in made if each]


def _external(service: dict, port: str, cluster: Cluster) -> list[str]:
    """A name outside of the cluster; nginx asks for it again and again, and may not call itself."""
    name = service["spec"].get("externalName", "").rstrip(".")
    targets = {
        str(each["port"]): each.get("targetPort", each["port"]) for each in service["spec"].get("ports") or []
    }
    number = str(targets.get(port, port))
    try:
        return [] if ipaddress.ip_address(name).is_loopback else [_joined(name, number)]
    except ValueError:
        known = re.fullmatch(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?", name) and name != "localhost"
        return [f"{name}:{number} resolve"] if known and number.isdigit() and cluster.resolvers else []


def _joined(address: str, port: str) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
