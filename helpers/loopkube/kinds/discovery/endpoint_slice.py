"""EndpointSlice: addresses of the Pods behind a Service. Loopback addresses are good here: Pods have them."""

from collections.abc import Sequence
from datetime import datetime

from loopkube.kinds.discovery import GROUP
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name, some
from loopkube.kinds.shared.ports import PROTOCOLS
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_TYPES = ("FQDN", "IPv4", "IPv6")
_ENDPOINTS, _ADDRESSES, _PORTS, _HINTS = 1000, 100, 20000, 8
_CHECKS = {
    "IPv4": (text.is_ipv4, "must be an IPv4 address"),
    "IPv6": (text.is_ipv6, "must be an IPv6 address"),
}

_UNSET = "<unset>"


def _defaults(obj: dict) -> None:
    for port in obj.get("ports") or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def _changed(obj: dict, old: dict) -> bool:
    labels = [o["metadata"].get("labels", {}) for o in (obj, old)]
    fields = ("addressType", "endpoints", "ports")
    return labels[0] != labels[1] or any(obj.get(field) != old.get(field) for field in fields)


def _check(report: Report, obj: dict, old: dict | None) -> None:
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


def _cells(obj: dict, now: datetime) -> list:
    ports = [str(port.get("port") or port.get("name") or "*") for port in obj.get("ports") or ()]
    addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    shown = [some(ports, len(ports), _UNSET), some(addresses, len(addresses), _UNSET)]
    return [name(obj), obj.get("addressType", ""), *shown, age(obj, now)]


SPEC = Spec(
    GROUP.kind("EndpointSlice", "endpointslices"),
    defaults=_defaults,
    strategy=Strategy(generation=True, changed=_changed),
    rules=Rules(_check),
    columns=Columns(define("Name", "AddressType", "Ports", "Endpoints", "Age"), _cells),
)
