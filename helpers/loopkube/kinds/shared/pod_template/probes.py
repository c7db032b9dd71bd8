"""Rules for probes and lifecycle hooks."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")


def probe(report: Report, path: str, name: str, spec: dict) -> None:
    """`name` is livenessProbe, readinessProbe or startupProbe."""
    _handler(report, path, spec, None)
    for field in _COUNTS:
        report.not_negative(f"{path}.{field}", spec.get(field, 0))
    grace = spec.get("terminationGracePeriodSeconds")
    if grace is not None and grace <= 0:
        report.invalid(f"{path}.terminationGracePeriodSeconds", grace, "must be greater than 0")
    if name != "readinessProbe" and spec.get("successThreshold") != 1:
        report.invalid(f"{path}.successThreshold", spec.get("successThreshold", 0), "must be 1")
    if name == "readinessProbe" and grace is not None:
        report.invalid(f"{path}.terminationGracePeriodSeconds", grace, "must not be set for readinessProbes")


def lifecycle(report: Report, path: str, hooks: dict, grace: int | None) -> None:
    """validateLifecycle: postStart and preStop, which have one handler each."""
    for name in ("postStart", "preStop"):
        if name in hooks:
            _handler(report, f"{path}.{name}", hooks[name], grace)


def _handler(report: Report, path: str, spec: dict, grace: int | None) -> None:
    named = [name for name in _HANDLERS if name in spec]
    for position, name in enumerate(named):
        if position:
            report.forbidden(f"{path}.{name}", "may not specify more than 1 handler type")
        else:
            _check(report, f"{path}.{name}", name, spec[name], grace)
    if not named:
        report.required(path, "must specify a handler type")


def _check(report: Report, path: str, name: str, action: dict, grace: int | None) -> None:
    if name == "exec" and not action.get("command"):
        report.required(f"{path}.command")
    elif name in ("tcpSocket", "grpc"):
        report.port(f"{path}.port", action.get("port", 0))
    elif name == "httpGet":
        _http_get(report, path, action)
    elif name == "sleep" and grace is not None and not 0 <= action.get("seconds", 0) <= grace:
        message = f"must be non-negative and less than terminationGracePeriodSeconds ({grace})"
        report.invalid(path, action.get("seconds", 0), message)


def _http_get(report: Report, path: str, action: dict) -> None:
    if not action.get("path"):
        report.required(f"{path}.path")
    report.port(f"{path}.port", action.get("port", 0))
    report.one_of(f"{path}.scheme", action.get("scheme", ""), ("HTTP", "HTTPS"))
    for header in action.get("httpHeaders", ()):
        report.all(f"{path}.httpHeaders", header.get("name", ""), text.http_header(header.get("name", "")))
