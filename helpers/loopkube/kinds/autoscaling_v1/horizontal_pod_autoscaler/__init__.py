"""HorizontalPodAutoscaler in `autoscaling/v1`: CPU has a field, and everything else stands in annotations.

After pkg/apis/autoscaling/v1/conversion.go; `metrics` has the two forms of a metric.
"""

from datetime import datetime

import orjson

from loopkube.kinds.autoscaling import horizontal_pod_autoscaler as current
from loopkube.kinds.autoscaling.horizontal_pod_autoscaler.metrics import usual
from loopkube.kinds.autoscaling_v1 import GROUP
from loopkube.kinds.autoscaling_v1.horizontal_pod_autoscaler import metrics
from loopkube.kinds.shared.columns import Columns
from loopkube.kinds.spec import SecondForm, Spec

_ALPHA = "autoscaling.alpha.kubernetes.io/"
_METRICS, _STATUSES = f"{_ALPHA}metrics", f"{_ALPHA}current-metrics"
_CONDITIONS, _BEHAVIOR = f"{_ALPHA}conditions", f"{_ALPHA}behavior"
_OURS = (_METRICS, _STATUSES, _CONDITIONS, _BEHAVIOR)
_SPEC = ("scaleTargetRef", "minReplicas", "maxReplicas")
_STATUS = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")


def _outward(obj: dict) -> dict:
    """From `autoscaling/v2`."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    measured, current = spec.get("metrics") or [], status.get("currentMetrics") or []
    cpu = [metric["resource"]["target"]["averageUtilization"] for metric in measured if _is_cpu(metric)]
    shown = [m["resource"]["current"].get("averageUtilization") for m in current if metrics.is_cpu(m)]
    kept = {
        _METRICS: [metrics.outward(m, "target") for m in measured if not _is_cpu(m)],
        _STATUSES: [metrics.outward(m, "current") for m in current],
        _CONDITIONS: status.get("conditions"),
        _BEHAVIOR: metrics.in_go(spec.get("behavior")),
    }
    notes = {key: orjson.dumps(value).decode() for key, value in kept.items() if value}
    own = dict(obj["metadata"])
    if notes:
        own["annotations"] = (own.get("annotations") or {}) | notes
    older = {field: spec[field] for field in _SPEC if field in spec}
    older |= {"targetCPUUtilizationPercentage": cpu[0]} if cpu else {}
    reported = {"currentReplicas": 0} | {field: status[field] for field in _STATUS if field in status}
    reported |= {"currentCPUUtilizationPercentage": shown[-1]} if shown and shown[-1] is not None else {}
    return obj | {"metadata": own, "spec": older, "status": reported}


def _is_cpu(metric: dict) -> bool:
    return metrics.is_cpu(metric) and "averageUtilization" in metric["resource"]["target"]


def _inward(obj: dict) -> dict:
    """To `autoscaling/v2`; notes that cannot be read are left where they are."""
    spec, status, own = obj.get("spec") or {}, obj.get("status") or {}, dict(obj["metadata"])
    notes = {key: metrics.read(text) for key, text in (own.get("annotations") or {}).items() if key in _OURS}
    if notes:
        own["annotations"] = {key: text for key, text in own["annotations"].items() if not notes.get(key)}
    newer = {field: spec[field] for field in _SPEC if field in spec}
    newer["metrics"] = [metrics.inward(metric, "target") for metric in metrics.listed(notes.get(_METRICS))]
    if "targetCPUUtilizationPercentage" in spec:
        newer["metrics"].append(metrics.cpu("target", spec["targetCPUUtilizationPercentage"]))
    newer["metrics"] = newer["metrics"] or [usual()]
    if notes.get(_BEHAVIOR):
        newer["behavior"] = metrics.from_go(notes[_BEHAVIOR])
    reported = {field: status[field] for field in _STATUS if field in status}
    current = metrics.listed(notes.get(_STATUSES))
    reported["currentMetrics"] = [metrics.inward(metric, "current") for metric in current] or None
    if not reported["currentMetrics"] and "currentCPUUtilizationPercentage" in status:
        reported["currentMetrics"] = [metrics.cpu("current", status["currentCPUUtilizationPercentage"])]
    if notes.get(_CONDITIONS):
        reported["conditions"] = notes[_CONDITIONS]
    return obj | {"metadata": own, "spec": newer, "status": reported}


def _cells(obj: dict, now: datetime) -> list:
    return current.SPEC.columns.cells(_inward(obj), now)


SPEC = Spec(
    GROUP.kind(
        "HorizontalPodAutoscaler",
        "horizontalpodautoscalers",
        short_names=("hpa",),
        categories=("all",),
        subresources=("status",),
    ),
    second_form_of=SecondForm(current.SPEC.kind, _outward, _inward),
    columns=Columns(current.SPEC.columns.definitions, _cells),
)
