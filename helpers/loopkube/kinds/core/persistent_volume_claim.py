"""PersistentVolumeClaim: a request for storage. Stored only."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.access_modes import UNSET, shown_modes
from loopkube.kinds.shared.claims import claim_spec
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    """PersistentVolumeClaim."""
    obj.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")


def _create(obj: dict) -> None:
    obj["status"] = {"phase": "Pending"}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    """What an update may change is not judged: nothing here acts upon a claim."""
    if old is None:
        claim_spec(report, "spec", obj.get("spec") or {})


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    bound = bool(spec.get("volumeName"))
    return [
        name(obj),
        "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", ""),
        spec.get("volumeName", ""),
        status.get("capacity", {}).get("storage", "") if bound else "",
        shown_modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", UNSET),
        age(obj, now),
        spec.get("volumeMode", UNSET),
    ]


SPEC = Spec(
    GROUP.kind("PersistentVolumeClaim", "persistentvolumeclaims", short_names=("pvc",), subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(status=True, create=_create),
    rules=Rules(_check, warn=not_acted_upon("it stays Pending, and so do the Pods that use it")),
    columns=Columns(
        define(
            "Name",
            "Status",
            "Volume",
            "Capacity",
            "Access Modes",
            "StorageClass",
            "VolumeAttributesClass",
            "Age",
            wide=("VolumeMode",),
        ),
        _cells,
    ),
)
