"""Ingress: which Service answers for which host and path (pkg/apis/networking/validation)."""

from datetime import datetime

from loopkube.kinds.networking import GROUP
from loopkube.kinds.shared import load_balancer, text
from loopkube.kinds.shared.columns import NONE, Columns, age, define, name
from loopkube.kinds.shared.references import reference
from loopkube.kinds.shared.report import Report
from loopkube.kinds.spec import Rules, Spec, Strategy

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES = ("/..", "/.")
_OLD_CLASS = "kubernetes.io/ingress.class"

_HOSTS = 3


def _check(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    _check_spec(report, spec, (old or {}).get("spec", {}))
    annotation = obj["metadata"].get("annotations", {}).get(_OLD_CLASS)
    if old is None and annotation is not None and annotation != spec.get("ingressClassName", annotation):
        message = "must match `ingressClassName` when both are specified"
        report.invalid(f"annotations.{_OLD_CLASS}", annotation, message)


def _warn(obj: dict, old: dict | None) -> list[str]:
    if old is None and _OLD_CLASS in obj["metadata"].get("annotations", {}) and "ingressClassName" not in obj["spec"]:
        return [f"annotation \"{_OLD_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"]
    return []


def _check_spec(report: Report, spec: dict, old: dict) -> None:
    if not spec.get("rules") and "defaultBackend" not in spec:
        report.invalid("spec", spec.get("rules"), "either `defaultBackend` or `rules` must be specified")
    if "defaultBackend" in spec:
        _backend(report, "spec.defaultBackend", spec["defaultBackend"])
    lenient = _had_bad_wildcard_rule(old)
    for index, rule in enumerate(spec.get("rules", ())):
        _rule(report, f"spec.rules[{index}]", rule, lenient)
    old_secrets = [tls.get("secretName", "") for tls in old.get("tls", ())]
    secrets_too = not any(name and text.dns_subdomain(name) for name in old_secrets)
    for index, tls in enumerate(spec.get("tls", ())):
        _tls(report, f"spec.tls[{index}]", tls, secrets_too)
    name = spec.get("ingressClassName")
    if name is not None:
        report.all("spec.ingressClassName", name, text.dns_subdomain(name))


def _had_bad_wildcard_rule(old: dict) -> bool:
    """Objects from before a rule existed may keep what they have."""
    probe = Report()
    for rule in old.get("rules", ()):
        if "*" in rule.get("host", "") and "http" in rule:
            _http(probe, "", rule["http"])
    return bool(probe.errors)


def _rule(report: Report, path: str, rule: dict, lenient: bool) -> None:
    host = rule.get("host", "")
    if host and text.is_ip(host):
        report.invalid(f"{path}.host", host, "must be a DNS name, not an IP address")
    if host:
        check = text.wildcard_subdomain if "*" in host else text.dns_subdomain
        report.all(f"{path}.host", host, check(host))
    if "http" in rule and not ("*" in host and lenient):
        _http(report, f"{path}.http", rule["http"])


def _http(report: Report, path: str, http: dict) -> None:
    if not http.get("paths"):
        report.required(f"{path}.paths")
    for index, entry in enumerate(http.get("paths") or ()):
        _path(report, f"{path}.paths[{index}]", entry)


def _path(report: Report, path: str, entry: dict) -> None:
    kind, value = entry.get("pathType"), entry.get("path", "")
    if kind is None:
        report.required(f"{path}.pathType", "pathType must be specified")
        return
    if kind in ("Exact", "Prefix"):
        if not value.startswith("/"):
            report.invalid(f"{path}.path", value, "must be an absolute path")
        report.all(f"{path}.path", value, [f"must not contain '{part}'" for part in _BAD_SEQUENCES if part in value])
        ends = [f"cannot end with '{part}'" for part in _BAD_SUFFIXES if value.endswith(part)]
        report.all(f"{path}.path", value, ends)
    elif kind == "ImplementationSpecific":
        if value and not value.startswith("/"):
            report.invalid(f"{path}.path", value, "must be an absolute path")
    else:
        report.one_of(f"{path}.pathType", kind, _PATH_TYPES)
    _backend(report, f"{path}.backend", entry.get("backend", {}))


def _backend(report: Report, path: str, backend: dict) -> None:
    if "resource" in backend and "service" in backend:
        report.invalid(path, "", "cannot set both resource and service backends")
    elif "resource" in backend:
        reference(report, f"{path}.resource", backend["resource"])
    elif "service" in backend:
        _service_backend(report, path, backend["service"])
    else:
        report.invalid(path, "", "resource or service backend is required")


def _service_backend(report: Report, path: str, service: dict) -> None:
    name = service.get("name", "")
    if not name:
        report.required(f"{path}.service.name")
    else:
        report.all(f"{path}.service.name", name, text.dns_label(name))
    port = service.get("port", {})
    if port.get("name") and port.get("number"):
        report.invalid(path, "", "cannot set both port name & port number")
    elif port.get("name"):
        report.all(f"{path}.service.port.name", port["name"], text.port_name(port["name"]))
    elif port.get("number"):
        report.all(f"{path}.service.port.number", port["number"], text.port_number(port["number"]))
    else:
        report.required(path, "port name or number is required")


def _tls(report: Report, path: str, tls: dict, secrets_too: bool) -> None:
    for index, host in enumerate(tls.get("hosts", ())):
        check = text.wildcard_subdomain if "*" in host else text.dns_subdomain
        report.all(f"{path}.hosts[{index}]", host, check(host))
    name = tls.get("secretName", "")
    if name and secrets_too:
        report.all(f"{path}.secretName", name, text.dns_subdomain(name))


def _check_status(report: Report, obj: dict, old: dict | None) -> None:
    before = (old or {}).get("status", {}).get("loadBalancer", {}).get("ingress", ())
    kept = {entry.get("ip") for entry in before}
    for index, entry in enumerate(obj.get("status", {}).get("loadBalancer", {}).get("ingress", ())):
        load_balancer.entry_rules(report, f"status.loadBalancer.ingress[{index}]", entry, kept)


def _cells(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    ports = "80, 443" if spec.get("tls") else "80"
    kind = spec.get("ingressClassName", NONE)
    return [name(obj), kind, _hosts(spec.get("rules", ())), load_balancer.published(obj), ports, age(obj, now)]


def _hosts(rules: list[dict]) -> str:
    """As kubectl counts: rules without a host take no place, but are counted in `more`."""
    hosts: list[str] = []
    more = False
    for rule in rules:
        more = more or len(hosts) == _HOSTS
        if not more and rule.get("host"):
            hosts.append(rule["host"])
    text = ",".join(hosts) or "*"
    return f"{text} + {len(rules) - _HOSTS} more..." if more else text


SPEC = Spec(
    GROUP.kind("Ingress", "ingresses", short_names=("ing",), subresources=("status",)),
    strategy=Strategy(generation=True, status=True, create=load_balancer.create),
    rules=Rules(_check, status=_check_status, warn=_warn),
    columns=Columns(define("Name", "Class", "Hosts", "Address", "Ports", "Age"), _cells),
)
