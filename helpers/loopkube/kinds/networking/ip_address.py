"""IPAddress: that a Service has taken an address; its name is the address (pkg/apis/networking/validation)."""

from datetime import datetime
from ipaddress import ip_address

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.text import IP
from loopkube.kinds.spec import Rules, Spec, Strategy


def _name(name: str) -> list[str]:
    try:
        canonical = str(ip_address(name))
    except ValueError:
        return [IP]
    return [] if canonical == name else [f'must be in canonical form ("{canonical}")']


def _check(report: Report, obj: dict, old: dict | None) -> None:
    parent = obj["spec"].get("parentRef")
    if old is not None:
        report.immutable("spec.parentRef", parent, old["spec"].get("parentRef"))
    elif not parent:
        report.required("spec.parentRef")
    else:
        for field in ("resource", "name"):
            if not parent.get(field):
                report.required(f"spec.parentRef.{field}")


def _cells(obj: dict, now: datetime) -> list:
    parent = obj["spec"].get("parentRef") or {}
    group = f"{parent['group']}/" if parent.get("group") else ""
    owner = f"{parent['namespace']}/{parent.get('name', '')}" if parent.get("namespace") else parent.get("name", "")
    return [name(obj), f"{group}{parent.get('resource', '')}/{owner}", age(obj, now)]


SPEC = Spec(
    GROUP.kind("IPAddress", "ipaddresses", namespaced=False, short_names=("ip",)),
    strategy=Strategy(generation=True),
    rules=Rules(_check, name=_name),
    columns=Columns(define("Name", "ParentRef", "Age"), _cells),
)
