"""ReplicaSet: so many Pods of one template."""

from loopkube.kinds.apps import GROUP
from loopkube.kinds.shared import replica_sets
from loopkube.kinds.shared.columns import Columns
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.workloads import matching_template, same_selector, selector_rules
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    defaults.template(spec.setdefault("template", {}))
    spec.setdefault("replicas", 1)


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    selector_rules(report, spec, "deployment")
    matching_template(report, spec, "ReplicaSet")
    same_selector(report, obj, old)


SPEC = Spec(
    GROUP.kind("ReplicaSet", "replicasets", short_names=("rs",), categories=("all",), subresources=("scale", "status")),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=replica_sets.create),
    rules=Rules(_check, status=replica_sets.check_status, warn=warnings.template),
    columns=Columns(replica_sets.DEFINITIONS, replica_sets.cells),
    selectable=fields("status.replicas"),
)
