"""PriorityClass: a name for a priority of Pods (pkg/apis/scheduling/validation)."""

from datetime import datetime

from loopkube.kinds.scheduling import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.system_priorities import SYSTEM
from loopkube.kinds.spec import Deletion, Rules, Spec, Strategy

_HIGHEST = 1_000_000_000
_SYSTEM = "system-"
_PROTECTED = "this is a system priority class and cannot be deleted"
_POLICIES = ("PreemptLowerPriority", "Never")


def _defaults(obj: dict) -> None:
    obj.setdefault("preemptionPolicy", _POLICIES[0])


def _check(report: Report, obj: dict, old: dict | None) -> None:
    called, value = obj["metadata"].get("name", ""), obj.get("value", 0)
    if called in SYSTEM:
        if value != SYSTEM[called][0]:
            detail = f"priority class names with '{_SYSTEM}' prefix are reserved for system use only. error: "
            report.forbidden("metadata.name", f"{detail}value of {called} PriorityClass must be {SYSTEM[called][0]}")
    elif called.startswith(_SYSTEM):
        detail = f"priority class names with '{_SYSTEM}' prefix are reserved for system use only. error: "
        report.forbidden("metadata.name", f"{detail}{called} is not a known system priority class")
    elif value > _HIGHEST:
        report.forbidden("value", f"maximum allowed value of a user defined priority is {_HIGHEST}")
    report.one_of("preemptionPolicy", obj.get("preemptionPolicy"), _POLICIES)
    if old is not None:
        if value != old.get("value", 0):
            report.forbidden("value", "may not be changed in an update.")
        report.immutable("preemptionPolicy", obj.get("preemptionPolicy"), old.get("preemptionPolicy"))


def _cells(obj: dict, now: datetime) -> list:
    policy = obj.get("preemptionPolicy", "")
    return [name(obj), obj.get("value", 0), obj.get("globalDefault", False), age(obj, now), policy]


SPEC = Spec(
    GROUP.kind("PriorityClass", "priorityclasses", namespaced=False, short_names=("pc",)),
    defaults=_defaults,
    strategy=Strategy(generation=True),
    rules=Rules(_check),
    deletion=Deletion(protected=dict.fromkeys(SYSTEM, _PROTECTED)),
    columns=Columns(define("Name", "Value:integer", "Global-Default:boolean", "Age", "PreemptionPolicy"), _cells),
)
