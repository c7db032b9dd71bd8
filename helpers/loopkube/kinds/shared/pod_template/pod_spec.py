"""Rules for Pods and Pod templates (pkg/apis/core/validation, ValidatePodSpec)."""

import re

from loopkube.kinds.shared import metadata, text
from loopkube.kinds.shared.pod_template import scheduling, volumes
from loopkube.kinds.shared.pod_template.containers import containers, ephemeral_containers, init_containers
from loopkube.kinds.shared.report import Report
from loopkube.shared import sysctls

_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_LONGEST_SYSCTL = 253
_SEGMENT = "[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SYSCTL = rf"({_SEGMENT}[\./])*{_SEGMENT}"
_INT32 = 2**31 - 1
_NAMESERVERS, _SEARCHES = 3, 32


def pod_template(report: Report, path: str, template: dict) -> None:
    """ValidatePodTemplateSpec: the Pod that workloads make, which has no name yet."""
    meta = template.get("metadata", {})
    metadata.labels(report, f"{path}.labels", meta.get("labels", {}))
    metadata.annotations(report, f"{path}.annotations", meta.get("annotations", {}))
    pod_spec(report, f"{path}.spec", template["spec"], is_pod=False)
    if template["spec"].get("ephemeralContainers"):
        report.forbidden(f"{path}.spec.ephemeralContainers", "ephemeral containers not allowed in pod template")


def pod_spec(report: Report, path: str, spec: dict, *, is_pod: bool) -> None:
    """ValidatePodSpec, in its order, which is the order of the complaints."""
    known = volumes.volumes(report, f"{path}.volumes", spec.get("volumes", ()))
    grace = spec.get("terminationGracePeriodSeconds")
    containers(report, f"{path}.containers", spec, known, grace)
    init_containers(report, f"{path}.initContainers", spec, known, grace)
    ephemeral_containers(report, f"{path}.ephemeralContainers", spec, known, grace)
    _host_network(report, f"{path}.containers", spec, is_pod)
    report.one_of(f"{path}.restartPolicy", spec.get("restartPolicy", ""), ("Always", "OnFailure", "Never"))
    report.one_of(f"{path}.dnsPolicy", spec.get("dnsPolicy", ""), _DNS_POLICIES)
    metadata.labels(report, f"{path}.nodeSelector", spec.get("nodeSelector", {}))
    _security(report, f"{path}.securityContext", spec.get("securityContext", {}))
    _sysctls(report, f"{path}.securityContext.sysctls", spec)
    scheduling.affinity(report, f"{path}.affinity", spec.get("affinity", {}))
    _dns(report, f"{path}.dnsConfig", spec)
    scheduling.gates(report, path, spec)
    scheduling.spread(report, f"{path}.topologySpreadConstraints", spec.get("topologySpreadConstraints", ()))
    _names(report, path, spec)
    scheduling.tolerations(report, f"{path}.tolerations", spec.get("tolerations", ()))
    _host_aliases(report, f"{path}.hostAliases", spec.get("hostAliases", ()))
    if "preemptionPolicy" in spec:
        report.one_of(f"{path}.preemptionPolicy", spec["preemptionPolicy"], ("PreemptLowerPriority", "Never"))
    if "os" in spec:
        report.one_of(f"{path}.os.name", spec["os"].get("name", ""), ("linux", "windows"))


def _host_network(report: Report, path: str, spec: dict, is_pod: bool) -> None:
    if not spec.get("hostNetwork"):
        return
    for at, container in enumerate(spec.get("containers") or ()):
        for index, port in enumerate(container.get("ports", ())):
            number, inside = port.get("hostPort", 0), port.get("containerPort", 0)
            if (is_pod or number) and number != inside:
                message = "must match `containerPort` when `hostNetwork` is true"
                report.invalid(f"{path}[{at}].ports[{index}].hostPort", number, message)


def _security(report: Report, path: str, context: dict) -> None:
    for field in ("runAsUser", "runAsGroup", "fsGroup"):
        if not 0 <= context.get(field, 0) <= _INT32:
            report.invalid(f"{path}.{field}", context[field], f"must be between 0 and {_INT32}, inclusive")
    if "fsGroupChangePolicy" in context:
        report.one_of(f"{path}.fsGroupChangePolicy", context["fsGroupChangePolicy"], ("Always", "OnRootMismatch"))
    if "seccompProfile" in context:
        seccomp(report, f"{path}.seccompProfile", context["seccompProfile"])


