"""Which records a name has: computed from Services, EndpointSlices and Namespaces at each question, so always current.

Names and corner cases are CoreDNS's (plugin/kubernetes) with the Corefile of kubeadm (`pods insecure`, `ttl 30`), and
https://github.com/kubernetes/dns/blob/master/docs/specification.md, version 1.1.0.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from loopkube.client.informer import Informers
from loopkube.shared.labels import service_of

DOMAIN = "cluster.local"
SLICES = "endpointslices.discovery.k8s.io"
_REVERSE = "in-addr.arpa"
_OWN_REVERSE = f"127.{_REVERSE}"
_WEIGHT = 100
Records = list[tuple[str, object]]
"""(type, value): an address, a name, a text, or an `Srv`."""


class Srv(NamedTuple):
    """A port of a Service: where it is served."""

    weight: int
    port: int
    target: str


@dataclass(frozen=True)
class Endpoint:
    """One ready address behind a Service, its name below the Service's, and its ports as {(name, protocol): number}."""

    name: str
    address: str
    ports: dict[tuple[str, str], int]


class Zone:
    """`address` is where the server itself is reached; start the informers before the first question."""

    def __init__(self, informers: Informers, address: str) -> None:
        self.address = address
        self._services, self._slices = informers.of("services"), informers.of(SLICES)
        self._namespaces = informers.of("namespaces")
        self._by_service = self._slices.index("service", lambda part: [service_of(part)])
        self._by_address = self._slices.index("address", _addresses_of)
        self._by_cluster_ip = self._services.index("clusterIP", lambda service: [service["spec"].get("clusterIP")])

    async def start(self) -> None:
        """Returns when Services, slices and namespaces are known: before that, names would not be there."""
        for informer in (self._services, self._slices, self._namespaces):
            await informer.start()
            await informer.synced()

    def holds(self, name: str) -> bool:
        """Whether a name (in small letters, without the last dot) is this server's to answer."""
        return any(name == own or name.endswith(f".{own}") for own in (DOMAIN, _OWN_REVERSE))

    def records(self, name: str) -> Records | None:
        """All that a name stands for; None where there is no such name."""
        if name.endswith(_REVERSE):
            return self._of_address(name.removesuffix(_REVERSE).rstrip("."))
        labels = name.removesuffix(DOMAIN).rstrip(".").split(".")
        match labels:
            case [""]:
                return [("NS", f"ns.dns.{DOMAIN}")]
            case ["dns-version"]:
                return [("TXT", "1.1.0")]
            case ["ns", "dns"]:
                return _address_records([self.address])
            case ["svc"] | ["pod"] | ["dns"]:
                return []
            case [namespace, "svc" | "pod"]:
                return [] if self._namespaces.get("", namespace) else None
            case [address, namespace, "pod"]:
                return self._of_pod(address, namespace)
            case [*below, service, namespace, "svc"]:
                return self._of_service(below, service, namespace)
        return None

    def _of_pod(self, dashed: str, namespace: str) -> Records | None:
        try:
            address = str(ipaddress.IPv4Address(dashed.replace("-", ".")))
        except ValueError:
            return None
        return [("A", address)] if self._namespaces.get("", namespace) else None

    def _of_service(self, below: list[str], name: str, namespace: str) -> Records | None:
        service = self._services.get(namespace, name)
        if service is None:
            return None
        whole, spec = f"{name}.{namespace}.svc.{DOMAIN}", service["spec"]
        match below:
            case []:
                return self._of_whole(service, whole)
            case [port, protocol] if port.startswith("_") and protocol.startswith("_"):
                asked = (port[1:], protocol[1:].upper())
                return self._served(service, whole, lambda known: known == asked) or None
            case [protocol] if protocol.startswith("_"):
                known = {f"_{port.get('protocol', 'TCP').lower()}" for port in spec.get("ports") or []}
                return [] if protocol in known else None
            case [endpoint]:
                named = [each for each in self._endpoints(namespace, name) if each.name == endpoint]
                return _records_of(named, whole, lambda port: True) or None
        return None

    def _of_whole(self, service: dict, whole: str) -> Records | None:
        if service["spec"].get("type") == "ExternalName":
            return [("CNAME", service["spec"]["externalName"].rstrip(".").lower())]
        return self._served(service, whole, lambda port: True) or None

    def _served(self, service: dict, whole: str, is_asked) -> Records:
        """Addresses, and SRV of the ports that are wanted; nothing where no port is."""
        metadata, spec = service["metadata"], service["spec"]
        if spec.get("type") == "ExternalName":
            return []
        if spec.get("clusterIP") == "None":
            return _records_of(self._endpoints(metadata["namespace"], metadata["name"]), whole, is_asked)
        ports = [port for port in spec.get("ports") or [] if is_asked(_key(port))]
        targets = [(port["port"], whole) for port in ports]
        return [*_address_records([spec["clusterIP"]]), *_srv(targets)] if ports and spec.get("clusterIP") else []

    def _endpoints(self, namespace: str, name: str) -> Iterator[Endpoint]:
        for part in self._by_service.of((namespace, name)):
            ports = {_key(port): port.get("port") or 0 for port in part.get("ports") or []}
            for endpoint in part.get("endpoints") or []:
                if (endpoint.get("conditions") or {}).get("ready") is not False:
                    for address in endpoint["addresses"]:
                        yield Endpoint(_name_of(endpoint, address), address, ports)

    def _of_address(self, reverse: str) -> Records | None:
        """The names of an address, written backwards."""
        octets = reverse.split(".")
        if len(octets) < 4:
            return []
        address = ".".join(reversed(octets))
        services = [service["metadata"] for service in self._by_cluster_ip.of(address)]
        names = [f"{metadata['name']}.{metadata['namespace']}.svc.{DOMAIN}" for metadata in services]
        for part in self._by_address.of(address) if not names else ():
            namespace, service = service_of(part)
            for each in self._endpoints(namespace, service):
                if each.address == address:
                    names.append(f"{each.name}.{service}.{namespace}.svc.{DOMAIN}")
        return [("PTR", name) for name in dict.fromkeys(names)] or None


def _records_of(endpoints: Iterable[Endpoint], whole: str, is_asked) -> Records:
    """Addresses of endpoints, and SRV of those of their ports that are wanted."""
    addresses, targets = [], []
    for endpoint in endpoints:
        ports = [number for key, number in endpoint.ports.items() if is_asked(key)]
        if ports or not endpoint.ports:
            addresses.append(endpoint.address)
        targets += [(number, f"{endpoint.name}.{whole}") for number in ports]
    return [*_address_records(addresses), *_srv(targets)]


def _address_records(addresses: list[str]) -> Records:
    return [("AAAA" if ":" in address else "A", address) for address in dict.fromkeys(addresses)]


def _srv(targets: list[tuple[int, str]]) -> Records:
    weight = max(_WEIGHT // len(targets), 1) if targets else 0
    return [("SRV", Srv(weight, port, target)) for port, target in dict.fromkeys(targets)]


def _key(port: dict) -> tuple[str, str]:
    return port.get("name") or "", port.get("protocol", "TCP")


def _name_of(endpoint: dict, address: str) -> str:
    return endpoint.get("hostname") or address.replace(".", "-").replace(":", "-")


def _addresses_of(part: dict) -> list[str]:
    return [address for endpoint in part.get("endpoints") or [] for address in endpoint["addresses"]]
