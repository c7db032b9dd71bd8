"""Addresses and node ports of Services, after pkg/registry/core/service/storage/alloc.go.

What is taken is read from the Services that exist, so nothing has to be repaired after a restart.
"""

import random
from ipaddress import IPv4Address

from loopkube.kinds.core.service.strategy import has_address, has_node_ports, needs_health_check
from loopkube.kinds.kind import Kind
from loopkube.kinds.spec import Lookup
from loopkube.shared import addresses
from loopkube.shared.status import INVALID, FieldError, invalid

NODE_PORTS = range(30000, 32768)
_RESERVED = 256  # addresses that people choose come from the lower part, as in Kubernetes; the others start above it
_DUAL = "this cluster is not configured for dual-stack services"
_IPV6 = "not configured on this cluster"


def allocate(lookup: Lookup, kind: Kind, obj: dict, old: dict | None) -> None:
    """Fills in what is missing; raises 422 for an address or port that cannot be had."""
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    others = _others(lookup.list("services"), name, obj["metadata"].get("namespace"))
    errors: list[FieldError] = []
    if has_address(spec):
        errors += _families(spec) or _address(spec, others)
    if has_node_ports(spec) and not errors:
        errors += _node_ports(spec, others)
    if errors:
        raise invalid(kind, name, errors)
    if needs_health_check(spec) and "healthCheckNodePort" not in spec:
        spec["healthCheckNodePort"] = _free_port(_ports_of([*others, spec]))


def _others(services: list[dict], name: str, namespace: str | None) -> list[dict]:
    """The specs of all Services but the named one (read at every write of a Service: one pass, few look-ups)."""
    return [
        service["spec"]
        for service in services
        if (metadata := service["metadata"])["name"] != name or metadata.get("namespace") != namespace
    ]


def _families(spec: dict) -> list[FieldError]:
    """The cluster has IPv4 only; a headless Service without selector may name any families."""
    if spec.get("clusterIP") == "None" and not spec.get("selector"):
        policy = spec.setdefault("ipFamilyPolicy", "RequireDualStack")
        families = spec.setdefault("ipFamilies", ["IPv4"])
        if policy != "SingleStack" and len(families) == 1:
            spec["ipFamilies"] = [*families, "IPv6" if families == ["IPv4"] else "IPv4"]
        return []
    policy = spec.setdefault("ipFamilyPolicy", "SingleStack")
    families = spec.setdefault("ipFamilies", ["IPv4"])
    errors = []
    if policy == "RequireDualStack":
        errors.append(FieldError(INVALID, "spec.ipFamilyPolicy", policy, _DUAL))
    for index, family in enumerate(families):
        if family != "IPv4":
            errors.append(FieldError(INVALID, f"spec.ipFamilies[{index}]", family, _IPV6))
    return errors


def _address(spec: dict, others: list[dict]) -> list[FieldError]:
    address = spec.get("clusterIP", "")
    if address == "None":
        spec["clusterIPs"] = ["None"]
        return []
    taken = {other.get("clusterIP") for other in others}
    problem = _refusal(address, taken) if address else ""
    if problem:
        return [FieldError(INVALID, "spec.clusterIPs", [address], f"failed to allocate IP {address}: {problem}")]
    spec["clusterIP"] = address or _free_address(taken)
    spec["clusterIPs"] = [spec["clusterIP"]]
    return []


def _refusal(address: str, taken: set[str | None]) -> str:
    network = addresses.services()
    edges = (network.network_address, network.broadcast_address)
    if IPv4Address(address) not in network or IPv4Address(address) in edges:
        return "the provided network does not match the current range"
    return "provided IP is already allocated" if address in taken else ""


def _free_address(taken: set[str | None]) -> str:
    network = addresses.services()
    first, last = int(network.network_address) + _RESERVED, int(network.broadcast_address) - 1
    while True:
        address = str(IPv4Address(random.randint(first, last)))
        if address not in taken:
            return address


def _ports_of(specs: list[dict]) -> set[int]:
    ports = {port["nodePort"] for spec in specs for port in spec.get("ports", ()) if port.get("nodePort")}
    return ports | {spec["healthCheckNodePort"] for spec in specs if spec.get("healthCheckNodePort")}


def _node_ports(spec: dict, others: list[dict]) -> list[FieldError]:
    taken = _ports_of(others)
    errors = []
    for index, port in enumerate(spec.get("ports", ())):
        chosen = port.get("nodePort", 0)
        why = _port_refusal(chosen, taken) if chosen else ""
        if why:
            errors.append(FieldError(INVALID, f"spec.ports[{index}].nodePort", chosen, why))
    taken |= _ports_of([spec])
    for port in spec.get("ports", ()) if not errors else ():
        if not port.get("nodePort"):
            port["nodePort"] = _same_number(port, spec) or _free_port(taken)
            taken.add(port["nodePort"])
    return errors


def _same_number(port: dict, spec: dict) -> int:
    """One port over TCP and UDP gets one node port."""
    numbers = [p["nodePort"] for p in spec["ports"] if p.get("nodePort") and p["port"] == port["port"]]
    return numbers[0] if numbers else 0


def _port_refusal(port: int, taken: set[int]) -> str:
    if port not in NODE_PORTS:
        valid = f"{NODE_PORTS.start}-{NODE_PORTS.stop - 1}"
        return f"provided port is not in the valid range. The range of valid ports is {valid}"
    return "provided port is already allocated" if port in taken else ""


def _free_port(taken: set[int]) -> int:
    return random.choice([port for port in NODE_PORTS if port not in taken])
