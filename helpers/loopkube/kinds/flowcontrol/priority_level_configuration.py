"""PriorityLevelConfiguration: how many requests at a time (pkg/apis/flowcontrol/validation). Stored only."""

from datetime import datetime
from math import ceil, log2

from loopkube.kinds.flowcontrol import GROUP
from loopkube.kinds.shared import mandatory_flows as mandatory
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy

_SHARES = 30
_MOST_QUEUES = 10_000_000
_MOST_BITS = 60
_MOST_HANDS = 100
"""More than this many cards dealt always need more bits."""
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
    level_type = spec.get("type", "")
    if (obj["metadata"].get("name") == "exempt") != (level_type == "Exempt"):
        report.invalid("spec.type", level_type, "type must be 'Exempt' if and only if name is 'exempt'")
    report.one_of("spec.type", level_type, ("Exempt", "Limited"))
    if level_type == "Exempt" and "limited" in spec:
        report.forbidden("spec.limited", "must be nil if the type is not Limited")
    if level_type == "Limited" and "exempt" in spec:
        report.forbidden("spec.exempt", "must be nil if the type is Limited")
    if level_type == "Limited" and "limited" not in spec:
        report.required("spec.limited", "must not be empty when type is Limited")
    elif level_type == "Limited":
        _check_limited(report, "spec.limited", spec["limited"])
    mandatory.unchanged(report, obj)


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    mandatory.conditions(report, obj)


def _check_limited(report: Report, path: str, limited: dict) -> None:
    shares, response = limited.get("nominalConcurrencyShares", _SHARES), limited.get("limitResponse") or {}
    if shares < 0:
        report.invalid(f"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer")
    kind, queuing = response.get("type", ""), response.get("queuing")
    report.one_of(f"{path}.limitResponse.type", kind, ("Queue", "Reject"))
    if kind == "Reject" and queuing is not None:
        report.forbidden(f"{path}.limitResponse.queuing", "must be nil if limited.limitResponse.type is not Limited")
    if kind == "Queue" and queuing is None:
        detail = "must not be empty if limited.limitResponse.type is Limited"
        report.required(f"{path}.limitResponse.queuing", detail)
    if kind == "Queue" and queuing is not None:
        _check_queuing(report, f"{path}.limitResponse.queuing", queuing)


def _check_queuing(report: Report, path: str, queuing: dict) -> None:
    length, queues, hand = (queuing.get(field, 0) for field in ("queueLengthLimit", "queues", "handSize"))
    if length <= 0:
        report.invalid(f"{path}.queueLengthLimit", length, "must be positive")
    if queues <= 0:
        report.invalid(f"{path}.queues", queues, "must be positive")
    elif queues > _MOST_QUEUES:
        report.invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}")
    bits = sum(log2(queues - dealt) for dealt in range(min(hand, _MOST_HANDS))) if queues >= hand > 0 else 0
    if hand <= 0:
        report.invalid(f"{path}.handSize", hand, "must be positive")
    elif hand > queues:
        report.invalid(f"{path}.handSize", hand, f"should not be greater than queues ({queues})")
    elif ceil(bits) > _MOST_BITS:
        detail = (
            f"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {_MOST_BITS}"
        )
        report.invalid(f"{path}.handSize", hand, detail)


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
    rules=Rules(_check, status=_check_status, warn=not_acted_upon("no request waits for others")),
    columns=Columns(
        define("Name", "Type", "NominalConcurrencyShares", "Queues", "HandSize", "QueueLengthLimit", "Age"), _cells
    ),
)