def _sysctls(report: Report, path: str, spec: dict) -> None:
    """Names of the kernel's settings, in either way of writing them."""
    seen: set[str] = set()
    host = {sysctls.NET: "hostNetwork", sysctls.IPC: "hostIPC"}
    for index, sysctl in enumerate((spec.get("securityContext") or {}).get("sysctls") or ()):
        at, name = f"{path}[{index}].name", sysctl.get("name", "")
        dotted, field = sysctls.with_dots(name), host.get(sysctls.namespace(name), "")
        if not name:
            report.required(at)
        elif len(name) > _LONGEST_SYSCTL or not re.fullmatch(_SYSCTL, name):
            detail = f"must have at most {_LONGEST_SYSCTL} characters and match regex ^{_SYSCTL}$"
            report.invalid(at, name, detail)
        elif dotted in seen:
            report.duplicate(at, name)
        if spec.get(field):
            report.invalid(at, name, f"may not be specified when '{field}' is true")
        seen.add(dotted)


def seccomp(report: Report, path: str, profile: dict) -> None:
    """Also for containers."""
    kind = profile.get("type", "")
    report.one_of(f"{path}.type", kind, ("Localhost", "RuntimeDefault", "Unconfined"))
    if kind == "Localhost" and not profile.get("localhostProfile"):
        report.required(f"{path}.localhostProfile", "must be set when seccomp type is Localhost")
    elif kind != "Localhost" and "localhostProfile" in profile:
        message = "can only be set when seccomp type is Localhost"
        report.invalid(f"{path}.localhostProfile", profile["localhostProfile"], message)


def _dns(report: Report, path: str, spec: dict) -> None:
    config = spec.get("dnsConfig", {})
    servers, searches = config.get("nameservers", ()), config.get("searches", ())
    if spec.get("dnsPolicy") == "None" and "dnsConfig" not in spec:
        report.required(path, "must provide `dnsConfig` when `dnsPolicy` is None")
    elif spec.get("dnsPolicy") == "None" and not servers:
        report.required(f"{path}.nameservers", "must provide at least one DNS nameserver when `dnsPolicy` is None")
    if len(servers) > _NAMESERVERS:
        report.invalid(f"{path}.nameservers", servers, f"must not have more than {_NAMESERVERS} nameservers")
    for index, server in enumerate(servers):
        if not text.is_ip(server):
            report.invalid(f"{path}.nameservers[{index}]", server, text.IP)
    if len(searches) > _SEARCHES:
        report.invalid(f"{path}.searches", searches, f"must not have more than {_SEARCHES} search paths")
    for index, option in enumerate(config.get("options", ())):
        if not option.get("name"):
            report.required(f"{path}.options[{index}]", "must not be empty")


def _names(report: Report, path: str, spec: dict) -> None:
    for field, check in (
        ("serviceAccountName", text.dns_subdomain),
        ("nodeName", text.dns_subdomain),
        ("hostname", text.dns_label),
        ("subdomain", text.dns_label),
        ("priorityClassName", text.dns_subdomain),
        ("runtimeClassName", text.dns_subdomain),
    ):
        if spec.get(field):
            report.all(f"{path}.{field}", spec[field], check(spec[field]))
        if field == "nodeName" and not 1 <= spec.get("activeDeadlineSeconds", 1) <= _INT32:
            message = f"must be between 1 and {_INT32}, inclusive"
            report.invalid(f"{path}.activeDeadlineSeconds", spec["activeDeadlineSeconds"], message)


def _host_aliases(report: Report, path: str, aliases: list[dict]) -> None:
    for at, alias in enumerate(aliases):
        if not text.is_ip(alias.get("ip", "")):
            report.invalid(f"{path}[{at}].ip", alias.get("ip", ""), text.IP)
        for index, name in enumerate(alias.get("hostnames", ())):
            report.all(f"{path}[{at}].hostnames[{index}]", name, text.dns_subdomain(name))
