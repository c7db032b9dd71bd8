"""APIService: another API server that serves a group and version, behind a Service (api/aggregator)."""

import base64
from datetime import datetime

from loopkube.kinds.apiregistration import GROUP
from loopkube.kinds.shared import text
from loopkube.kinds.shared.columns import Columns, age, define, name
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.status import empty_status
from loopkube.kinds.spec import Rules, Spec, Strategy


def _cells(obj: dict, now: datetime) -> list:
    service = obj.get("spec", {}).get("service")
    where = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    available: dict = next((c for c in obj.get("status", {}).get("conditions") or () if c["type"] == "Available"), {})
    word = available.get("status", "Unknown")
    told = f"{word} ({available.get('reason', '')})" if word == "False" else word
    return [name(obj), where, told, age(obj, now)]


def _defaults(obj: dict) -> None:
    service = (obj.get("spec") or {}).get("service")
    if service is not None:
        service.setdefault("port", 443)


def _create(obj: dict) -> None:
    empty_status(obj)
    if (obj.get("spec") or {}).get("service") is None:
        told = {"reason": "Local", "message": "Local APIServices are always available"}
        since = {"lastTransitionTime": obj["metadata"].get("creationTimestamp")}
        obj["status"] = {"conditions": [{"type": "Available", "status": "True"} | since | told]}


def _rules(report: Report, obj: dict, old: dict | None) -> None:
    """kube-aggregator/pkg/apis/apiregistration/validation."""
    spec = obj.get("spec") or {}
    group, version, service = spec.get("group", ""), spec.get("version", ""), spec.get("service")
    required, name = f"{version}.{group}", obj["metadata"].get("name", "")
    if name != required and not text.path_segment(name):
        report.invalid("metadata.name", name, f'must be `spec.version+"."+spec.group`: "{required}"')
    if not group and version != "v1":
        report.required("spec.group", "only v1 may have an empty group and it better be legacy kube")
    report.all("spec.group", group, text.dns_subdomain(group) if group else ())
    report.all("spec.version", version, text.dns_1035_label(version))
    for field, most in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        if not 0 < spec.get(field, 0) <= most:
            report.invalid(f"spec.{field}", spec.get(field, 0), f"must be positive and less than {most}")
    if service is None:
        if spec.get("caBundle"):
            size = len(base64.b64decode(spec["caBundle"]))
            report.invalid("spec.caBundle", f"{size} bytes", "local APIServices may not have a caBundle")
        if spec.get("insecureSkipTLSVerify"):
            detail = "local APIServices may not have insecureSkipTLSVerify"
            report.invalid("spec.insecureSkipTLSVerify", True, detail)
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            report.required(f"spec.service.{field}")
    complaints = text.port_number(service.get("port", 0))
    if complaints:
        report.invalid("spec.service.port", service.get("port", 0), f"port is not valid: {', '.join(complaints)}")
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        report.invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present")


def _status_rules(report: Report, obj: dict, old: dict | None) -> None:
    for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        report.one_of(f"status.conditions[{index}].status", condition.get("status", ""), ("True", "False", "Unknown"))


SPEC = Spec(
    GROUP.kind("APIService", "apiservices", namespaced=False, categories=("api-extensions",), subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(status=True, create=_create, unconditional_update=False),
    rules=Rules(body=_rules, status=_status_rules, name=text.path_segment, any_finalizer=True),
    columns=Columns(define("Name", "Service", "Available", "Age"), _cells),
)
