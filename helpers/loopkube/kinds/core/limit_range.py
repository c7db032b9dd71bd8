"""LimitRange: how much a container, a Pod or a claim may ask for (pkg/apis/core/validation)."""

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared import resource_names, text
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec
from loopkube.shared import quantity

_CONTAINER, _POD, _CLAIM = "Container", "Pod", "PersistentVolumeClaim"
_DEFAULTS = ("default", "defaultRequest")
_RATIO = "maxLimitRequestRatio"
_ORDERS = (
    # (lower, upper, the field that is wrong, how it is worded)
    ("min", "max", "min", "min value {} is greater than max value {}"),
    ("min", "defaultRequest", "defaultRequest", "min value {} is greater than default request value {}"),
    ("defaultRequest", "max", "defaultRequest", "default request value {} is greater than max value {}"),
    ("defaultRequest", "default", "defaultRequest", "default request value {} is greater than default limit value {}"),
    ("min", "default", "default", "min value {} is greater than default value {}"),
    ("default", "max", "default", "default value {} is greater than max value {}"),
)


def _defaults(obj: dict) -> None:
    """A limit for containers goes without saying where there is a most, a request where there is a limit or a least."""
    for limit in (obj.get("spec") or {}).get("limits") or ():
        if limit.get("type") != _CONTAINER:
            continue
        default = (limit.get("max") or {}) | (limit.get("default") or {})
        request = (limit.get("min") or {}) | default | (limit.get("defaultRequest") or {})
        limit |= {field: value for field, value in (("default", default), ("defaultRequest", request)) if value}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    types: list[str] = []
    for index, limit in enumerate(obj["spec"].get("limits") or ()):
        path, limit_type = f"spec.limits[{index}]", limit.get("type", "")
        _check_type(report, f"{path}.type", limit_type)
        if limit_type in types:
            report.duplicate(f"{path}.type", limit_type)
        types.append(limit_type)
        amounts = {field: limit.get(field) or {} for field in ("max", "min", *_DEFAULTS, _RATIO)}
        _check_names(report, path, limit_type, amounts)
        for name in sorted({name for each in amounts.values() for name in each}):
            _check_order(report, path, name, amounts)
            _check_ratio(report, path, name, amounts)
            _check_overcommitment(report, path, name, amounts)


def _check_type(report: Report, path: str, limit_type: str) -> None:
    complaints = text.qualified_name(limit_type)
    report.all(path, limit_type, complaints)
    if not complaints and "/" not in limit_type and limit_type not in (_CONTAINER, _POD, _CLAIM):
        report.invalid(path, limit_type, "must be a standard limit type or fully qualified")


def _check_names(report: Report, path: str, limit_type: str, amounts: dict[str, dict]) -> None:
    """Takes the defaults out of the limits for Pods, which have none."""
    check = resource_names.check_of_container if limit_type in (_CONTAINER, _POD) else resource_names.check
    for field in amounts:
        if field == _RATIO and limit_type == _CLAIM and not any("storage" in amounts[side] for side in ("min", "max")):
            missing = "either minimum or maximum storage value is required, but neither was provided"
            report.required(f"{path}.limits", missing)
        if field in _DEFAULTS and limit_type == _POD:
            if amounts[field]:
                report.forbidden(f"{path}.{field}", "may not be specified when `type` is 'Pod'")
            amounts[field] = {}
        for name in sorted(amounts[field]):
            check(report, f"{path}.{field}[{name}]", name)


def _check_order(report: Report, path: str, name: str, amounts: dict[str, dict]) -> None:
    for lower, upper, field, template in _ORDERS:
        low, high = amounts[lower].get(name), amounts[upper].get(name)
        if low is not None and high is not None and quantity.parse(low) > quantity.parse(high):
            # of a default Kubernetes tells the amount that it is compared with
            told = amounts[field][name] if field != "default" else low if lower == "min" else high
            report.invalid(f"{path}.{field}[{name}]", told, template.format(low, high))


def _check_ratio(report: Report, path: str, name: str, amounts: dict[str, dict]) -> None:
    ratio = amounts[_RATIO].get(name)
    if ratio is None:
        return
    if quantity.parse(ratio) < 1:
        report.invalid(f"{path}.{_RATIO}[{name}]", ratio, f"ratio {ratio} is less than 1")
    least, most = amounts["min"].get(name), amounts["max"].get(name)
    if least and most and quantity.parse(least):
        highest = float(quantity.parse(most) / quantity.parse(least))
        if float(quantity.parse(ratio)) > highest:
            detail = f"ratio {ratio} is greater than max/min = {highest:f}"
            report.invalid(f"{path}.{_RATIO}[{name}]", ratio, detail)


def _check_overcommitment(report: Report, path: str, name: str, amounts: dict[str, dict]) -> None:
    """What cannot be promised to more than one has a request as high as its limit."""
    limit, request = (amounts[field].get(name) for field in _DEFAULTS)
    if resource_names.may_overcommit(name) or limit is None or request is None:
        return
    if quantity.parse(limit) != quantity.parse(request):
        detail = f"default value {limit} must equal to defaultRequest value {request} in {name}"
        report.invalid(f"{path}.defaultRequest[{name}]", request, detail)


SPEC = Spec(
    GROUP.kind("LimitRange", "limitranges", short_names=("limits",)),
    defaults=_defaults,
    rules=Rules(_check),
)
