"""ServiceCIDR: the range that addresses of Services come from."""

from datetime import datetime
from ipaddress import ip_network

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_MOST = 2


def _check(report: Report, obj: dict, old: dict | None) -> None:
    """They are given at the creation: one, or one of each family."""
    path, cidrs = "spec.cidrs", obj["spec"].get("cidrs") or []
    if old is not None:
        report.immutable(path, cidrs, old["spec"].get("cidrs") or [])
        return
    if not cidrs:
        report.required(path, "at least one CIDR required")
    elif len(cidrs) > _MOST:
        report.invalid(path, obj["spec"], "may only hold up to 2 values")
    elif len(cidrs) == _MOST and len({":" in cidr for cidr in cidrs}) == 1:
        detail = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
        report.invalid(path, obj["spec"], detail)
    else:
        for index, cidr in enumerate(cidrs):
            if not _is_cidr(cidr):
                detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
                report.invalid(f"{path}[{index}]", cidr, detail)


def _is_cidr(text: str) -> bool:
    address, slash, bits = text.partition("/")
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return bool(address and slash and bits.isdigit())


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), ",".join(obj["spec"].get("cidrs", ())), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ServiceCIDR", "servicecidrs", namespaced=False, subresources=("status",)),
    strategy=Strategy(generation=True, status=True),
    rules=Rules(_check),
    columns=Columns(define("Name", "CIDRs", "Age"), _cells),
)
