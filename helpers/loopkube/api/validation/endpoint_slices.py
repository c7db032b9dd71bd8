"""Rules for EndpointSlices and Endpoints. Loopback addresses are good here: Pods have them."""

from collections.abc import Sequence

from loopkube.api.validation import text
from loopkube.api.validation.report import Report
from loopkube.api.validation.services import PROTOCOLS

_TYPES = ("FQDN", "IPv4", "IPv6")
_ENDPOINTS, _ADDRESSES, _PORTS, _HINTS = 1000, 100, 20000, 8
_CHECKS = {
    "IPv4": (text.is_ipv4, "must be an IPv4 address"),
    "IPv6": (text.is_ipv6, "must be an IPv6 address"),
}


def endpoint_slice(report: Report, obj: dict, old: dict | None) -> None:
    kind = obj.get("addressType", "")
    if not kind:
        report.required("addressType")
    else:
        report.one_of("addressType", kind, _TYPES)
    endpoints = obj.get("endpoints") or ()
    if len(endpoints) > _ENDPOINTS:
        report.too_many("endpoints", len(endpoints), _ENDPOINTS)
    else:
        same_kind = old is None or kind == old.get("addressType")
        for index, endpoint in enumerate(endpoints):
            _endpoint(report, f"endpoints[{index}]", endpoint, kind if same_kind else "")
    _ports(report, obj.get("ports") or ())
    if old is not None:
        report.immutable("addressType", kind, old.get("addressType", ""))


def _endpoint(report: Report, path: str, endpoint: dict, kind: str) -> None:
    addresses = endpoint.get("addresses") or ()
    if not addresses:
        report.required(f"{path}.addresses", "must contain at least 1 address")
    elif len(addresses) > _ADDRESSES:
        report.too_many(f"{path}.addresses", len(addresses), _ADDRESSES)
    for index, address in enumerate(addresses):
        _address(report, f"{path}.addresses[{index}]", address, kind)
    if "nodeName" in endpoint:
        report.all(f"{path}.nodeName", endpoint["nodeName"], text.dns_subdomain(endpoint["nodeName"]))
    if "hostname" in endpoint:
        report.all(f"{path}.hostname", endpoint["hostname"], text.dns_label(endpoint["hostname"]))
    zones = endpoint.get("hints", {}).get("forZones", ())
    if len(zones) > _HINTS:
        report.too_many(f"{path}.hints.forZones", len(zones), _HINTS)


def _address(report: Report, path: str, address: str, kind: str) -> None:
    if kind == "FQDN":
        report.all(path, address, text.dns_subdomain(address.removesuffix(".")))
    elif kind in _CHECKS and not text.is_ip(address):
        report.invalid(path, address, text.IP)
    elif kind in _CHECKS and not _CHECKS[kind][0](address):
        report.invalid(path, address, _CHECKS[kind][1])


def _ports(report: Report, ports: Sequence[dict]) -> None:
    if len(ports) > _PORTS:
        report.too_many("ports", len(ports), _PORTS)
        return
    names: set[str] = set()
    for index, port in enumerate(ports):
        path, name = f"ports[{index}]", port.get("name", "")
        if name:
            report.all(f"{path}.name", name, text.dns_label(name))
        if name in names:
            report.duplicate(f"{path}.name", name)
        names.add(name)
        report.one_of(f"{path}.protocol", port.get("protocol", ""), PROTOCOLS)
        if "appProtocol" in port:
            report.all(f"{path}.appProtocol", port["appProtocol"], text.qualified_name(port["appProtocol"]))


def endpoints(report: Report, obj: dict, old: dict | None) -> None:
    for index, subset in enumerate(obj.get("subsets", ())):
        path = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            report.required(path, "must specify `addresses` or `notReadyAddresses`")
        for field in ("addresses", "notReadyAddresses"):
            for at, address in enumerate(subset.get(field, ())):
                if not text.is_ip(address.get("ip", "")):
                    report.invalid(f"{path}.{field}[{at}].ip", address.get("ip", ""), text.IP)
        _endpoint_ports(report, f"{path}.ports", subset.get("ports", ()))


def _endpoint_ports(report: Report, path: str, ports: Sequence[dict]) -> None:
    for index, port in enumerate(ports):
        name = port.get("name", "")
        if not name and len(ports) > 1:
            report.required(f"{path}[{index}].name")
        elif name:
            report.all(f"{path}[{index}].name", name, text.dns_label(name))
        report.all(f"{path}[{index}].port", port.get("port", 0), text.port_number(port.get("port", 0)))
        report.one_of(f"{path}[{index}].protocol", port.get("protocol", ""), PROTOCOLS)
