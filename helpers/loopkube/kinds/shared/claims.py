"""Claims, alone and as templates: rules (pkg/apis/core/validation, ValidatePersistentVolumeClaimSpec)."""

from loopkube.kinds.shared import metadata, text
from loopkube.kinds.shared.report import Report
from loopkube.shared import quantity

_ONLY_ONE_POD = "ReadWriteOncePod"
_MODES = ("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", _ONLY_ONE_POD)
_VOLUME_MODES = ("Block", "Filesystem")


def claim_spec(report: Report, path: str, spec: dict) -> None:
    """The spec of a claim, or of a template of one."""
    _access_modes(report, path, spec)
    _storage(report, f"{path}.resources[storage]", spec)
    name = spec.get("storageClassName")
    if name:
        report.all(f"{path}.storageClassName", name, text.dns_subdomain(name))
    if spec.get("volumeMode") is not None:  # "" is a value: only a claim that names none gets the default
        report.one_of(f"{path}.volumeMode", spec["volumeMode"], _VOLUME_MODES)


def _access_modes(report: Report, path: str, spec: dict) -> None:
    at, modes = f"{path}.accessModes", spec.get("accessModes") or ()
    if not modes:
        report.required(at, "at least 1 access mode is required")
    if "selector" in spec:
        metadata.label_selector(report, f"{path}.selector", spec["selector"])
    for mode in modes:
        report.one_of(at, mode, _MODES)
    if _ONLY_ONE_POD in modes and any(mode in _MODES and mode != _ONLY_ONE_POD for mode in modes):
        report.forbidden(at, f"may not use {_ONLY_ONE_POD} with other access modes")


def _storage(report: Report, path: str, spec: dict) -> None:
    amount = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if amount is None:
        report.required(path)
        return
    if quantity.parse(amount) <= 0:
        report.invalid(path, amount, "must be greater than zero")
