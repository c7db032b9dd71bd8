"""Addresses and node ports of Services, after pkg/registry/core/service/storage/alloc.go.

What is taken is read from the Services that exist, so nothing has to be repaired after a restart.
Addresses are 127.96.0.0/16 (a kind cluster's 10.96.0.0/16 on loopback).
"""

import random
from ipaddress import IPv4Address, IPv4Network

from loopkube.api.defaults.services import externally_accessible
from loopkube.api.errors import INVALID, FieldError, invalid
from loopkube.api.plugins.review import Lookup
from loopkube.kinds import Kind

ADDRESSES = IPv4Network("127.96.0.0/16")
NODE_PORTS = range(30000, 32768)
_WITH_ADDRESS = ("ClusterIP", "NodePort", "LoadBalancer")
_RESERVED = 256  # chosen addresses come from the lower part, as in Kubernetes, so generated ones start above it


class Allocator:
    """Chooses and checks clusterIP and nodePort."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def keep(self, obj: dict, old: dict | None) -> None:
        """Singular and plural address agree; an update that leaves addresses and ports out keeps the old ones."""
        spec = obj["spec"]
        if old is None:
            if spec.get("clusterIP") and not spec.get("clusterIPs"):
                spec["clusterIPs"] = [spec["clusterIP"]]
            return
        before = old["spec"]
        if before.get("type") in _WITH_ADDRESS and spec["type"] in _WITH_ADDRESS:
            _keep_addresses(spec, before)
            _normalize_addresses(spec, before)
        if _has_node_ports(before) and _has_node_ports(spec):
            _keep_node_ports(spec, before)
        if spec["type"] == "LoadBalancer" and "healthCheckNodePort" in before:
            spec.setdefault("healthCheckNodePort", before["healthCheckNodePort"])

    def allocate(self, kind: Kind, obj: dict, old: dict | None) -> None:
        """Fills in what is missing; raises 422 for an address or port that cannot be had."""
        spec = obj["spec"]
        others = [s for s in self._lookup.list("services") if s["metadata"].get("uid") != obj["metadata"].get("uid")]
        if spec["type"] in _WITH_ADDRESS:
            self._address(kind, obj, others)
            spec.setdefault("ipFamilies", ["IPv4"])
            spec.setdefault("ipFamilyPolicy", "SingleStack")
        elif old is not None:
            _release(spec)
        if _has_node_ports(spec):
            _node_ports(kind, obj, others)
        if _needs_health_check(spec) and "healthCheckNodePort" not in spec:
            spec["healthCheckNodePort"] = _free_port(_taken_ports(others) | _own_ports(spec))

    def _address(self, kind: Kind, obj: dict, others: list[dict]) -> None:
        spec = obj["spec"]
        wanted = spec.get("clusterIP", "")
        if wanted == "None":
            spec["clusterIPs"] = ["None"]
            return
        taken = {other["spec"].get("clusterIP") for other in others}
        problem = _refusal(wanted, taken) if wanted else ""
        if problem:
            error = FieldError(INVALID, "spec.clusterIPs", [wanted], f"failed to allocate IP {wanted}: {problem}")
            raise invalid(kind, obj["metadata"].get("name", ""), [error])
        spec["clusterIP"] = wanted or _free_address(taken)
        spec["clusterIPs"] = [spec["clusterIP"]]


def _refusal(wanted: str, taken: set[str | None]) -> str:
    if IPv4Address(wanted) not in ADDRESSES:
        return "the provided network does not match the current range"
    if wanted in taken:
        return "provided IP is already allocated"
    if wanted in (str(ADDRESSES.network_address), str(ADDRESSES.broadcast_address)):
        return "provided IP is not in the valid range. The range of valid IPs is " + str(ADDRESSES)
    return ""


def _free_address(taken: set[str | None]) -> str:
    first, last = int(ADDRESSES.network_address) + _RESERVED, int(ADDRESSES.broadcast_address) - 1
    while True:
        address = str(IPv4Address(random.randint(first, last)))
        if address not in taken:
            return address


def _has_node_ports(spec: dict) -> bool:
    return spec["type"] == "NodePort" or (
        spec["type"] == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True)
    )


def _needs_health_check(spec: dict) -> bool:
    return spec["type"] == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _keep_addresses(spec: dict, before: dict) -> None:
    if not spec.get("clusterIP") and not spec.get("clusterIPs"):
        for field in ("clusterIP", "clusterIPs"):
            if field in before:
                spec[field] = before[field]
    for field in ("ipFamilies", "ipFamilyPolicy"):
        if field in before:
            spec.setdefault(field, before[field])


def _normalize_addresses(spec: dict, before: dict) -> None:
    """Callers who know only one of clusterIP and clusterIPs change both (NormalizeClusterIPs)."""
    one, many = spec.get("clusterIP", ""), spec.get("clusterIPs", [])
    if one != before.get("clusterIP", "") and many == before.get("clusterIPs", []):
        spec["clusterIPs"] = [one] if one else []
    elif one == before.get("clusterIP", "") and before.get("clusterIPs") and not many:
        spec.pop("clusterIP", None)


def _keep_node_ports(spec: dict, before: dict) -> None:
    old = {(port.get("protocol"), port.get("port")): port.get("nodePort") for port in before.get("ports", ())}
    used = {port.get("nodePort") for port in spec.get("ports", ())}
    for port in spec.get("ports", ()):
        kept = old.get((port.get("protocol"), port.get("port")))
        if kept and kept not in used and not port.get("nodePort"):
            port["nodePort"] = kept


def _release(spec: dict) -> None:
    for field in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"):
        spec.pop(field, None)


def _taken_ports(services: list[dict]) -> set[int]:
    ports = {port["nodePort"] for s in services for port in s["spec"].get("ports", ()) if port.get("nodePort")}
    return ports | {s["spec"]["healthCheckNodePort"] for s in services if s["spec"].get("healthCheckNodePort")}


def _own_ports(spec: dict) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports", ()) if port.get("nodePort")}


def _node_ports(kind: Kind, obj: dict, others: list[dict]) -> None:
    taken = _taken_ports(others)
    errors = []
    for index, port in enumerate(obj["spec"].get("ports", ())):
        chosen = port.get("nodePort", 0)
        why = _port_refusal(chosen, taken) if chosen else ""
        if why:
            errors.append(FieldError(INVALID, f"spec.ports[{index}].nodePort", chosen, why))
    if errors:
        raise invalid(kind, obj["metadata"].get("name", ""), errors)
    taken |= _own_ports(obj["spec"])
    for port in obj["spec"].get("ports", ()):
        if not port.get("nodePort"):
            port["nodePort"] = _free_port(taken)
            taken.add(port["nodePort"])


def _port_refusal(port: int, taken: set[int]) -> str:
    if port not in NODE_PORTS:
        valid = f"{NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
        return f"provided port is not in the valid range. The range of valid ports is {valid}"
    return "provided port is already allocated" if port in taken else ""


def _free_port(taken: set[int]) -> int:
    return random.choice([port for port in NODE_PORTS if port not in taken])


__all__ = ["ADDRESSES", "NODE_PORTS", "Allocator", "externally_accessible"]
