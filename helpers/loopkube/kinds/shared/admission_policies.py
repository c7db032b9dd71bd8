"""What validating and mutating policies have in common: defaults, rules, columns (admissionregistration/validation)."""

from collections.abc import Callable
from datetime import datetime

from loopkube.kinds.shared import admission_rules, columns, match_conditions, metadata, policy_expressions, text
from loopkube.kinds.shared.policy_expressions import ANY, Declared
from loopkube.kinds.shared.report import Report
from loopkube.shared.cel.escaping import is_identifier

FAILURE_POLICIES, MATCH_POLICIES = ("Fail", "Ignore"), ("Equivalent", "Exact")
_NOT_FOUND_ACTIONS = ("Deny", "Allow")


def match_defaults(match: dict | None) -> None:
    """In place, as SetDefaults_MatchResources."""
    if match is None:
        return
    match.setdefault("matchPolicy", "Equivalent")
    match.setdefault("namespaceSelector", {})
    match.setdefault("objectSelector", {})
    for rule in (*(match.get("resourceRules") or ()), *(match.get("excludeResourceRules") or ())):
        rule.setdefault("scope", "*")


def defaults(obj: dict) -> None:
    """In place, as upstream's defaults of the two kinds of policy."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("failurePolicy", "Fail")
    match_defaults(spec.get("matchConstraints"))


def binding_defaults(obj: dict) -> None:
    match_defaults(obj.setdefault("spec", {}).get("matchResources"))


def policy(report: Report, spec: dict, judge: Callable[[Report, dict, Declared], None]) -> None:
    """The common part of a policy; `judge` says what is wrong with its own expressions."""
    params = "paramKind" in spec
    report.one_of("spec.failurePolicy", spec.get("failurePolicy", ""), FAILURE_POLICIES)
    if params:
        _param_kind(report, spec["paramKind"] or {})
    match = spec.get("matchConstraints")
    if match is None:
        report.required("spec.matchConstraints")
    else:
        match_resources(report, "spec.matchConstraints", match)
        if not match.get("resourceRules"):
            report.required("spec.matchConstraints.resourceRules")
    match_conditions.rules(report, "spec.matchConditions", spec.get("matchConditions") or [], params=params)
    declared = Declared(params)
    for index, variable in enumerate(spec.get("variables") or ()):
        _variable(report, f"spec.variables[{index}]", variable, declared)
    judge(report, spec, declared)


def _variable(report: Report, path: str, variable: dict, declared: Declared) -> None:
    name, expression = variable.get("name") or "", variable.get("expression") or ""
    if not name.strip():
        report.required(f"{path}.name", "name is not specified")
    elif not is_identifier(name):
        report.invalid(f"{path}.name", name, "name is not a valid CEL identifier")
    if not expression.strip():
        report.required(f"{path}.expression", "expression is not specified")
        return
    program = policy_expressions.check(report, f"{path}.expression", expression, declared, (ANY,))
    declared.add(name, program.type if program else "dyn")


def match_resources(report: Report, path: str, match: dict) -> None:
    """As upstream's validateMatchResources."""
    report.one_of(f"{path}.matchPolicy", match.get("matchPolicy", ""), MATCH_POLICIES)
    for selector in ("namespaceSelector", "objectSelector"):
        metadata.label_selector(report, f"{path}.{selector}", match.get(selector) or {})
    for field in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(match.get(field) or ()):
            _named_rule(report, f"{path}.{field}[{index}]", rule)


def _named_rule(report: Report, path: str, rule: dict) -> None:
    seen: set[str] = set()
    for index, name in enumerate(rule.get("resourceNames") or ()):
        report.all(f"{path}.resourceNames[{index}]", name, text.path_segment(name))
        if name in seen:
            report.duplicate(f"{path}.resourceNames[{index}]", name)
        seen.add(name)
    admission_rules.with_operations(report, path, rule)


def _param_kind(report: Report, kind: dict) -> None:
    version, path = kind.get("apiVersion") or "", "spec.paramKind"
    if not version:
        report.required(f"{path}.apiVersion")
    elif version.count("/") > 1:
        report.invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")
    else:
        group, _, name = version.rpartition("/")
        if group and text.dns_subdomain(group):
            report.invalid(f"{path}.apiVersion", group, ",".join(text.dns_subdomain(group)))
        if not name:
            report.invalid(f"{path}.apiVersion", version, "version must be specified")
        elif text.dns_1035_label(name):
            report.invalid(f"{path}.apiVersion", version, ",".join(text.dns_1035_label(name)))
    named = kind.get("kind") or ""
    if not named:
        report.required(f"{path}.kind")
    elif complaints := text.dns_1035_label(named.lower()):
        mixed = "may have mixed case, but should otherwise match: "
        report.invalid(f"{path}.kind", named, mixed + ",".join(complaints))


def binding(report: Report, spec: dict) -> None:
    """The common part of a binding."""
    name = spec.get("policyName") or ""
    if not name:
        report.required("spec.policyName")
    else:
        report.all("spec.policyName", name, text.dns_subdomain(name))
    if spec.get("paramRef") is not None:
        _param_ref(report, spec["paramRef"])
    if spec.get("matchResources") is not None:
        match_resources(report, "spec.matchResouces", spec["matchResources"])  # upstream's spelling


def _param_ref(report: Report, reference: dict) -> None:
    path, name, selector = "spec.paramRef", reference.get("name") or "", reference.get("selector")
    exclusive = "name and selector are mutually exclusive"
    if name:
        report.all(f"{path}.name", name, text.path_segment(name))
        if selector is not None:
            report.forbidden(f"{path}.name", exclusive)
    if selector is not None:
        metadata.label_selector(report, f"{path}.selector", selector)
        if name:
            report.forbidden(f"{path}.selector", exclusive)
    if not name and selector is None:
        report.required(path, "one of name or selector must be specified")
    action = reference.get("parameterNotFoundAction") or ""
    if not action:
        report.required(f"{path}.parameterNotFoundAction")
    else:
        report.one_of(f"{path}.parameterNotFoundAction", action, _NOT_FOUND_ACTIONS)


def policy_columns(expressions: str) -> columns.Columns:
    """Those of a policy whose expressions stand in this field."""

    def cells(obj: dict, now: datetime) -> list:
        spec = obj.get("spec") or {}
        kind = spec.get("paramKind")
        params = f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"
        return [columns.name(obj), len(spec.get(expressions) or ()), params, columns.age(obj, now)]

    definitions = columns.define("Name", f"{expressions.capitalize()}:integer", "ParamKind", "Age")
    return columns.Columns(definitions, cells)


def _binding_cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec") or {}
    return [columns.name(obj), spec.get("policyName", ""), _parameters(spec), columns.age(obj, now)]


BINDING_COLUMNS = columns.Columns(columns.define("Name", "PolicyName", "ParamRef", "Age"), _binding_cells)


def _parameters(spec: dict) -> str:
    reference = spec.get("paramRef")
    if reference is None:
        return "<unset>"
    named = reference.get("name") or "*"
    return f"{reference['namespace']}/{named}" if reference.get("namespace") else named
