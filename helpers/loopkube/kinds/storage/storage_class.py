"""StorageClass: a kind of storage that claims name. Stored only."""

from datetime import datetime

from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.spec import Spec
from loopkube.kinds.storage import GROUP


def _defaults(obj: dict) -> None:
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def _cells(obj: dict, now: datetime) -> list:
    annotations = obj["metadata"].get("annotations") or {}
    default = annotations.get("storageclass.kubernetes.io/is-default-class") == "true"
    return [
        name(obj) + (" (default)" if default else ""),
        obj.get("provisioner", ""),
        obj.get("reclaimPolicy", ""),
        obj.get("volumeBindingMode", ""),
        obj.get("allowVolumeExpansion", False),
        age(obj, now),
    ]


SPEC = Spec(
    GROUP.kind("StorageClass", "storageclasses", namespaced=False, short_names=("sc",)),
    defaults=_defaults,
    columns=Columns(
        define("Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion:boolean", "Age"),
        _cells,
    ),
)
