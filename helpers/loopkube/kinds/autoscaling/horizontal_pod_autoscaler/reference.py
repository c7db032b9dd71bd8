"""A CrossVersionObjectReference: the workload that is scaled, or the object that is measured."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report


def described(report: Report, path: str, reference: dict, *, without_group: bool) -> None:
    """`without_group` says whether it may name a kind of the group without a name."""
    for field in ("kind", "name"):
        if not reference.get(field):
            report.required(f"{path}.{field}")
        else:
            report.all(f"{path}.{field}", reference[field], text.path_segment(reference[field]))
    version = reference.get("apiVersion", "")
    if version.count("/") > 1:
        report.invalid(f"{path}.apiVersion", version, f"unexpected GroupVersion string: {version}")
    elif not without_group and not version.rpartition("/")[0]:
        report.invalid(f"{path}.apiVersion", version, "apiVersion must specify API group")
