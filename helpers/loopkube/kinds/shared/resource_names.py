"""Names of resources: `cpu`, `requests.storage`, `example.com/gpu` (pkg/apis/core/validation, pkg/apis/core/helper)."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

COMPUTE = ("cpu", "memory", "ephemeral-storage")
COUNTED = (
    "pods",
    "services",
    "persistentvolumeclaims",
    "configmaps",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
)
"""Kinds of the core group that a quota counts under their own names."""
OF_QUOTAS = {*COUNTED, "services.nodeports", "services.loadbalancers", "requests.storage", *COMPUTE}
OF_QUOTAS |= {f"{side}.{name}" for side in ("requests", "limits") for name in COMPUTE}
_STANDARD = OF_QUOTAS | {"storage"}
_HUGE_PAGES = "hugepages-"


def may_overcommit(name: str) -> bool:
    """Whether a limit may be above its request."""
    return is_native(name) and not name.startswith(_HUGE_PAGES)


def is_native(name: str) -> bool:
    return "/" not in name or "kubernetes.io/" in name


def check(report: Report, path: str, name: str) -> None:
    """Any resource."""
    complaints = text.qualified_name(name)
    report.all(path, name, complaints)
    if not complaints and "/" not in name and name not in _STANDARD and not _is_of_huge_pages(name):
        report.invalid(path, name, "must be a standard resource type or fully qualified")


def check_of_container(report: Report, path: str, name: str) -> None:
    """One that a container may ask for."""
    check(report, path, name)
    if "/" not in name and name not in COMPUTE and not name.startswith(_HUGE_PAGES):
        report.invalid(path, name, "must be a standard resource for containers")
    elif not is_native(name) and (name.startswith("requests.") or text.qualified_name(f"requests.{name}")):
        report.invalid(path, name, "doesn't follow extended resource name standard")


def check_of_quota(report: Report, path: str, name: str) -> None:
    """One that a quota may bound."""
    check(report, path, name)
    if "/" not in name and name not in OF_QUOTAS and not _is_of_huge_pages(name):
        report.invalid(path, name, "must be a standard resource for quota")


def _is_of_huge_pages(name: str) -> bool:
    return name.startswith((_HUGE_PAGES, f"requests.{_HUGE_PAGES}"))
