"""FlowSchema: which requests belong to which priority level (pkg/apis/flowcontrol/validation). Stored only."""

from datetime import datetime

from loopkube.kinds.flowcontrol import GROUP
from loopkube.kinds.shared import flow_rules, text
from loopkube.kinds.shared import mandatory_flows as mandatory
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy

_USUAL, _LEAST, _MOST = 1000, 1, 10000
_METHODS = ("ByNamespace", "ByUser")


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    if not spec.get("matchingPrecedence"):
        spec["matchingPrecedence"] = _USUAL


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    precedence = spec.get("matchingPrecedence", _USUAL)
    if precedence <= 0:
        report.invalid("spec.matchingPrecedence", precedence, "must be a positive value")
    if precedence > _MOST:
        report.invalid("spec.matchingPrecedence", precedence, f"must not be greater than {_MOST}")
    if precedence == _LEAST and obj["metadata"].get("name") != "exempt":
        detail = "only the schema named 'exempt' may have matchingPrecedence 1"
        report.invalid("spec.matchingPrecedence", precedence, detail)
    if spec.get("distinguisherMethod"):
        report.one_of("spec.distinguisherMethod.type", spec["distinguisherMethod"].get("type", ""), _METHODS)
    level = (spec.get("priorityLevelConfiguration") or {}).get("name", "")
    if level:
        report.all("spec.priorityLevelConfiguration.name", level, text.dns_subdomain(level))
    else:
        report.required("spec.priorityLevelConfiguration.name", "must reference a priority level")
    for index, rule in enumerate(spec.get("rules") or ()):
        flow_rules.check(report, f"spec.rules[{index}]", rule)
    mandatory.unchanged(report, obj)


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    mandatory.conditions(report, obj)


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    method = (spec.get("distinguisherMethod") or {}).get("type") or NONE
    dangling = [c["status"] for c in obj.get("status", {}).get("conditions") or () if c["type"] == "Dangling"]
    level = (spec.get("priorityLevelConfiguration") or {}).get("name", "")
    return [
        name(obj),
        level,
        spec.get("matchingPrecedence", 0),
        method,
        age(obj, now),
        dangling[0] if dangling else "?",
    ]


SPEC = Spec(
    GROUP.kind("FlowSchema", "flowschemas", namespaced=False, subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=empty_status),
    rules=Rules(_check, status=_check_status, warn=not_acted_upon("no request waits for others")),
    columns=Columns(
        define("Name", "PriorityLevel", "MatchingPrecedence:integer", "DistinguisherMethod", "Age", "MissingPL"), _cells
    ),
)
