"""How fast Pods may be added and taken away: defaults and rules."""

from loopkube.kinds.shared.report import Report
from loopkube.shared import quantity

_LONGEST_WINDOW, _LONGEST_PERIOD, _PERIOD = 3600, 1800, 15
_SELECT = ("Disabled", "Max", "Min")
_POLICIES = ("Percent", "Pods")


def _usual(direction: str) -> dict:
    percent = {"type": "Percent", "value": 100, "periodSeconds": _PERIOD}
    if direction == "scaleDown":
        return {"selectPolicy": "Max", "policies": [percent]}
    pods = {"type": "Pods", "value": 4, "periodSeconds": _PERIOD}
    return {"stabilizationWindowSeconds": 0, "selectPolicy": "Max", "policies": [pods, percent]}


def complete(behavior: dict | None) -> None:
    """Both directions are said as soon as there is a behavior at all."""
    if behavior is not None:
        for direction in ("scaleUp", "scaleDown"):
            behavior[direction] = _usual(direction) | (behavior.get(direction) or {})


def check(report: Report, path: str, behavior: dict) -> None:
    """As upstream's validateBehavior."""
    for direction in ("scaleUp", "scaleDown"):
        if behavior.get(direction) is not None:
            _check_rules(report, f"{path}.{direction}", behavior[direction])


def _check_rules(report: Report, path: str, rules: dict) -> None:
    window = rules.get("stabilizationWindowSeconds", 0)
    if window < 0:
        report.invalid(f"{path}.stabilizationWindowSeconds", window, "must be greater than or equal to zero")
    if window > _LONGEST_WINDOW:
        detail = f"must be less than or equal to {_LONGEST_WINDOW}"
        report.invalid(f"{path}.stabilizationWindowSeconds", window, detail)
    if "selectPolicy" in rules:
        report.one_of(f"{path}.selectPolicy", rules["selectPolicy"], _SELECT)
    if not rules.get("policies"):
        report.required(f"{path}.policies", "must specify at least one Policy")
    for at, policy in enumerate(rules.get("policies") or ()):
        _check_policy(report, f"{path}.policies[{at}]", policy)
    if "tolerance" in rules and quantity.parse(rules["tolerance"]) < 0:
        report.invalid(f"{path}.tolerance", rules["tolerance"], "must be greater than or equal to 0")


def _check_policy(report: Report, path: str, policy: dict) -> None:
    value, period = policy.get("value", 0), policy.get("periodSeconds", 0)
    report.one_of(f"{path}.type", policy.get("type", ""), _POLICIES)
    if value <= 0:
        report.invalid(f"{path}.value", value, "must be greater than zero")
    if period <= 0:
        report.invalid(f"{path}.periodSeconds", period, "must be greater than zero")
    if period > _LONGEST_PERIOD:
        report.invalid(f"{path}.periodSeconds", period, f"must be less than or equal to {_LONGEST_PERIOD}")
