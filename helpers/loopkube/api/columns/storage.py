"""What is stored only: volumes, claims, classes, quotas, budgets, signing requests, other API servers."""

from datetime import datetime

from loopkube.api.columns.layout import NONE, Columns, age, define, name

_MODES = {"ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"}
_UNSET = "<unset>"


def _modes(modes: list[str] | None) -> str:
    return ",".join(_MODES.get(mode, mode) for mode in modes or ())


def _volume(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    claim = spec.get("claimRef")
    return [
        name(obj),
        spec.get("capacity", {}).get("storage", ""),
        _modes(spec.get("accessModes")),
        spec.get("persistentVolumeReclaimPolicy", ""),
        status.get("phase", ""),
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", _UNSET),
        status.get("reason", ""),
        age(obj, now),
        spec.get("volumeMode", _UNSET),
    ]


def _claim(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    bound = bool(spec.get("volumeName"))
    return [
        name(obj),
        "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", ""),
        spec.get("volumeName", ""),
        status.get("capacity", {}).get("storage", "") if bound else "",
        _modes(status.get("accessModes")) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName", _UNSET),
        age(obj, now),
        spec.get("volumeMode", _UNSET),
    ]


def _class(obj: dict, now: datetime) -> list:
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


def _quota(obj: dict, now: datetime) -> list:
    hard = obj.get("spec", {}).get("hard") or {}
    used = obj.get("status", {}).get("used") or {}
    limits = {key for key in hard if key.startswith("limits.")}

    def shown(keys: set[str]) -> str:
        return ", ".join(f"{key}: {used.get(key, '0')}/{hard[key]}" for key in sorted(keys))

    return [name(obj), shown(set(hard) - limits), shown(limits), age(obj, now)]


def _budget(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    least, most = spec.get("minAvailable", "N/A"), spec.get("maxUnavailable", "N/A")
    return [name(obj), str(least), str(most), obj.get("status", {}).get("disruptionsAllowed", 0), age(obj, now)]


def _request(obj: dict, now: datetime) -> list:
    spec, conditions = obj.get("spec", {}), obj.get("status", {}).get("conditions") or ()
    seconds = spec.get("expirationSeconds")
    state = ",".join(c["type"] for c in conditions) or "Pending"
    wide = f"{seconds}s" if seconds is not None else NONE
    return [name(obj), age(obj, now), spec.get("signerName", ""), spec.get("username", ""), wide, state]


def _service(obj: dict, now: datetime) -> list:
    service = obj.get("spec", {}).get("service")
    where = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    found = [c for c in obj.get("status", {}).get("conditions") or () if c["type"] == "Available"]
    return [name(obj), where, found[0]["status"] if found else "Unknown", age(obj, now)]


COLUMNS = {
    "persistentvolumes": Columns(
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
        _volume,
    ),
    "persistentvolumeclaims": Columns(
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
        _claim,
    ),
    "storageclasses.storage.k8s.io": Columns(
        define("Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion:boolean", "Age"),
        _class,
    ),
    "resourcequotas": Columns(define("Name", "Request", "Limit", "Age"), _quota),
    "poddisruptionbudgets.policy": Columns(
        define("Name", "Min Available", "Max Unavailable", "Allowed Disruptions:integer", "Age"), _budget
    ),
    "certificatesigningrequests.certificates.k8s.io": Columns(
        define("Name", "Age", "SignerName", "Requestor", "RequestedDuration", "Condition"), _request
    ),
    "apiservices.apiregistration.k8s.io": Columns(define("Name", "Service", "Available", "Age"), _service),
}
