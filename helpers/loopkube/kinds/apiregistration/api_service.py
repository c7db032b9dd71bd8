"""APIService: another API server that serves a group and version, behind a Service (api/aggregator)."""

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


def _rules(report: Report, obj: dict, old: dict | None) -> None:
    """kube-aggregator/pkg/apis/apiregistration/validation."""
    spec = obj.get("spec") or {}
    group, version, service = spec.get("group", ""), spec.get("version", ""), spec.get("service")
    required = f"{version}.{group}"
    if obj["metadata"].get("name", "") != required:
        detail = f'must be `spec.version+"."+spec.group`: "{required}"'
        report.invalid("metadata.name", obj["metadata"].get("name", ""), detail)
    report.all("spec.version", version, text.dns_label(version) if version else ["must be specified"])
    for field, most in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        if not 0 < spec.get(field, 0) <= most:
            report.invalid(f"spec.{field}", spec.get(field, 0), f"must be positive and less than {most}")
    if service is None:
        if spec.get("caBundle"):
            report.invalid(
                "spec.caBundle", f"{len(spec['caBundle'])} bytes", "local APIServices may not have a caBundle"
            )
        if spec.get("insecureSkipTLSVerify"):
            detail = "local APIServices may not have insecureSkipTLSVerify"
            report.invalid("spec.insecureSkipTLSVerify", True, detail)
        return
    for field in ("namespace", "name"):
        if not service.get(field):
            report.required(f"spec.service.{field}")
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        report.invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present")


SPEC = Spec(
    GROUP.kind("APIService", "apiservices", namespaced=False, categories=("api-extensions",), subresources=("status",)),
    defaults=_defaults,
    strategy=Strategy(status=True, create=empty_status),
    rules=Rules(body=_rules, name=text.path_segment),
    columns=Columns(define("Name", "Service", "Available", "Age"), _cells),
)
