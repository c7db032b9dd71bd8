"""References to an object by group, kind and name."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report


def reference(report: Report, path: str, target: dict) -> None:
    """A group, a kind and a name; only the group may be missing."""
    group = target.get("apiGroup")
    if group is not None:
        report.all(f"{path}.apiGroup", group, text.dns_subdomain(group))
    for field in ("kind", "name"):
        value = target.get(field, "")
        if not value:
            report.required(f"{path}.{field}")
        else:
            report.all(f"{path}.{field}", value, text.path_segment(value))
