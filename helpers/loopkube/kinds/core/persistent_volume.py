"""PersistentVolume: storage that a claim can be bound to. Stored only."""

from datetime import datetime

from loopkube.kinds.core import GROUP
from loopkube.kinds.shared.access_modes import UNSET, shown_modes
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.stored_only import not_acted_upon
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    """PersistentVolume."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
    spec.setdefault("volumeMode", "Filesystem")


def _create(obj: dict) -> None:
    obj["status"] = {"phase": "Available"}


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    claim = spec.get("claimRef")
    return [
        name(obj),
        spec.get("capacity", {}).get("storage", ""),
        shown_modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        status.get("phase", ""),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", UNSET),
        status.get("reason", ""),
        age(obj, now),
        spec.get("volumeMode", UNSET),
    ]


SPEC = Spec(
    GROUP.kind(
        "PersistentVolume", "persistentvolumes", namespaced=False, short_names=("pv",), subresources=("status",)
    ),
    defaults=_defaults,
    strategy=Strategy(status=True, create=_create),
    rules=Rules(warn=not_acted_upon("nothing is bound to it")),
    columns=Columns(
        define(
            "Name",
            "Capacity",
            "Access Modes",
            "Reclaim Policy",
            "Status",
            "Claim",
            "StorageClass",
            "VolumeAttributesClass",
            "Reason",
            "Age",
            wide=("VolumeMode",),
        ),
        _cells,
    ),
)
