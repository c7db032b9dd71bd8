"""Job: Pods that run until so many have succeeded.

After pkg/apis/batch/validation and pkg/registry/batch/job/strategy.go.
"""

from datetime import datetime

from loopkube.kinds.batch import GROUP
from loopkube.kinds.shared import job_rules, metadata
from loopkube.kinds.shared.columns import Columns, age, define, human, name
from loopkube.kinds.shared.fields import fields
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.pod_template.pod_spec import pod_template
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.workloads import WIDE, template_cells
from loopkube.kinds.spec import Deletion, Rules, Spec, Strategy
from loopkube.shared.clock import parse

_COUNTS: tuple[str, ...] = (
    "parallelism",
    "completions",
    "activeDeadlineSeconds",
    "backoffLimit",
    "ttlSecondsAfterFinished",
)
_COUNTS += ("backoffLimitPerIndex", "maxFailedIndexes")
_FIXED = ("selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
_NO_LIMIT = 2**31 - 1

_UID, _NAME = "controller-uid", "job-name"
_PREFIX = "batch.kubernetes.io/"


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    defaults.template(spec.setdefault("template", {}))
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", _NO_LIMIT if "backoffLimitPerIndex" in spec else 6)
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            pattern["status"] = pattern.get("status") or "True"
    spec.setdefault("podReplacementPolicy", "Failed" if spec.get("podFailurePolicy") else "TerminatingOrFailed")
    labels = (spec["template"].get("metadata") or {}).get("labels") or {}
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = dict(labels)


def _create(obj: dict) -> None:
    obj["status"] = {}
    spec, own = obj["spec"], obj["metadata"]
    if spec.get("manualSelector"):
        return
    uid, name = own["uid"], own.get("name", "")
    labels = {_UID: uid, _NAME: name, f"{_PREFIX}{_UID}": uid, f"{_PREFIX}{_NAME}": name}
    template_metadata = spec["template"].setdefault("metadata", {})
    template_metadata["labels"] = (template_metadata.get("labels") or {}) | labels
    if "selector" not in spec:
        spec["selector"] = {"matchLabels": {f"{_PREFIX}{_UID}": uid}}


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    job_spec(report, "spec", spec)
    labels = spec["template"].get("metadata", {}).get("labels", {})
    selector = spec.get("selector")
    if selector is None:
        report.required("spec.selector")
    elif not metadata.matches(selector, labels):
        report.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`")
    if old is not None:
        _unchanged(report, spec, old["spec"])


def job_spec(report: Report, path: str, spec: dict) -> None:
    """What holds for a Job's spec and for the one in a CronJob's template."""
    for field in _COUNTS:
        if field in spec:
            report.not_negative(f"{path}.{field}", spec[field])
    job_rules.mode(report, path, spec)
    if "podReplacementPolicy" in spec:
        supported = ("Failed", "TerminatingOrFailed")
        report.one_of(f"{path}.podReplacementPolicy", spec["podReplacementPolicy"], supported)
    pod_template(report, f"{path}.template", spec["template"])
    _restart_policy(report, f"{path}.template.spec.restartPolicy", spec["template"]["spec"].get("restartPolicy", ""))
    if "podFailurePolicy" in spec:
        job_rules.pod_failure_policy(report, path, spec)
    if "successPolicy" in spec:
        job_rules.success_policy(report, path, spec)


def _restart_policy(report: Report, path: str, policy: str) -> None:
    if policy == "Always":
        report.required(path, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        report.one_of(path, policy, ("OnFailure", "Never"))


def _unchanged(report: Report, spec: dict, old: dict) -> None:
    job_rules.completions(report, spec, old)
    for field in _FIXED:
        report.immutable(f"spec.{field}", spec.get(field), old.get(field))
    if not old.get("suspend"):
        report.immutable("spec.template", spec["template"], old["template"])


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    for field in ("active", "succeeded", "failed"):
        report.not_negative(f"status.{field}", obj.get("status", {}).get(field, 0))


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj["spec"], obj.get("status", {})
    done, completions = status.get("succeeded", 0), spec.get("completions")
    counts = f"{done}/{completions}" if completions is not None else f"{done}/1 of {spec.get('parallelism', 0)}"
    if completions is None and spec.get("parallelism", 0) <= 1:
        counts = f"{done}/1"
    return [name(obj), _state(obj), counts, _duration(status, now), age(obj, now), *template_cells(obj)]


def _state(obj: dict) -> str:
    true = {c["type"] for c in obj.get("status", {}).get("conditions") or () if c["status"] == "True"}
    states = {"Complete": "Complete", "Failed": "Failed", "Suspended": "Suspended", "FailureTarget": "FailureTarget"}
    states |= {"SuccessCriteriaMet": "SuccessCriteriaMet"}
    if obj["metadata"].get("deletionTimestamp") and not {"Complete", "Failed"} & true:
        return "Terminating"
    return next((text for kind, text in states.items() if kind in true), "Running")


def _duration(status: dict, now: datetime) -> str:
    if not status.get("startTime"):
        return ""
    end = parse(status["completionTime"]) if status.get("completionTime") else now
    return human((end - parse(status["startTime"])).total_seconds())


SPEC = Spec(
    GROUP.kind("Job", "jobs", categories=("all",), subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=_create),
    rules=Rules(_check, status=_check_status, warn=warnings.template),
    deletion=Deletion(orphans=True),
    columns=Columns(define("Name", "Status", "Completions", "Duration", "Age", wide=WIDE), _cells),
    selectable=fields("status.successful"),
)
