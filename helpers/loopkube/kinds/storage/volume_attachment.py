"""VolumeAttachment: that a volume belongs to a node (pkg/apis/storage/validation). Stored only."""

from datetime import datetime

from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy
from loopkube.kinds.storage import GROUP


def _create(obj: dict) -> None:
    obj["status"] = {"attached": False}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    if old is not None:
        report.immutable("spec", spec, old["spec"])
        return
    for field in ("attacher", "nodeName"):
        if not spec.get(field):
            report.required(f"spec.{field}")
    source = spec.get("source") or {}
    if not source.get("inlineVolumeSpec") and not source.get("persistentVolumeName"):
        report.required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")
    elif source.get("inlineVolumeSpec") and source.get("persistentVolumeName"):
        report.forbidden("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName")


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    volume = (spec.get("source") or {}).get("persistentVolumeName", "")
    place = [spec.get("attacher", ""), volume, spec.get("nodeName", "")]
    return [name(obj), *place, str(status.get("attached", False)).lower(), age(obj, now)]


SPEC = Spec(
    GROUP.kind("VolumeAttachment", "volumeattachments", namespaced=False, subresources=("status",)),
    strategy=Strategy(status=True, create=_create),
    rules=Rules(_check, warn=not_acted_upon("no volume is attached")),
    columns=Columns(define("Name", "Attacher", "PV", "Node", "Attached", "Age"), _cells),
)
