"""ReplicationController: the older ReplicaSet; its selector is a plain map of labels."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared import metadata, replica_sets
from loopkube.kinds.shared.columns import Columns, labels
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.workloads import template_rules
from loopkube.kinds.spec import Deletion, Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    """What it selects, and its own labels, are those of its template unless it says otherwise."""
    spec = obj.setdefault("spec", {})
    labels = _template_labels(spec.setdefault("template", {}))
    defaults.template(spec["template"])
    spec.setdefault("replicas", 1)
    if labels and not spec.get("selector"):
        spec["selector"] = dict(labels)
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def _template_labels(template: dict) -> dict[str, str]:
    return (template.get("metadata") or {}).get("labels") or {}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    """Its selector is a plain map of labels."""
    spec = obj["spec"]
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    selector, labels = spec.get("selector") or {}, spec["template"].get("metadata", {}).get("labels", {})
    if not selector:
        report.required("spec.selector")
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    if selector and not metadata.matches({"matchLabels": selector}, labels):
        report.invalid("spec.template.metadata.labels", labels or None, "`selector` does not match template `labels`")
    template_rules(report, spec, "ReplicationController")


def _cells(obj: dict, now: datetime) -> list:
    cells = replica_sets.cells(obj, now)
    return [*cells[:-1], labels(obj["spec"].get("selector"))]


SPEC = Spec(
    GROUP.kind(
        "ReplicationController",
        "replicationcontrollers",
        short_names=("rc",),
        categories=("all",),
        subresources=("scale", "status"),
    ),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=replica_sets.create),
    rules=Rules(_check, status=replica_sets.check_status, warn=warnings.template),
    deletion=Deletion(orphans=True),
    columns=Columns(replica_sets.DEFINITIONS, _cells),
    selectable=fields("status.replicas"),
    plain_selector=True,
)
