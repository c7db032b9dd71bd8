"""The columns of `kubectl get hpa`; a target is `cpu: <unknown>/80%`."""

from datetime import datetime

from loopkube.kinds.autoscaling.horizontal_pod_autoscaler.metrics import SOURCES
from loopkube.kinds.shared.columns import NONE, UNKNOWN, Columns, age, define, name

_SHOWN = 2


def _cells(obj: dict, now: datetime) -> list:
    spec, status = obj.get("spec", {}), obj.get("status", {})
    target = spec.get("scaleTargetRef") or {}
    reference = f"{target.get('kind', '')}/{target.get('name', '')}"
    measured = _metrics(spec.get("metrics") or [], status.get("currentMetrics") or [])
    least, most = spec.get("minReplicas", "<unset>"), spec.get("maxReplicas", 0)
    return [name(obj), reference, measured, str(least), most, status.get("currentReplicas", 0), age(obj, now)]


def _metrics(specs: list[dict], statuses: list[dict]) -> str:
    if not specs:
        return NONE
    texts = [_metric(spec, statuses[at] if at < len(statuses) else {}) for at, spec in enumerate(specs)]
    more = len(texts) - _SHOWN
    return ", ".join(texts[:_SHOWN]) + (f" + {more} more..." if more > 0 else "")


def _metric(spec: dict, status: dict) -> str:
    field = SOURCES.get(spec.get("type", ""), "")
    if not field:
        return "<unknown type>"
    source = spec.get(field) or {}
    target, current = source.get("target") or {}, (status.get(field) or {}).get("current") or {}
    if field in ("resource", "containerResource"):
        return f"{source.get('name', '')}: {_of_resource(target, current)}"
    if "averageValue" in target:
        each = "" if field == "pods" else " (avg)"
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}{each}"
    return f"{current.get('value', UNKNOWN)}/{target.get('value', '')}"


def _of_resource(target: dict, current: dict) -> str:
    if "averageValue" in target:
        return f"{current.get('averageValue', UNKNOWN)}/{target['averageValue']}"
    utilization = f"{current['averageUtilization']}%" if "averageUtilization" in current else UNKNOWN
    aim = f"{target['averageUtilization']}%" if "averageUtilization" in target else "<auto>"
    return f"{utilization}/{aim}"


COLUMNS = Columns(define("Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"), _cells)
