"""Lease: a sign of life, or a leader's claim, for so many seconds."""

from datetime import datetime

from loopkube.kinds.coordination import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj.get("spec", {})
    if spec.get("leaseDurationSeconds", 1) <= 0:
        path = "spec.leaseDurationSeconds"
        report.invalid(path, spec["leaseDurationSeconds"], "must be greater than 0")
    report.not_negative("spec.leaseTransitions", spec.get("leaseTransitions", 0))


def _cells(obj: dict, now: datetime) -> list:
    return [name(obj), obj.get("spec", {}).get("holderIdentity", ""), age(obj, now)]


SPEC = Spec(
    GROUP.kind("Lease", "leases"),
    strategy=Strategy(create_on_update=True, unconditional_update=False),
    rules=Rules(_check, any_finalizer=True),
    columns=Columns(define("Name", "Holder", "Age"), _cells),
)
