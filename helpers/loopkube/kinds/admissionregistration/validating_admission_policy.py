"""ValidatingAdmissionPolicy: expressions that judge what is about to be written (loopkube.api.policies)."""

from loopkube.kinds.admissionregistration import GROUP
from loopkube.kinds.shared import admission_policies, policy_expressions, text
from loopkube.kinds.shared.policy_expressions import Declared
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")
_MOST_ANNOTATIONS, _LONGEST_EXPRESSION = 20, 5 * 1024


def _check(report: Report, obj: dict, old: dict | None) -> None:
    def judge(report: Report, spec: dict, declared: Declared) -> None:
        _expressions(report, spec, declared, obj["metadata"].get("name", ""))

    admission_policies.policy(report, obj.get("spec") or {}, judge)


def _expressions(report: Report, spec: dict, declared: Declared, name: str) -> None:
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    if not validations and not annotations:
        for field in ("validations", "auditAnnotations"):
            report.required(f"spec.{field}", "validations or auditAnnotations must contain at least one item")
    for index, validation in enumerate(validations):
        _validation(report, f"spec.validations[{index}]", validation, declared)
    if len(annotations) > _MOST_ANNOTATIONS:
        most = f"must not have more than {_MOST_ANNOTATIONS} auditAnnotations"
        report.invalid("spec.auditAnnotations", annotations, most)
    seen: set[str] = set()
    for index, annotation in enumerate(annotations):
        path, key = f"spec.auditAnnotations[{index}]", annotation.get("key") or ""
        _annotation(report, path, annotation, declared, name)
        if key in seen:
            report.duplicate(f"{path}.key", key)
        seen.add(key)


def _validation(report: Report, path: str, validation: dict, declared: Declared) -> None:
    expression, message = validation.get("expression") or "", validation.get("message") or ""
    said = validation.get("messageExpression") or ""
    if not expression.strip():
        report.required(f"{path}.expression", "expression is not specified")
    else:
        policy_expressions.check(report, f"{path}.expression", expression, declared, ("bool",))
    if said and not said.strip():
        report.invalid(f"{path}.messageExpression", said, "must be non-empty if specified")
    elif said:
        returns = ("string",)
        policy_expressions.check(report, f"{path}.messageExpression", said, declared, returns, authorizer=False)
    if message and not message.strip():
        report.invalid(f"{path}.message", message, "message must be non-empty if specified")
    elif "\n" in message.strip() or "\r" in message.strip():
        report.invalid(f"{path}.message", message, "message must not contain line breaks")
    if "reason" in validation:
        report.one_of(f"{path}.reason", validation["reason"], _REASONS)


def _annotation(report: Report, path: str, annotation: dict, declared: Declared, name: str) -> None:
    key, expression = annotation.get("key") or "", (annotation.get("valueExpression") or "").strip()
    if name:
        report.all(f"{path}.key", f"{name}/{key}", text.qualified_name(f"{name}/{key}"))
    else:
        report.invalid(f"{path}.key", key, "requires metadata.name be non-empty")
    if not expression:
        report.required(f"{path}.valueExpression", "valueExpression is not specified")
    elif len(expression) > _LONGEST_EXPRESSION:
        report.required(f"{path}.valueExpression", f"must not exceed {_LONGEST_EXPRESSION} bytes in length")
    else:
        policy_expressions.check(report, f"{path}.valueExpression", expression, declared, ("string", "null_type"))


def _changed(obj: dict, old: dict) -> bool:
    return obj.get("spec") != old.get("spec")


SPEC = Spec(
    GROUP.kind(
        "ValidatingAdmissionPolicy",
        "validatingadmissionpolicies",
        namespaced=False,
        categories=("api-extensions",),
        subresources=("status",),
    ),
    defaults=admission_policies.defaults,
    strategy=Strategy(generation=True, status=True, changed=_changed, unconditional_update=False),
    rules=Rules(_check, any_finalizer=True),
    columns=admission_policies.policy_columns("validations"),
)
