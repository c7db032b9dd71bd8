"""Rules for what decides on which node a Pod runs: tolerations, affinity, spread, gates."""

from loopkube.kinds.shared import metadata, text
from loopkube.kinds.shared.report import Report

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_FIELD = "metadata.name"


def tolerations(report: Report, path: str, entries: list[dict]) -> None:
    """ValidateTolerations in pkg/apis/core/validation."""
    for index, toleration in enumerate(entries):
        at = f"{path}[{index}]"
        key, operator, value = (toleration.get(field, "") for field in ("key", "operator", "value"))
        if key:
            report.all(f"{at}.key", key, text.qualified_name(key))
        elif operator != "Exists":
            message = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            report.invalid(f"{at}.operator", operator, message)
        effect = toleration.get("effect", "")
        if "tolerationSeconds" in toleration and effect != "NoExecute":
            report.invalid(f"{at}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
        if operator in ("", "Equal") and text.label_value(value):
            report.invalid(f"{at}.operator", value, ";".join(text.label_value(value)))
        elif operator == "Exists" and value:
            report.invalid(f"{at}.operator", value, "value must be empty when `operator` is 'Exists'")
        elif operator:
            report.one_of(f"{at}.operator", operator, ("Equal", "Exists"))
        if effect:
            report.one_of(f"{at}.effect", effect, EFFECTS)


def affinity(report: Report, path: str, spec: dict) -> None:
    """validateAffinity in pkg/apis/core/validation."""
    _node_affinity(report, f"{path}.nodeAffinity", spec.get("nodeAffinity", {}))
    for name in ("podAffinity", "podAntiAffinity"):
        _pod_affinity(report, f"{path}.{name}", spec.get(name, {}))


def _node_affinity(report: Report, path: str, spec: dict) -> None:
    required = spec.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is not None:
        at = f"{path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
        if not required.get("nodeSelectorTerms"):
            report.required(at, "must have at least one node selector term")
        for index, term in enumerate(required.get("nodeSelectorTerms") or ()):
            _node_term(report, f"{at}[{index}]", term)
    for index, preferred in enumerate(spec.get("preferredDuringSchedulingIgnoredDuringExecution", ())):
        at = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        _weight(report, f"{at}.weight", preferred.get("weight", 0))
        _node_term(report, f"{at}.preference", preferred.get("preference", {}))


def _weight(report: Report, path: str, weight: int) -> None:
    if not 1 <= weight <= 100:
        report.invalid(path, weight, "must be in the range 1-100")


def _node_term(report: Report, path: str, term: dict) -> None:
    for index, requirement in enumerate(term.get("matchExpressions", ())):
        at = f"{path}.matchExpressions[{index}]"
        _node_requirement(report, at, requirement)
        report.all(f"{at}.key", requirement.get("key", ""), text.qualified_name(requirement.get("key", "")))
    for index, requirement in enumerate(term.get("matchFields", ())):
        at = f"{path}.matchFields[{index}]"
        report.one_of(f"{at}.operator", requirement.get("operator", ""), ("In", "NotIn"))
        if requirement.get("key") != _FIELD:
            report.invalid(f"{at}.key", requirement.get("key", ""), "not a valid field selector key")


def _node_requirement(report: Report, path: str, requirement: dict) -> None:
    operator, values = requirement.get("operator", ""), requirement.get("values", ())
    if operator in ("In", "NotIn") and not values:
        report.required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist") and values:
        report.forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in ("Gt", "Lt") and len(values) != 1:
        report.required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    elif operator not in ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"):
        report.invalid(f"{path}.operator", operator, "not a valid selector operator")


def _pod_affinity(report: Report, path: str, spec: dict) -> None:
    for index, term in enumerate(spec.get("requiredDuringSchedulingIgnoredDuringExecution", ())):
        _pod_term(report, f"{path}.requiredDuringSchedulingIgnoredDuringExecution[{index}]", term)
    for index, preferred in enumerate(spec.get("preferredDuringSchedulingIgnoredDuringExecution", ())):
        at = f"{path}.preferredDuringSchedulingIgnoredDuringExecution[{index}]"
        _weight(report, f"{at}.weight", preferred.get("weight", 0))
        _pod_term(report, f"{at}.podAffinityTerm", preferred.get("podAffinityTerm", {}))


def _pod_term(report: Report, path: str, term: dict) -> None:
    for name in ("labelSelector", "namespaceSelector"):
        metadata.label_selector(report, f"{path}.{name}", term.get(name, {}))
    for namespace in term.get("namespaces", ()):
        report.all(f"{path}.namespace", namespace, text.dns_label(namespace))
    _topology_key(report, f"{path}.topologyKey", term.get("topologyKey", ""))


def _topology_key(report: Report, path: str, key: str) -> None:
    if not key:
        report.required(path, "can not be empty")
    else:
        report.all(path, key, text.qualified_name(key))


def spread(report: Report, path: str, constraints: list[dict]) -> None:
    """validateTopologySpreadConstraints in pkg/apis/core/validation."""
    for index, constraint in enumerate(constraints):
        at = f"{path}[{index}]"
        if constraint.get("maxSkew", 0) <= 0:
            report.invalid(f"{at}.maxSkew", constraint.get("maxSkew", 0), "must be greater than zero")
        _topology_key(report, f"{at}.topologyKey", constraint.get("topologyKey", ""))
        otherwise = constraint.get("whenUnsatisfiable", "")
        report.one_of(f"{at}.whenUnsatisfiable", otherwise, ("DoNotSchedule", "ScheduleAnyway"))
        metadata.label_selector(report, f"{at}.labelSelector", constraint.get("labelSelector", {}))


def gates(report: Report, path: str, spec: dict) -> None:
    """validateReadinessGates and validateSchedulingGates."""
    for index, gate in enumerate(spec.get("readinessGates", ())):
        name = gate.get("conditionType", "")
        report.all(f"{path}.readinessGates[{index}].conditionType", name, text.qualified_name(name))
    seen: set[str] = set()
    for index, gate in enumerate(spec.get("schedulingGates", ())):
        at, name = f"{path}.schedulingGates[{index}]", gate.get("name", "")
        report.all(at, name, text.qualified_name(name))
        if name in seen:
            report.duplicate(at, name)
        seen.add(name)
