"""Rules for resource requests and limits (ValidateContainerResourceRequirements)."""

from loopkube.kinds.shared import resource_names, text
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.resource_names import may_overcommit
from loopkube.shared import quantity


def requirements(report: Report, path: str, spec: dict) -> None:
    """ValidateContainerResourceRequirements: no request above its limit."""
    limits, requests = spec.get("limits", {}), spec.get("requests", {})
    for name, amount in sorted(limits.items()):
        _resource(report, f"{path}.limits[{name}]", name, amount)
    for name, amount in sorted(requests.items()):
        _resource(report, f"{path}.requests[{name}]", name, amount)
        if name in limits:
            _within(report, f"{path}.requests", name, amount, limits[name])
        elif not may_overcommit(name):
            report.required(f"{path}.limits", "Limit must be set for non overcommitable resources")


def _within(report: Report, path: str, name: str, request: str, limit: str) -> None:
    asked, allowed = quantity.parse(request), quantity.parse(limit)
    if not may_overcommit(name) and asked != allowed:
        report.invalid(path, request, f"must be equal to {name} limit of {limit}")
    elif asked > allowed:
        report.invalid(path, request, f"must be less than or equal to {name} limit of {limit}")


def _resource(report: Report, path: str, name: str, amount: str) -> None:
    resource_names.check_of_container(report, path, name)
    number = quantity.parse(amount)
    if number < 0:
        report.invalid(path, amount, text.NOT_NEGATIVE)
    if not may_overcommit(name) and number != number.to_integral_value():
        report.invalid(path, amount, "must be an integer")
