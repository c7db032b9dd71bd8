"""LimitRange: how much a container, a Pod or a claim may ask for (pkg/apis/core/validation)."""

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec
from loopkube.shared import quantity

_WORDS = {"default": "default", "defaultRequest": "default request"}


def _defaults(obj: dict) -> None:
    """A limit for containers goes without saying where there is a most, a request where there is a limit or a least."""
    for limit in (obj.get("spec") or {}).get("limits") or ():
        if limit.get("type") != "Container":
            continue
        default = (limit.get("max") or {}) | (limit.get("default") or {})
        request = (limit.get("min") or {}) | default | (limit.get("defaultRequest") or {})
        limit |= {field: value for field, value in (("default", default), ("defaultRequest", request)) if value}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    types: list[str] = []
    for index, limit in enumerate(obj["spec"].get("limits") or ()):
        path, found = f"spec.limits[{index}]", limit.get("type", "")
        if found in types:
            report.duplicate(f"{path}.type", found)
        types.append(found)
        for field in ("default", "defaultRequest"):
            if found == "Pod" and limit.get(field):
                report.forbidden(f"{path}.{field}", "may not be specified when `type` is 'Pod'")
        names = {name for field in ("min", "max", *_WORDS, "maxLimitRequestRatio") for name in limit.get(field) or ()}
        for name in sorted(names):
            _check_order(report, path, name, limit)
            _check_ratio(report, path, name, limit)


def _check_order(report: Report, path: str, name: str, limit: dict) -> None:
    for lower, upper, words in (
        ("min", "max", "min value {} is greater than max value {}"),
        ("min", "defaultRequest", "min value {} is greater than default request value {}"),
        ("defaultRequest", "max", "default request value {} is greater than max value {}"),
        ("defaultRequest", "default", "default request value {} is greater than default limit value {}"),
        ("min", "default", "min value {} is greater than default value {}"),
        ("default", "max", "default value {} is greater than max value {}"),
    ):
        low, high = (limit.get(lower) or {}).get(name), (limit.get(upper) or {}).get(name)
        if low is not None and high is not None and quantity.parse(low) > quantity.parse(high):
            field = lower if lower in _WORDS or upper == "max" else upper
            report.invalid(f"{path}.{field}[{name}]", (limit[field])[name], words.format(low, high))


def _check_ratio(report: Report, path: str, name: str, limit: dict) -> None:
    ratio = (limit.get("maxLimitRequestRatio") or {}).get(name)
    if ratio is None:
        return
    if quantity.parse(ratio) < 1:
        report.invalid(f"{path}.maxLimitRequestRatio[{name}]", ratio, f"ratio {ratio} is less than 1")
    least, most = ((limit.get(field) or {}).get(name) for field in ("min", "max"))
    if least and most and quantity.parse(least):
        highest = float(quantity.parse(most) / quantity.parse(least))
        if float(quantity.parse(ratio)) > highest:
            words = f"ratio {ratio} is greater than max/min = {highest:f}"
            report.invalid(f"{path}.maxLimitRequestRatio[{name}]", ratio, words)


SPEC = Spec(
    GROUP.kind("LimitRange", "limitranges", short_names=("limits",)),
    defaults=_defaults,
    rules=Rules(_check),
)
