"""Rules for Ingress and IngressClass (pkg/apis/networking/validation)."""

from loopkube.api.validation import text
from loopkube.api.validation.report import Report

_PATH_TYPES = ("Exact", "ImplementationSpecific", "Prefix")
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_SUFFIXES = ("/..", "/.")
_OLD_CLASS = "kubernetes.io/ingress.class"
_CONTROLLER_BYTES = 250


def ingress(report: Report, obj: dict, old: dict | None) -> None:
    spec = obj["spec"]
    _ingress_spec(report, spec, (old or {}).get("spec", {}))
    annotation = obj["metadata"].get("annotations", {}).get(_OLD_CLASS)
    if old is None and annotation is not None and annotation != spec.get("ingressClassName", annotation):
        words = "must match `ingressClassName` when both are specified"
        report.invalid(f"annotations.{_OLD_CLASS}", annotation, words)


def ingress_warnings(obj: dict, old: dict | None) -> list[str]:
    if old is None and _OLD_CLASS in obj["metadata"].get("annotations", {}) and "ingressClassName" not in obj["spec"]:
        return [f"annotation \"{_OLD_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"]
    return []


def _ingress_spec(report: Report, spec: dict, old: dict) -> None:
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
        _reference(report, f"{path}.resource", backend["resource"])
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


def _reference(report: Report, path: str, reference: dict) -> None:
    group = reference.get("apiGroup")
    if group is not None:
        report.all(f"{path}.apiGroup", group, text.dns_subdomain(group))
    for field in ("kind", "name"):
        value = reference.get(field, "")
        if not value:
            report.required(f"{path}.{field}")
        else:
            report.all(f"{path}.{field}", value, text.path_segment(value))


def _tls(report: Report, path: str, tls: dict, secrets_too: bool) -> None:
    for index, host in enumerate(tls.get("hosts", ())):
        check = text.wildcard_subdomain if "*" in host else text.dns_subdomain
        report.all(f"{path}.hosts[{index}]", host, check(host))
    name = tls.get("secretName", "")
    if name and secrets_too:
        report.all(f"{path}.secretName", name, text.dns_subdomain(name))


def ingress_status(report: Report, obj: dict, old: dict | None) -> None:
    before = (old or {}).get("status", {}).get("loadBalancer", {}).get("ingress", ())
    kept = {entry.get("ip") for entry in before}
    for index, entry in enumerate(obj.get("status", {}).get("loadBalancer", {}).get("ingress", ())):
        load_balancer_entry(report, f"status.loadBalancer.ingress[{index}]", entry, kept)


def load_balancer_entry(report: Report, path: str, entry: dict, kept: set) -> None:
    """One address that a controller has published; also for Services."""
    address, hostname = entry.get("ip", ""), entry.get("hostname", "")
    if address and address not in kept and not text.is_ip(address):
        report.invalid(f"{path}.ip", address, text.IP)
    if hostname:
        report.all(f"{path}.hostname", hostname, text.dns_subdomain(hostname))
        if text.is_ip(hostname):
            report.invalid(f"{path}.hostname", hostname, "must be a DNS name, not an IP address")


def ingress_class(report: Report, obj: dict, old: dict | None) -> None:
    controller = obj["spec"].get("controller", "")
    if old is not None:
        report.immutable("spec.controller", controller, old["spec"].get("controller", ""))
    if not controller:
        report.required("spec.controller")
    elif len(controller) > _CONTROLLER_BYTES:
        report.too_long("spec.controller", _CONTROLLER_BYTES)
    if controller:
        _domain_prefixed_path(report, "spec.controller", controller)
    if "parameters" in obj["spec"]:
        _parameters(report, "spec.parameters", obj["spec"]["parameters"])


def _domain_prefixed_path(report: Report, path: str, value: str) -> None:
    domain, _, rest = value.partition("/")
    if not domain or not rest:
        report.invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')
        return
    report.all(path, domain, text.dns_subdomain(domain))
    if not text.is_url_path(rest):
        report.invalid(path, rest, "Invalid path")


def _parameters(report: Report, path: str, parameters: dict) -> None:
    _reference(report, path, parameters)
    scope, namespace = parameters.get("scope", ""), parameters.get("namespace")
    report.one_of(f"{path}.scope", scope, ("Cluster", "Namespace"))
    if scope == "Namespace" and namespace is None:
        report.required(f"{path}.namespace", "`parameters.scope` is set to 'Namespace'")
    elif scope == "Namespace":
        report.all(f"{path}.namespace", namespace, text.dns_label(namespace))
    elif scope == "Cluster" and namespace is not None:
        report.forbidden(f"{path}.namespace", "`parameters.scope` is set to 'Cluster'")
