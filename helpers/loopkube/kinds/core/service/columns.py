"""What `kubectl get services` shows."""

from datetime import datetime

from loopkube.kinds.shared import load_balancer
from loopkube.kinds.shared.columns import NONE, Columns, age, define, labels, name


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    ports = ",".join(_port(port) for port in spec.get("ports", ())) or NONE
    address = spec.get("clusterIP") or NONE
    kind = spec.get("type", "")
    return [name(obj), kind, address, _external(obj, kind), ports, age(obj, now), labels(spec.get("selector"))]


def _port(port: dict) -> str:
    outside = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port', 0)}{outside}/{port.get('protocol', '')}"


def _external(obj: dict, kind: str) -> str:
    spec = obj["spec"]
    if kind == "ExternalName":
        return spec.get("externalName", "")
    if kind == "LoadBalancer":
        addresses = [address for address in (load_balancer.published(obj), *spec.get("externalIPs", ())) if address]
        return ",".join(addresses) or "<pending>"
    return ",".join(spec.get("externalIPs", ())) or NONE


COLUMNS = Columns(define("Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", wide=("Selector",)), _cells)
