"""Deployment: Pods of one template, replaced step by step when it changes."""

from datetime import datetime

from loopkube.kinds.apps import GROUP
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status, keep
from loopkube.kinds.shared.workloads import (
    WIDE,
    at_most_all,
    count_or_percent,
    counts,
    is_zero,
    matching_template,
    not_more,
    same_selector,
    selector_rules,
    template_cells,
)
from loopkube.kinds.spec import Rules, Spec, Strategy


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    defaults.template(spec.setdefault("template", {}))
    spec.setdefault("replicas", 1)
    strategy = spec.setdefault("strategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", "25%")
        rolling.setdefault("maxSurge", "25%")
    spec.setdefault("revisionHistoryLimit", 10)
    spec.setdefault("progressDeadlineSeconds", 600)


def _changed(obj: dict, old: dict) -> bool:
    """Annotations count too: they are copied to the ReplicaSets."""
    return obj["spec"] != old["spec"] or _annotations(obj) != _annotations(old)


def _annotations(obj: dict) -> dict:
    return obj["metadata"].get("annotations", {})


def _update_status(obj: dict, old: dict) -> None:
    keep(obj["metadata"], old["metadata"], "labels")


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    report.not_negative("spec.replicas", spec.get("replicas", 0))
    selector_rules(report, spec, "deployment")
    matching_template(report, spec, "Deployment")
    _check_strategy(report, spec.get("strategy", {}))
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    report.not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit", 0))
    deadline = spec.get("progressDeadlineSeconds", 600)
    report.not_negative("spec.progressDeadlineSeconds", deadline)
    if deadline <= spec.get("minReadySeconds", 0):
        report.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
    same_selector(report, obj, old)


def _check_strategy(report: Report, strategy: dict) -> None:
    kind = strategy.get("type", "")
    if kind == "Recreate" and "rollingUpdate" in strategy:
        message = "may not be specified when strategy `type` is 'Recreate'"
        report.forbidden("spec.strategy.rollingUpdate", message)
    elif kind == "RollingUpdate":
        path, rolling = "spec.strategy.rollingUpdate", strategy.get("rollingUpdate", {})
        unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
        count_or_percent(report, f"{path}.maxUnavailable", unavailable)
        count_or_percent(report, f"{path}.maxSurge", surge)
        if is_zero(unavailable) and is_zero(surge):
            report.invalid(f"{path}.maxUnavailable", unavailable, "may not be 0 when `maxSurge` is 0")
        at_most_all(report, f"{path}.maxUnavailable", unavailable)
    elif kind != "Recreate":
        report.one_of("spec.strategy.type", kind, ("Recreate", "RollingUpdate"))


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    counts(report, obj, ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas"))
    not_more(report, obj, "updatedReplicas", "replicas", "status.replicas")
    not_more(report, obj, "readyReplicas", "replicas", "status.replicas")
    not_more(report, obj, "availableReplicas", "replicas", "status.replicas")
    not_more(report, obj, "availableReplicas", "readyReplicas", "readyReplicas")


def _cells(obj: dict, now: datetime) -> list:
    status = obj.get("status", {})
    ready = f"{status.get('readyReplicas', 0)}/{obj['spec'].get('replicas', 0)}"
    counts = [status.get("updatedReplicas", 0), status.get("availableReplicas", 0)]
    return [name(obj), ready, *counts, age(obj, now), *template_cells(obj)]


SPEC = Spec(
    GROUP.kind(
        "Deployment", "deployments", short_names=("deploy",), categories=("all",), subresources=("scale", "status")
    ),
    defaults=_defaults,
    strategy=Strategy(
        generation=True, status=True, create=empty_status, update_status=_update_status, changed=_changed
    ),
    rules=Rules(_check, status=_check_status, warn=warnings.template),
    columns=Columns(define("Name", "Ready", "Up-to-date", "Available", "Age", wide=WIDE), _cells),
)
