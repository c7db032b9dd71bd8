"""Names of storage drivers (pkg/apis/core/validation, ValidateCSIDriverName)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_LONGEST = 63


def driver_name(report: Report, path: str, name: str) -> None:
    """As upstream's ValidateCSIDriverName."""
    if not name:
        report.required(path)
    if len(name) > _LONGEST:
        report.too_long(path, _LONGEST)
    report.all(path, name, text.dns_subdomain(name.lower()))
