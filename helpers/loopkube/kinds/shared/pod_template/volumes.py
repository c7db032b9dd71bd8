"""Rules for volumes (pkg/apis/core/validation, validateVolumeSource)."""

from collections.abc import Callable

from loopkube.kinds.shared import claims, text
from loopkube.kinds.shared.pod_template.environment import VOLUME_FIELDS, field_selector, resource_selector
from loopkube.kinds.shared.report import Report
from loopkube.shared import quantity

_ORDER = (
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
)
_HOST_PATHS = ("", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket")
_MODE = "must be a number between 0 and 0777 (octal), both inclusive"


def volumes(report: Report, path: str, entries: list[dict]) -> dict[str, dict]:
    """Checks them, and returns the good ones by name."""
    known: dict[str, dict] = {}
    for index, volume in enumerate(entries):
        at, name = f"{path}[{index}]", volume.get("name", "")
        before = len(report.errors)
        _source(report, at, volume)
        if not name:
            report.required(f"{at}.name")
        else:
            report.all(f"{at}.name", name, text.dns_label(name))
        if name in known:
            report.duplicate(f"{at}.name", name)
        if len(report.errors) == before:
            known[name] = volume
    return known


def _source(report: Report, path: str, volume: dict) -> None:
    named = [name for name in _ORDER if name in volume]
    for position, name in enumerate(named):
        if position:
            report.forbidden(f"{path}.{name}", "may not specify more than 1 volume type")
        elif name in _CHECKS:
            _CHECKS[name](report, f"{path}.{name}", volume[name])
    if not named:
        report.required(path, "must specify a volume type")


def _empty_dir(report: Report, path: str, source: dict) -> None:
    if quantity.parse(source.get("sizeLimit", "0")) < 0:
        report.forbidden(f"{path}.sizeLimit", "SizeLimit field must be a valid resource quantity")


def _host_path(report: Report, path: str, source: dict) -> None:
    if not source.get("path"):
        report.required(f"{path}.path")
    elif ".." in source["path"].split("/"):
        report.invalid(f"{path}.path", source["path"], "must not contain '..'")
    report.one_of(f"{path}.type", source.get("type", ""), _HOST_PATHS)


def _secret(report: Report, path: str, source: dict) -> None:
    if not source.get("secretName"):
        report.required(f"{path}.secretName")
    _mode(report, f"{path}.defaultMode", source)
    _items(report, f"{path}.items", source.get("items", ()))


def _config_map(report: Report, path: str, source: dict) -> None:
    if not source.get("name"):
        report.required(f"{path}.name")
    _mode(report, f"{path}.defaultMode", source)
    _items(report, f"{path}.items", source.get("items", ()))


def _claim(report: Report, path: str, source: dict) -> None:
    if not source.get("claimName"):
        report.required(f"{path}.claimName")


def _nfs(report: Report, path: str, source: dict) -> None:
    for field in ("server", "path"):
        if not source.get(field):
            report.required(f"{path}.{field}")
    if source.get("path") and not source["path"].startswith("/"):
        report.invalid(f"{path}.path", source["path"], "must be an absolute path")


def _csi(report: Report, path: str, source: dict) -> None:
    if not source.get("driver"):
        report.required(f"{path}.driver")


def _image(report: Report, path: str, source: dict) -> None:
    report.one_of(f"{path}.pullPolicy", source.get("pullPolicy", ""), ("Always", "IfNotPresent", "Never"))


def _ephemeral(report: Report, path: str, source: dict) -> None:
    if "volumeClaimTemplate" not in source:
        report.required(f"{path}.volumeClaimTemplate")
    else:
        claims.claim_spec(report, f"{path}.volumeClaimTemplate.spec", source["volumeClaimTemplate"].get("spec") or {})


def _downward(report: Report, path: str, source: dict) -> None:
    _mode(report, f"{path}.defaultMode", source)
    _downward_items(report, path, source.get("items", ()))


def _downward_items(report: Report, path: str, items: list[dict]) -> None:
    for item in items:
        _relative(report, f"{path}.path", item.get("path", ""))
        if "fieldRef" in item:
            field_selector(report, f"{path}.fieldRef", item["fieldRef"], VOLUME_FIELDS)
            if "resourceFieldRef" in item:
                report.invalid(path, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously")
        elif "resourceFieldRef" in item:
            resource_selector(report, f"{path}.resourceFieldRef", item["resourceFieldRef"], in_volume=True)
        else:
            report.required(path, "one of fieldRef and resourceFieldRef is required")
        _mode(report, f"{path}.mode", item, "mode")


def _projected(report: Report, path: str, source: dict) -> None:
    _mode(report, f"{path}.defaultMode", source)
    for index, part in enumerate(source.get("sources") or ()):
        at = f"{path}.sources[{index}]"
        for position, name in enumerate(part):
            if position:
                report.forbidden(f"{at}.{name}", "may not specify more than 1 volume type")
        for name in ("secret", "configMap"):
            if name in part:
                _projection(report, f"{at}.{name}", part[name])
        if "downwardAPI" in part:
            _downward_items(report, f"{at}.downwardAPI", part["downwardAPI"].get("items", ()))
        if "serviceAccountToken" in part:
            _token(report, f"{at}.serviceAccountToken", part["serviceAccountToken"])


def _projection(report: Report, path: str, part: dict) -> None:
    if not part.get("name"):
        report.required(f"{path}.name")
    _items(report, path, part.get("items", ()))


def _token(report: Report, path: str, token: dict) -> None:
    if token.get("expirationSeconds", 0) < 600:
        message = "may not specify a duration less than 10 minutes"
        report.invalid(f"{path}.expirationSeconds", token.get("expirationSeconds", 0), message)
    _relative(report, f"{path}.path", token.get("path", ""))


def _items(report: Report, path: str, items: list[dict]) -> None:
    for index, item in enumerate(items):
        at = f"{path}[{index}]"
        if not item.get("key"):
            report.required(f"{at}.key")
        _relative(report, f"{at}.path", item.get("path", ""))
        _mode(report, f"{at}.mode", item, "mode")


def _relative(report: Report, path: str, value: str) -> None:
    if not value:
        report.required(path)
    else:
        report.all(path, value, text.relative_path(value))
        if value.startswith("..") and ".." not in value.split("/"):
            report.invalid(path, value, "must not start with '..'")


def _mode(report: Report, path: str, source: dict, field: str = "defaultMode") -> None:
    if not 0 <= source.get(field, 0) <= 0o777:
        report.invalid(path, source[field], _MODE)


_CHECKS: dict[str, Callable[[Report, str, dict], None]] = {
    "configMap": _config_map,
    "csi": _csi,
    "downwardAPI": _downward,
    "emptyDir": _empty_dir,
    "ephemeral": _ephemeral,
    "hostPath": _host_path,
    "image": _image,
    "nfs": _nfs,
    "persistentVolumeClaim": _claim,
    "projected": _projected,
    "secret": _secret,
}
