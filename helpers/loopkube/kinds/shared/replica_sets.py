"""What ReplicaSets and ReplicationControllers share."""

from datetime import datetime

from loopkube.kinds.shared.columns import age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.workloads import WIDE, counts, not_more, template_cells

DEFINITIONS = define("Name", "Desired:integer", "Current:integer", "Ready:integer", "Age", wide=WIDE)


def create(obj: dict) -> None:
    """The status begins without Pods."""
    obj["status"] = {"replicas": 0}


def check_status(report: Report, obj: dict, old: dict | None) -> None:
    """The numbers of Pods fit each other."""
    counts(report, obj, ("replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas"))
    not_more(report, obj, "fullyLabeledReplicas", "replicas", "status.replicas")
    not_more(report, obj, "readyReplicas", "replicas", "status.replicas")
    not_more(report, obj, "availableReplicas", "replicas", "status.replicas")
    not_more(report, obj, "availableReplicas", "readyReplicas", "readyReplicas")


def cells(obj: dict, now: datetime) -> list:
    """What `kubectl get` shows."""
    status = obj.get("status", {})
    counts = [obj["spec"].get("replicas", 0), status.get("replicas", 0), status.get("readyReplicas", 0)]
    return [name(obj), *counts, age(obj, now), *template_cells(obj)]
