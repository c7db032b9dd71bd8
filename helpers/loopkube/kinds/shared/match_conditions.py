"""Rules for `matchConditions`: named expressions that must all be true (admissionregistration/validation)."""

from loopkube.kinds.shared import policy_expressions, text
from loopkube.kinds.shared.policy_expressions import Declared
from loopkube.kinds.shared.report import Report

_MOST = 64


def rules(report: Report, path: str, conditions: list[dict], *, params: bool = False) -> None:
    """`params`: whether expressions may name them."""
    declared = Declared(params)
    if len(conditions) > _MOST:
        report.too_many(path, len(conditions), _MOST)
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        here, name = f"{path}[{index}]", condition.get("name", "")
        expression = (condition.get("expression") or "").strip()
        if not expression:
            report.required(f"{here}.expression")
        else:
            policy_expressions.check(report, f"{here}.expression", expression, declared, ("bool",))
        if not name:
            report.required(f"{here}.name")
            continue
        report.all(f"{here}.name", name, text.qualified_name(name))
        if name in seen:
            report.duplicate(f"{here}.name", name)
        seen.add(name)
