"""VolumeAttachment: that a volume belongs to a node (pkg/apis/storage/validation). Stored only."""

from datetime import datetime

from loopkube.kinds.shared import csi, text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy
from loopkube.kinds.storage import GROUP

_ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName"
_LARGEST_METADATA, _LONGEST_MESSAGE = 256 * 1024, 1024


def _create(obj: dict) -> None:
    obj["status"] = {"attached": False}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    if not spec.get("attacher"):
        report.required("spec.attacher")
    _source(report, "spec.source", spec.get("source") or {})
    report.all("spec.nodeName", spec.get("nodeName", ""), text.dns_subdomain(spec.get("nodeName", "")))
    if old is not None:
        report.immutable("spec", spec, old["spec"])
        return
    csi.driver_name(report, "spec.attacher", spec.get("attacher", ""))
    volume = (spec.get("source") or {}).get("persistentVolumeName")
    if volume is not None:
        report.all("spec.source.persistentVolumeName", volume, text.dns_subdomain(volume))


def _source(report: Report, path: str, source: dict) -> None:
    named = [field for field in ("inlineVolumeSpec", "persistentVolumeName") if source.get(field) is not None]
    if not named:
        report.required(path, _ONE)
    elif len(named) > 1:
        report.forbidden(path, _ONE)
    elif source.get("persistentVolumeName") == "":
        report.required(f"{path}.persistentVolumeName", "must specify non empty persistentVolumeName")


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    status = obj.get("status") or {}
    told = (status.get("attachmentMetadata") or {}).items()
    if sum(len(key.encode()) + len(value.encode()) for key, value in told) > _LARGEST_METADATA:
        report.too_long("status.attachmentMetadata", _LARGEST_METADATA)
    for field in ("attachError", "detachError"):
        error = status.get(field) or {}
        if len(error.get("message", "").encode()) > _LONGEST_MESSAGE:
            report.too_long(f"status.{field}.message", _LARGEST_METADATA)  # Kubernetes names the other limit, too
        if error.get("errorCode", 0) < 0:
            detail = "must be between 0 and 2147483647, inclusive"
            report.invalid(f"status.{field}.errorCode", error["errorCode"], detail)


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    volume = (spec.get("source") or {}).get("persistentVolumeName", "")
    attachment = [spec.get("attacher", ""), volume, spec.get("nodeName", "")]
    return [name(obj), *attachment, str(status.get("attached", False)).lower(), age(obj, now)]


SPEC = Spec(
    GROUP.kind("VolumeAttachment", "volumeattachments", namespaced=False, subresources=("status",)),
    strategy=Strategy(status=True, create=_create),
    rules=Rules(_check, status=_check_status, warn=not_acted_upon("no volume is attached")),
    columns=Columns(define("Name", "Attacher", "PV", "Node", "Attached", "Age"), _cells),
)
