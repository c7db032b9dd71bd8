"""PriorityLevelConfiguration: how many requests at a time (pkg/apis/flowcontrol/validation). Stored only."""

from datetime import datetime

from loopkube.kinds.flowcontrol import GROUP
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy

_SHARES = 30
_QUEUING = {"queues": 64, "handSize": 8, "queueLengthLimit": 50}


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    if spec.get("type") == "Exempt":
        exempt = spec.setdefault("exempt", {})
        exempt.setdefault("nominalConcurrencyShares", 0)
        exempt.setdefault("lendablePercent", 0)
    limited = spec.get("limited")
    if limited is not None:
        limited.setdefault("nominalConcurrencyShares", _SHARES)
        limited.setdefault("lendablePercent", 0)
        queuing = (limited.get("limitResponse") or {}).get("queuing")
        if queuing is not None:
            for field, value in _QUEUING.items():
                queuing.setdefault(field, value)


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    found = spec.get("type", "")
    report.one_of("spec.type", found, ("Exempt", "Limited"))
    if found == "Exempt" and "limited" in spec:
        report.forbidden("spec.limited", "must be nil if the type is not Limited")
    if found == "Limited" and "exempt" in spec:
        report.forbidden("spec.exempt", "must be nil if the type is Limited")
    if found == "Limited" and "limited" not in spec:
        report.required("spec.limited", "must not be empty when type is Limited")
    elif found == "Limited":
        _check_limited(report, "spec.limited", spec["limited"])


def _check_limited(report: Report, path: str, limited: dict) -> None:
    shares, response = limited.get("nominalConcurrencyShares", _SHARES), limited.get("limitResponse") or {}
    if shares < 0:
        report.invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    kind, queuing = response.get("type", ""), response.get("queuing")
    report.one_of(f"{path}.limitResponse.type", kind, ("Queue", "Reject"))
    if kind == "Reject" and queuing is not None:
        report.forbidden(f"{path}.limitResponse.queuing", "must be nil if limited.limitResponse.type is not Limited")
    if kind == "Queue" and queuing is None:
        words = "must not be empty if limited.limitResponse.type is Limited"
        report.required(f"{path}.limitResponse.queuing", words)
    for field, value in (queuing or {}).items():
        if value <= 0:
            report.invalid(f"{path}.limitResponse.queuing.{field}", value, "must be positive")


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    limits = spec.get("limited") or spec.get("exempt") or {}
    queuing = (limits.get("limitResponse") or {}).get("queuing") or {}
    shown = [queuing.get(field, NONE) for field in _QUEUING]
    return [name(obj), spec.get("type", ""), limits.get("nominalConcurrencyShares", NONE), *shown, age(obj, now)]


SPEC = Spec(
    GROUP.kind("PriorityLevelConfiguration", "prioritylevelconfigurations", namespaced=False, subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=empty_status),
    rules=Rules(_check, warn=not_acted_upon("no request waits for others")),
    columns=Columns(
        define("Name", "Type", "NominalConcurrencyShares", "Queues", "HandSize", "QueueLengthLimit", "Age"), _cells
    ),
)
