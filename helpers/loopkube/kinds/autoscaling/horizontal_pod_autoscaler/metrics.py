"""What is measured: five sources of metrics, of which each entry has one, and the amount that each aims at."""

from loopkube.kinds.autoscaling.horizontal_pod_autoscaler.reference import described
from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report
from loopkube.shared import quantity

USUAL_CPU = 80
SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
"""{type: the field of its source}, in the order of messages."""
_ORDER = ("object", "external", "pods", "resource", "containerResource")
_TARGETS = ("Utilization", "Value", "AverageValue")


def usual() -> dict:
    """What is measured where nobody says anything."""
    target = {"type": "Utilization", "averageUtilization": USUAL_CPU}
    return {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def check(report: Report, path: str, metrics: list[dict], least: int) -> None:
    """As upstream's validateMetrics; `least` is minReplicas."""
    for at, metric in enumerate(metrics):
        _check_one(report, f"{path}[{at}]", metric)
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        detail = "must specify at least one Object or External metric to support scaling to zero replicas"
        report.forbidden(path, detail)


def _check_one(report: Report, path: str, metric: dict) -> None:
    """The source that the type names, and no other."""
    kind = metric.get("type", "")
    if not kind:
        report.required(f"{path}.type", "must specify a metric source type")
    report.one_of(f"{path}.type", kind, SOURCES)
    present = [field for field in _ORDER if metric.get(field) is not None]
    if present:
        _CHECKS[present[0]](report, f"{path}.{present[0]}", metric[present[0]])
    expected = SOURCES.get(kind, "")
    if not expected:
        report.one_of(f"{path}.type", kind, SOURCES)
    elif expected not in present:
        report.required(f"{path}.{expected}", "must populate information for the given metric source")
    if len(present) != 1:
        for field in present:
            if field != expected:
                report.forbidden(f"{path}.{field}", "must populate the given metric source only")


def _object(report: Report, path: str, source: dict) -> None:
    described(report, f"{path}.describedObject", source.get("describedObject") or {}, without_group=True)
    _identifier(report, f"{path}.metric", source.get("metric") or {})
    target = _target(report, f"{path}.target", source.get("target") or {})
    if "value" not in target and "averageValue" not in target:
        report.required(f"{path}.target.averageValue", "must set either a target value or averageValue")


def _external(report: Report, path: str, source: dict) -> None:
    _identifier(report, f"{path}.metric", source.get("metric") or {})
    target = _target(report, f"{path}.target", source.get("target") or {})
    if "value" not in target and "averageValue" not in target:
        detail = "must set either a target value for metric or a per-pod target"
        report.required(f"{path}.target.averageValue", detail)
    if "value" in target and "averageValue" in target:
        detail = "may not set both a target value for metric and a per-pod target"
        report.forbidden(f"{path}.target.value", detail)


def _pods(report: Report, path: str, source: dict) -> None:
    _identifier(report, f"{path}.metric", source.get("metric") or {})
    if "averageValue" not in _target(report, f"{path}.target", source.get("target") or {}):
        report.required(f"{path}.target.averageValue", "must specify a positive target averageValue")


def _container_resource(report: Report, path: str, source: dict) -> None:
    name = source.get("container", "")
    _resource_name(report, path, source)
    if not name:
        report.required(f"{path}.container", "must specify a container")
    else:
        report.all(f"{path}.container", name, text.dns_label(name))
    _resource_target(report, path, source)


def _resource(report: Report, path: str, source: dict) -> None:
    _resource_name(report, path, source)
    _resource_target(report, path, source)


def _resource_name(report: Report, path: str, source: dict) -> None:
    if not source.get("name"):
        report.required(f"{path}.name", "must specify a resource name")


def _resource_target(report: Report, path: str, source: dict) -> None:
    target = _target(report, f"{path}.target", source.get("target") or {})
    if "averageUtilization" not in target and "averageValue" not in target:
        detail = "must set either a target raw value or a target utilization"
        report.required(f"{path}.target.averageUtilization", detail)
    if "averageUtilization" in target and "averageValue" in target:
        detail = "may not set both a target raw value and a target utilization"
        report.forbidden(f"{path}.target.averageValue", detail)


def _target(report: Report, path: str, target: dict) -> dict:
    kind = target.get("type", "")
    if not kind:
        report.required(f"{path}.type", "must specify a metric target type")
    if kind not in _TARGETS:
        report.invalid(f"{path}.type", kind, "must be either Utilization, Value, or AverageValue")
    for field in ("value", "averageValue"):
        if field in target and quantity.parse(target[field]) <= 0:
            report.invalid(f"{path}.{field}", target[field], "must be positive")
    if target.get("averageUtilization", 1) < 1:
        report.invalid(f"{path}.averageUtilization", target["averageUtilization"], "must be greater than 0")
    return target


def _identifier(report: Report, path: str, metric: dict) -> None:
    name = metric.get("name", "")
    if not name:
        report.required(f"{path}.name", "must specify a metric name")
    else:
        report.all(f"{path}.name", name, text.path_segment(name))


_CHECKS = {
    "object": _object,
    "external": _external,
    "pods": _pods,
    "resource": _resource,
    "containerResource": _container_resource,
}
