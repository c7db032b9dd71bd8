"""What a Service means at layer 4: addresses to listen on, and the Pods behind each. Pure functions of the objects."""

from collections.abc import Iterable
from dataclasses import dataclass

from loopkube.node.l4.relay import Address
from loopkube.shared import addresses

HIDDEN = ("", "None", None)
DEFAULT_AFFINITY_SECONDS = 10800
LOOPBACK = "127.0.0.1"
CARRIED = ("TCP", "UDP")

Frontend = tuple[str, int, str]
"""Where a Service listens: address, port, protocol."""


@dataclass(frozen=True)
class Rule:
    """The Pods behind one address of a Service, and for how long a client stays with one (0: not at all)."""

    service: str
    endpoints: tuple[Address, ...]
    affinity_seconds: int = 0


def rules(service: dict, slices: Iterable[dict], nodes: dict[str, str]) -> dict[Frontend, Rule]:
    """{where to listen: rule}; empty where nothing is behind it, so that a connection is refused.

    `nodes` is {name: address}. A node port listens on every node and on 127.0.0.1.
    """
    metadata, spec = service["metadata"], service["spec"]
    if spec.get("type") == "ExternalName" or spec.get("clusterIP") in HIDDEN:
        return {}
    name, slices, made = f"{metadata['namespace']}/{metadata['name']}", list(slices), {}
    seconds = _affinity_seconds(spec)
    own_nodes_only = spec.get("externalTrafficPolicy") == "Local"
    for port in spec.get("ports") or []:
        name_of_port, protocol = port.get("name", ""), port.get("protocol", "TCP")
        if protocol not in CARRIED:
            continue
        everywhere = Rule(name, endpoints(slices, name_of_port, protocol=protocol), seconds)
        for address in _addresses(service):
            made[address, port["port"], protocol] = everywhere
        for node, address in {**nodes, "": LOOPBACK}.items() if port.get("nodePort") else ():
            there = node if own_nodes_only and node else ""
            rule = Rule(name, endpoints(slices, name_of_port, there, protocol), seconds) if there else everywhere
            made[address, port["nodePort"], protocol] = rule
    return {frontend: rule for frontend, rule in made.items() if rule.endpoints}


def endpoints(slices: Iterable[dict], port_name: str, node: str = "", protocol: str = "TCP") -> tuple[Address, ...]:
    """The ready endpoints of a port (on one node); if there are none, those that still serve while they terminate."""
    ready, terminating = [], []
    for part in slices:
        port = next((p for p in part.get("ports") or [] if (p.get("name") or "") == port_name), None)
        if port is None or port.get("protocol", "TCP") != protocol:
            continue
        for endpoint in part.get("endpoints") or []:
            if node and endpoint.get("nodeName") != node:
                continue
            conditions = endpoint.get("conditions") or {}
            places = [(address, port["port"]) for address in endpoint["addresses"]]
            if conditions.get("ready") is not False:
                ready += places
            elif conditions.get("serving") and conditions.get("terminating"):
                terminating += places
    return tuple(ready or terminating)


def _addresses(service: dict) -> list[str]:
    """The Service's own addresses: cluster, external, and those that a load balancer was given."""
    spec = service["spec"]
    balancer = (service.get("status") or {}).get("loadBalancer", {}).get("ingress") or []
    others = [*(spec.get("externalIPs") or []), *(entry.get("ip", "") for entry in balancer)]
    return [spec["clusterIP"], *(a for a in others if addresses.is_own(a) and a != LOOPBACK)]


def _affinity_seconds(spec: dict) -> int:
    if spec.get("sessionAffinity") != "ClientIP":
        return 0
    config = (spec.get("sessionAffinityConfig") or {}).get("clientIP") or {}
    return config.get("timeoutSeconds") or DEFAULT_AFFINITY_SECONDS
