"""ResourceQuota: how much a namespace may use (pkg/apis/core/validation)."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared import resource_names, text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.quota import usage
from loopkube.kinds.shared.quota.scopes import SCOPES
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.spec import Rules, Spec, Strategy
from loopkube.shared import quantity

_OF_PODS = {usage.PODS, *usage.COMPUTE} | {
    f"{side}.{name}" for side in ("requests", "limits") for name in usage.COMPUTE
}
_OPPOSITES = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    for resource, amount in sorted((spec.get("hard") or {}).items()):
        _check_amount(report, f"spec.hard[{resource}]", resource, amount)
    _check_scopes(report, "spec.scopes", spec.get("scopes") or [], spec.get("hard") or {})
    if old is not None:
        for field in ("scopes", "scopeSelector"):
            report.immutable(f"spec.{field}", spec.get(field), old["spec"].get(field))


def _check_amount(report: Report, path: str, resource: str, amount: str) -> None:
    resource_names.check_of_quota(report, path, resource)
    number = quantity.parse(amount)
    if number < 0:
        report.invalid(path, amount, text.NOT_NEGATIVE)
    counted = resource in usage.COUNTED or resource.startswith(("count/", "services."))
    if counted and number != number.to_integral_value():
        report.invalid(path, amount, "must be an integer")


def _check_scopes(report: Report, path: str, scopes: list[str], hard: dict) -> None:
    for scope in scopes:
        if scope not in SCOPES:
            report.invalid(path, scopes, "unsupported scope")
        limited = {usage.PODS} if scope == "BestEffort" else _OF_PODS
        if scope in SCOPES and any(each in resource_names.OF_QUOTAS and each not in limited for each in hard):
            report.invalid(path, scopes, "unsupported scope applied to resource")
    for pair in _OPPOSITES:
        if set(pair) <= set(scopes):
            report.invalid(path, scopes, "conflicting scopes")


def _cells(obj: dict, now: datetime) -> list:
    hard = obj.get("spec", {}).get("hard") or {}
    used = obj.get("status", {}).get("used") or {}
    limits = {key for key in hard if key.startswith("limits.")}

    def shown(keys: set[str]) -> str:
        return ", ".join(f"{key}: {used.get(key, '0')}/{hard[key]}" for key in sorted(keys))

    return [name(obj), shown(set(hard) - limits), shown(limits), age(obj, now)]


SPEC = Spec(
    GROUP.kind("ResourceQuota", "resourcequotas", short_names=("quota",), subresources=("status",)),
    strategy=Strategy(status=True, create=empty_status),
    rules=Rules(_check),
    columns=Columns(define("Name", "Request", "Limit", "Age"), _cells),
)
