"""Rules for Jobs (pkg/apis/batch/validation). Jobs with indexes and failure policies are refused by name."""

from loopkube.api.validation import metadata
from loopkube.api.validation.pods import pod_template
from loopkube.api.validation.report import Report

_COUNTS = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
_ABSENT = ("podFailurePolicy", "successPolicy", "backoffLimitPerIndex", "maxFailedIndexes", "managedBy")


def job(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    for field in _COUNTS:
        if field in spec:
            report.not_negative(f"spec.{field}", spec[field])
    _mode(report, spec)
    labels = spec["template"].get("metadata", {}).get("labels", {})
    selector = spec.get("selector")
    if selector is None:
        report.required("spec.selector")
    elif not metadata.matches(selector, labels):
        report.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    pod_template(report, "spec.template", spec["template"])
    _restart_policy(report, spec["template"]["spec"].get("restartPolicy", ""))
    if old is not None:
        _unchanged(report, spec, old["spec"])


def _mode(report: Report, spec: dict) -> None:
    mode = spec.get("completionMode", "NonIndexed")
    if mode != "NonIndexed":
        report.one_of("spec.completionMode", mode, ("NonIndexed",))
    for field in _ABSENT:
        if field in spec:
            report.forbidden(f"spec.{field}", "not available on this cluster")


def _restart_policy(report: Report, policy: str) -> None:
    path = "spec.template.spec.restartPolicy"
    if policy == "Always":
        report.required(path, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        report.one_of(path, policy, ("OnFailure", "Never"))


def _unchanged(report: Report, spec: dict, old: dict) -> None:
    for field in ("completions", "selector", "completionMode"):
        report.immutable(f"spec.{field}", spec.get(field), old.get(field))
    if not old.get("suspend"):
        report.immutable("spec.template", spec["template"], old["template"])


def job_status(report: Report, obj: dict, old: dict | None) -> None:
    for field in ("active", "succeeded", "failed"):
        report.not_negative(f"status.{field}", obj.get("status", {}).get(field, 0))
