"""Rules for Pods (pkg/apis/core/validation, ValidatePod)."""

from loopkube.kinds.core.pod import ephemeral, updates
from loopkube.kinds.shared.pod_template.pod_spec import pod_spec
from loopkube.kinds.shared.report import Report


def check(report: Report, obj: dict, old: dict | None) -> None:
    """ValidatePodCreate and ValidatePodUpdate in pkg/apis/core/validation."""
    spec = obj["spec"]
    pod_spec(report, "spec", spec, is_pod=True)
    for field in ("containers", "initContainers"):
        for index, container in enumerate(spec.get(field) or ()):
            image = container.get("image", "")
            if image != image.strip():
                message = "must not have leading or trailing whitespace"
                report.invalid(f"spec.{field}[{index}].image", image, message)
    if old is None:
        ephemeral.check_create(report, spec)
    else:
        updates.pod_update(report, obj, old)
