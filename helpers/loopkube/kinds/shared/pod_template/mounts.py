"""Rules for what a container mounts (pkg/apis/core/validation, ValidateVolumeMounts)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_PROPAGATIONS = ("Bidirectional", "HostToContainer", "None")


def mounts(report: Report, path: str, container: dict, known: dict[str, dict]) -> None:
    """ValidateVolumeMounts: paths are unique, also among the devices; `known` are the volumes by name."""
    places: set[str] = set()
    devices_too = {device.get("name"): device.get("devicePath") for device in container.get("volumeDevices", ())}
    for index, mount in enumerate(container.get("volumeMounts", ())):
        at, name, mount_path = f"{path}[{index}]", mount.get("name", ""), mount.get("mountPath", "")
        if not name:
            report.required(f"{at}.name")
        if name not in known:
            report.not_found(f"{at}.name", name)
        if not mount_path:
            report.required(f"{at}.mountPath")
        if mount_path in places:
            report.invalid(f"{at}.mountPath", mount_path, "must be unique")
        places.add(mount_path)
        if name in devices_too:
            report.invalid(f"{at}.name", name, "must not already exist in volumeDevices")
        _sub_paths(report, path, at, mount)
        if "mountPropagation" in mount:
            report.one_of(f"{path}.mountPropagation", mount["mountPropagation"], _PROPAGATIONS)


def _sub_paths(report: Report, path: str, at: str, mount: dict) -> None:
    below, expression = mount.get("subPath", ""), mount.get("subPathExpr", "")
    if below:
        report.all(f"{path}.subPath", below, text.relative_path(below))
    if expression and below:
        report.invalid(f"{at}.subPathExpr", expression, "subPathExpr and subPath are mutually exclusive")
    if expression:
        report.all(f"{path}.subPathExpr", expression, text.relative_path(expression))


def devices(report: Report, path: str, container: dict, known: dict[str, dict]) -> None:
    """ValidateVolumeDevices: claims in block mode."""
    for index, device in enumerate(container.get("volumeDevices", ())):
        at, name = f"{path}[{index}]", device.get("name", "")
        if name not in known:
            report.not_found(f"{at}.name", name)
        elif "persistentVolumeClaim" not in known[name] and "ephemeral" not in known[name]:
            message = "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"
            report.invalid(f"{at}.name", name, message)
        if not device.get("devicePath"):
            report.required(f"{at}.devicePath")
