"""Rules for resource requests and limits (ValidateContainerResourceRequirements)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report
from loopkube.shared import quantity

_STANDARD = ("cpu", "memory", "ephemeral-storage")


def requirements(report: Report, path: str, spec: dict) -> None:
    """ValidateContainerResourceRequirements: no request above its limit."""
    limits, requests = spec.get("limits", {}), spec.get("requests", {})
    for name, amount in sorted(limits.items()):
        _resource(report, f"{path}.limits[{name}]", name, amount)
    for name, amount in sorted(requests.items()):
        _resource(report, f"{path}.requests[{name}]", name, amount)
        if name in limits:
            _within(report, f"{path}.requests", name, amount, limits[name])
        elif not _may_overcommit(name):
            report.required(f"{path}.limits", "Limit must be set for non overcommitable resources")


def _within(report: Report, path: str, name: str, request: str, limit: str) -> None:
    asked, allowed = quantity.parse(request), quantity.parse(limit)
    if not _may_overcommit(name) and asked != allowed:
        report.invalid(path, request, f"must be equal to {name} limit of {limit}")
    elif asked > allowed:
        report.invalid(path, request, f"must be less than or equal to {name} limit of {limit}")


def _may_overcommit(name: str) -> bool:
    return "/" not in name and not name.startswith("hugepages-")


def _resource(report: Report, path: str, name: str, amount: str) -> None:
    report.all(path, name, text.qualified_name(name))
    if "/" not in name and name not in _STANDARD and not name.startswith("hugepages-"):
        report.invalid(path, name, "must be a standard resource for containers")
    number = quantity.parse(amount)
    if number < 0:
        report.invalid(path, amount, text.NOT_NEGATIVE)
    if not _may_overcommit(name) and number != number.to_integral_value():
        report.invalid(path, amount, "must be an integer")
