"""Rules for the rules in CEL that a schema holds: they must compile, and name old values only where there are any."""

from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.structural import rule_costs
from loopkube.kinds.shared.structural.field_paths import BadPath, field_path
from loopkube.kinds.shared.structural.rules import RULES, compile_rules
from loopkube.kinds.shared.structural.schema import EMBEDDED, Schema
from loopkube.shared.cel.compiler import Program

_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")


def judge_form(report: Report, schema: Schema, path: str) -> None:
    """What can be said without compiling, of this level and those below."""
    for index, rule in enumerate(schema.get(RULES) or ()):
        _form(report, rule, schema, f"{path}.{RULES}[{index}]")
    for there, inner in below(schema, path):
        judge_form(report, inner, there)


def below(schema: Schema, path: str) -> list[tuple[str, Schema]]:
    """(path, schema) of everything one level down."""
    children = [(f"{path}.properties[{name}]", inner) for name, inner in (schema.get("properties") or {}).items()]
    parts = [(f"{path}.{part}", schema.get(part)) for part in ("items", "additionalProperties")]
    children += [(there, inner) for there, inner in parts if isinstance(inner, dict)]
    return children


def _form(report: Report, rule: dict, schema: Schema, path: str) -> None:
    text, message, said = rule.get("rule", ""), rule.get("message", ""), rule.get("messageExpression", "")
    if not text.strip():
        report.required(f"{path}.rule", "rule is not specified")
    elif message and not message.strip():
        report.invalid(f"{path}.message", message, "must be non-empty if specified")
    elif _lines(message.strip()):
        report.invalid(f"{path}.message", message, "must not contain line breaks")
    elif _lines(text.strip()) and not message.strip():
        report.required(f"{path}.message", "message must be specified if rule contains line breaks")
    if said and not said.strip():
        report.required(f"{path}.messageExpression", "messageExpression must be non-empty if specified")
    if "reason" in rule:
        report.one_of(f"{path}.reason", rule["reason"], _REASONS)
    where = rule.get("fieldPath", "")
    if where and not where.strip():
        report.invalid(f"{path}.fieldPath", where, "must be non-empty if specified")
    if _lines(where):
        report.invalid(f"{path}.fieldPath", where, "must not contain line breaks")
    if where:
        try:
            field_path(where, schema)
        except BadPath:
            report.invalid(f"{path}.fieldPath", where, "must be a valid path")


def _lines(text: str) -> bool:
    return "\n" in text or "\r" in text


def judge_expressions(
    report: Report, schema: Schema, path: str, *, root: bool = True, uncorrelated: str = "", times: float | None = 1
) -> None:
    """What the compiler says; `uncorrelated` names the list above whose items are never found again, `times` says how
    often such values can stand in an object."""
    for there, inner in below(schema, path):
        lost = uncorrelated
        if there.endswith(".items") and schema.get("x-kubernetes-list-type") != "map":
            lost = lost or there
        often = rule_costs.cardinality(times, schema)
        judge_expressions(report, inner, there, root=False, uncorrelated=lost, times=often)
    resource = root or bool(schema.get(EMBEDDED))
    for index, rule in enumerate(compile_rules(schema, schema, resource)):
        here, declared = f"{path}.{RULES}[{index}]", rule.declared
        _cost(report, f"{here}.rule", "estimated rule cost", rule.program, schema, times)
        _cost(report, f"{here}.messageExpression", "estimated messageExpression cost", rule.message, schema, 1)
        if rule.error:
            report.invalid(f"{here}.rule", _shown(declared), rule.error)
        if rule.message_error:
            report.invalid(f"{here}.messageExpression", _shown(declared), rule.message_error)
        if rule.uses_old and uncorrelated:
            detail = f"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelated}"
            report.invalid(f"{here}.rule", declared["rule"], detail)
        elif not rule.uses_old and rule.program and "optionalOldSelf" in declared:
            detail = "may not be set if oldSelf is not used in rule"
            report.invalid(f"{here}.optionalOldSelf", declared["optionalOldSelf"], detail)


def _cost(report: Report, path: str, what: str, program: Program | None, schema: Schema, times: float | None) -> None:
    told = rule_costs.exceeded(what, rule_costs.rule_cost(program.root, schema, times)) if program else ""
    if told:
        report.forbidden(path, told)


def _shown(declared: dict) -> dict:
    """The rule as Go's JSON of it: the fields of its internal type."""
    internal = {
        "Rule": declared.get("rule", ""),
        "Message": declared.get("message", ""),
        "MessageExpression": declared.get("messageExpression", ""),
        "Reason": declared.get("reason"),
        "FieldPath": declared.get("fieldPath", ""),
        "OptionalOldSelf": declared.get("optionalOldSelf"),
    }
    return internal
