"""DaemonSet: one Pod on every node that fits."""

from datetime import datetime

from loopkube.kinds.apps import GROUP
from loopkube.kinds.shared import metadata
from loopkube.kinds.shared.columns import Columns, age, define, labels, name
from loopkube.kinds.shared.pod_template import defaults, warnings
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.workloads import (
    WIDE,
    at_most_all,
    count_or_percent,
    counts,
    is_zero,
    mismatch,
    same_selector,
    template_cells,
    template_rules,
)
from loopkube.kinds.spec import Rules, Spec, Strategy

_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"


def _defaults(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    defaults.template(spec.setdefault("template", {}))
    strategy = spec.setdefault("updateStrategy", {})
    if strategy.setdefault("type", "RollingUpdate") == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    spec.setdefault("revisionHistoryLimit", 10)


def _create(obj: dict) -> None:
    zero = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    obj["status"] = dict.fromkeys(zero, 0)
    obj["metadata"].setdefault("annotations", {})[_TEMPLATE_GENERATION] = "1"


def _update(obj: dict, old: dict) -> None:
    """The template's own generation is an annotation since apps/v1; callers cannot set it."""
    count = int(old["metadata"].get("annotations", {}).get(_TEMPLATE_GENERATION, "0"))
    changed = obj["spec"].get("template") != old["spec"].get("template")
    obj["metadata"].setdefault("annotations", {})[_TEMPLATE_GENERATION] = str(count + changed)


def _check(report: Report, obj: dict, old: dict | None) -> None:
    """Its template is judged before its selector, and a missing selector is told by the labels alone."""
    spec = obj["spec"]
    selector = spec.get("selector", {})
    metadata.label_selector(report, "spec.selector", selector)
    labels = spec["template"].get("metadata", {}).get("labels", {})
    if not selector or not metadata.matches(selector, labels):
        mismatch(report, labels)
    if selector == {} and "selector" in spec:
        report.invalid("spec.selector", selector, "empty selector is invalid for daemonset")
    template_rules(report, spec, "DaemonSet")
    report.not_negative("spec.minReadySeconds", spec.get("minReadySeconds", 0))
    _check_strategy(report, spec.get("updateStrategy", {}))
    report.not_negative("spec.revisionHistoryLimit", spec.get("revisionHistoryLimit", 0))
    same_selector(report, obj, old)


def _check_strategy(report: Report, strategy: dict) -> None:
    kind = strategy.get("type", "")
    if kind == "RollingUpdate":
        path, rolling = "spec.updateStrategy.rollingUpdate", strategy.get("rollingUpdate", {})
        unavailable, surge = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
        count_or_percent(report, f"{path}.maxUnavailable", unavailable)
        count_or_percent(report, f"{path}.maxSurge", surge)
        if not is_zero(unavailable) and not is_zero(surge):
            report.invalid(f"{path}.maxSurge", surge, "may not be set when maxUnavailable is non-zero")
        elif is_zero(unavailable) and is_zero(surge):
            report.required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")
        at_most_all(report, f"{path}.maxUnavailable", unavailable)
        at_most_all(report, f"{path}.maxSurge", surge)
    else:
        report.one_of("spec.updateStrategy.type", kind, ("RollingUpdate", "OnDelete"))


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    fields = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    more = ("observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable")
    counts(report, obj, fields + more)


def _cells(obj: dict, now: datetime) -> list:
    fields = ("desiredNumberScheduled", "currentNumberScheduled", "numberReady")
    more = ("updatedNumberScheduled", "numberAvailable")
    numbers = [obj.get("status", {}).get(field, 0) for field in fields + more]
    nodes = labels(obj["spec"].get("template", {}).get("spec", {}).get("nodeSelector"))
    return [name(obj), *numbers, nodes, age(obj, now), *template_cells(obj)]


SPEC = Spec(
    GROUP.kind("DaemonSet", "daemonsets", short_names=("ds",), categories=("all",), subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(generation=True, status=True, create=_create, update=_update),
    rules=Rules(_check, status=_check_status, warn=warnings.template),
    columns=Columns(
        define(
            "Name",
            "Desired:integer",
            "Current:integer",
            "Ready:integer",
            "Up-to-date:integer",
            "Available:integer",
            "Node Selector",
            "Age",
            wide=WIDE,
        ),
        _cells,
    ),
)
