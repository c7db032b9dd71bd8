"""PodDisruptionBudget: how many Pods may be missing at a time (pkg/apis/policy/validation)."""

from datetime import datetime

from loopkube.kinds.policy import GROUP
from loopkube.kinds.shared import metadata
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.shared.workloads import at_most_all, count_or_percent
from loopkube.kinds.spec import Rules, Spec, Strategy

_POLICIES = ("AlwaysAllow", "IfHealthyBudget")


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    if "minAvailable" in spec and "maxUnavailable" in spec:
        report.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")
    for field in ("minAvailable", "maxUnavailable"):
        if field in spec:
            count_or_percent(report, f"spec.{field}", spec[field])
            at_most_all(report, f"spec.{field}", spec[field])
    metadata.label_selector(report, "spec.selector", spec.get("selector") or {})
    if "unhealthyPodEvictionPolicy" in spec:
        report.one_of("spec.unhealthyPodEvictionPolicy", spec["unhealthyPodEvictionPolicy"], _POLICIES)


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    least, most = spec.get("minAvailable", "N/A"), spec.get("maxUnavailable", "N/A")
    return [name(obj), str(least), str(most), obj.get("status", {}).get("disruptionsAllowed", 0), age(obj, now)]


SPEC = Spec(
    GROUP.kind("PodDisruptionBudget", "poddisruptionbudgets", short_names=("pdb",), subresources=("status",)),
    strategy=Strategy(generation=True, status=True, create=empty_status),
    rules=Rules(_check, any_finalizer=True),
    columns=Columns(define("Name", "Min Available", "Max Unavailable", "Allowed Disruptions:integer", "Age"), _cells),
)
