"""Endpoints: the older list of the addresses behind a Service. Loopback addresses are good here: Pods have them."""

from collections.abc import Sequence
from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name, some
from loopkube.kinds.shared.ports import PROTOCOLS
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    for subset in obj.get("subsets", ()):
        for port in subset.get("ports", ()):
            port.setdefault("protocol", "TCP")


def _check(report: Report, obj: dict, old: dict | None) -> None:
    for index, subset in enumerate(obj.get("subsets", ())):
        path = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            report.required(path, "must specify `addresses` or `notReadyAddresses`")
        for field in ("addresses", "notReadyAddresses"):
            for at, address in enumerate(subset.get(field, ())):
                if not text.is_ip(address.get("ip", "")):
                    report.invalid(f"{path}.{field}[{at}].ip", address.get("ip", ""), text.IP)
        _ports(report, f"{path}.ports", subset.get("ports", ()))


def _ports(report: Report, path: str, ports: Sequence[dict]) -> None:
    for index, port in enumerate(ports):
        name = port.get("name", "")
        if not name and len(ports) > 1:
            report.required(f"{path}[{index}].name")
        elif name:
            report.all(f"{path}[{index}].name", name, text.dns_label(name))
        report.all(f"{path}[{index}].port", port.get("port", 0), text.port_number(port.get("port", 0)))
        report.one_of(f"{path}[{index}].protocol", port.get("protocol", ""), PROTOCOLS)


def _cells(obj: dict, now: datetime) -> list:
    addresses = [address for subset in obj.get("subsets", ()) for address in _subset(subset)]
    return [name(obj), some(addresses, len(addresses), "") if obj.get("subsets") else NONE, age(obj, now)]


def _subset(subset: dict) -> list[str]:
    addresses = [address["ip"] for address in subset.get("addresses", ())]
    if not subset.get("ports"):
        return addresses
    return [f"{address}:{port['port']}" for port in subset["ports"] for address in addresses]


SPEC = Spec(
    GROUP.kind("Endpoints", "endpoints", singular="endpoints", short_names=("ep",)),
    defaults=_defaults,
    strategy=Strategy(create_on_update=True),
    rules=Rules(_check),
    columns=Columns(define("Name", "Endpoints", "Age"), _cells),
)
