"""Rules for `matchConditions`: named expressions that must all be true (admissionregistration/validation)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_MOST = 64


def rules(report: Report, path: str, conditions: list[dict]) -> None:
    if len(conditions) > _MOST:
        report.too_many(path, len(conditions), _MOST)
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        here, name = f"{path}[{index}]", condition.get("name", "")
        if not (condition.get("expression") or "").strip():
            report.required(f"{here}.expression")
        if not name:
            report.required(f"{here}.name")
            continue
        report.all(f"{here}.name", name, text.qualified_name(name))
        if name in seen:
            report.duplicate(f"{here}.name", name)
        seen.add(name)
