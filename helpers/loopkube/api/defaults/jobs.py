"""Defaults of Jobs (pkg/apis/batch/v1/defaults.go)."""

from loopkube.api.defaults.pods import template


def job(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    template(spec.setdefault("template", {}))
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")
    labels = (spec["template"].get("metadata") or {}).get("labels") or {}
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def cron_job(obj: dict) -> None:
    """The defaults of its Jobs are filled in when they are made, those of their Pods here."""
    spec = obj.setdefault("spec", {})
    made = spec.setdefault("jobTemplate", {}).setdefault("spec", {})
    template(made.setdefault("template", {}))
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)
