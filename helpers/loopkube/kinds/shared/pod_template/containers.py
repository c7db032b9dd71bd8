"""Rules for containers (pkg/apis/core/validation, validateContainerCommon)."""

from collections.abc import Sequence

from loopkube.kinds.shared import text
from loopkube.kinds.shared.pod_template import environment, mounts, probes, resources
from loopkube.kinds.shared.pod_template.pod_diff import internal
from loopkube.kinds.shared.ports import PROTOCOLS
from loopkube.kinds.shared.report import Report

_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_MESSAGE_POLICIES = ("File", "FallbackToLogsOnError")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_NOT_EPHEMERAL = (
    "ports",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
    "resizePolicy",
    "restartPolicy",
)
_INT32 = 2**31 - 1


def containers(report: Report, path: str, spec: dict, known: dict, grace: int | None) -> None:
    """validateContainers; `known` are the volumes by name, `grace` the Pod's terminationGracePeriodSeconds."""
    main = spec.get("containers") or ()
    if not main:
        report.required(path)
    names: set[str] = set()
    for index, container in enumerate(main):
        at = f"{path}[{index}]"
        _common(report, at, container, known)
        if container.get("name", "") in names:
            report.duplicate(f"{at}.name", container["name"])
        names.add(container.get("name", ""))
        _lifecycle_and_probes(report, at, container, grace)
        if "restartPolicy" in container and not container.get("restartPolicyRules"):
            report.one_of(f"{at}.restartPolicy", container["restartPolicy"], ("Always", "Never", "OnFailure"))
    _host_port_conflicts(report, path, main)


def init_containers(report: Report, path: str, spec: dict, known: dict, grace: int | None) -> None:
    """validateInitContainers: those with restartPolicy Always are sidecars, and may have probes."""
    names = {container.get("name") for container in spec.get("containers") or ()}
    for index, container in enumerate(spec.get("initContainers", ())):
        at = f"{path}[{index}]"
        _common(report, at, container, known)
        if "restartPolicy" in container:
            report.one_of(f"{at}.restartPolicy", container["restartPolicy"], ("Always", "Never", "OnFailure"))
        if container.get("name") in names:
            report.duplicate(f"{at}.name", container["name"])
        names.add(container.get("name"))
        _host_port_conflicts(report, path, [container])
        if container.get("restartPolicy") == "Always":
            _lifecycle_and_probes(report, at, container, grace)
            continue
        for field in ("lifecycle", *_PROBES):
            if field in container:
                message = "may not be set for init containers without restartPolicy=Always"
                report.forbidden(f"{at}.{field}", message)


def ephemeral_containers(report: Report, path: str, spec: dict, known: dict, grace: int | None) -> None:
    """validateEphemeralContainers: no ports, probes or resources of their own."""
    others = {c.get("name") for field in ("containers", "initContainers") for c in spec.get(field) or ()}
    names = set(others)
    for index, container in enumerate(spec.get("ephemeralContainers", ())):
        at = f"{path}[{index}]"
        _common(report, at, container, known)
        if container.get("name") in names:
            report.duplicate(f"{at}.name", container["name"])
        names.add(container.get("name"))
        target = container.get("targetContainerName")
        if target and target not in others:
            report.not_found(f"{at}.targetContainerName", target)
        for field in _NOT_EPHEMERAL:
            if field in container:
                report.forbidden(f"{at}.{field}", "cannot be set for an Ephemeral Container")
        if container.get("resources"):
            report.forbidden(f"{at}.resources", "cannot be set for an Ephemeral Container")


def _common(report: Report, path: str, container: dict, known: dict) -> None:
    name = container.get("name", "")
    if not name:
        report.required(f"{path}.name")
    else:
        report.all(f"{path}.name", name, text.dns_label(name))
    if not container.get("image"):
        report.required(f"{path}.image")
    policy = container.get("terminationMessagePolicy", "")
    report.one_of(f"{path}.terminationMessagePolicy", policy, _MESSAGE_POLICIES)
    _ports(report, f"{path}.ports", container.get("ports", ()))
    environment.variables(report, f"{path}.env", container.get("env", ()))
    environment.sources(report, f"{path}.envFrom", container.get("envFrom", ()))
    mounts.mounts(report, f"{path}.volumeMounts", container, known)
    mounts.devices(report, f"{path}.volumeDevices", container, known)
    report.one_of(f"{path}.imagePullPolicy", container.get("imagePullPolicy", ""), _PULL_POLICIES)
    resources.requirements(report, f"{path}.resources", container.get("resources", {}))
    _security(report, f"{path}.securityContext", container.get("securityContext", {}))


def _ports(report: Report, path: str, ports: list[dict]) -> None:
    names: set[str] = set()
    for index, port in enumerate(ports):
        at, name = f"{path}[{index}]", port.get("name", "")
        messages = text.port_name(name) if name else []
        report.all(f"{at}.name", name, messages)
        if name and not messages and name in names:
            report.duplicate(f"{at}.name", name)
        names.add(name)
        if not port.get("containerPort"):
            report.required(f"{at}.containerPort")
        else:
            report.all(f"{at}.containerPort", port["containerPort"], text.port_number(port["containerPort"]))
        if port.get("hostPort"):
            report.all(f"{at}.hostPort", port["hostPort"], text.port_number(port["hostPort"]))
        report.one_of(f"{at}.protocol", port.get("protocol", ""), PROTOCOLS)


def _lifecycle_and_probes(report: Report, path: str, container: dict, grace: int | None) -> None:
    probes.lifecycle(report, f"{path}.lifecycle", container.get("lifecycle", {}), grace)
    for name in _PROBES:
        if name in container:
            probes.probe(report, f"{path}.{name}", name, container[name])


def _host_port_conflicts(report: Report, path: str, main: Sequence[dict]) -> None:
    taken: set[str] = set()
    for at, container in enumerate(main):
        for index, port in enumerate(container.get("ports", ())):
            if not port.get("hostPort"):
                continue
            key = f"{port.get('protocol', '')}/{port.get('hostIP', '')}/{port['hostPort']}"
            if key in taken:
                report.duplicate(f"{path}[{at}].ports[{index}].hostPort", key)
            taken.add(key)


def _security(report: Report, path: str, context: dict) -> None:
    for field in ("runAsUser", "runAsGroup"):
        if not 0 <= context.get(field, 0) <= _INT32:
            report.invalid(f"{path}.{field}", context[field], f"must be between 0 and {_INT32}, inclusive")
    if "procMount" in context:
        report.one_of(f"{path}.procMount", context["procMount"], ("Default", "Unmasked"))
    if context.get("allowPrivilegeEscalation") is False and context.get("privileged"):
        message = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"
        report.invalid(path, internal("SecurityContext", context), message)
    added = context.get("capabilities", {}).get("add", ())
    if context.get("allowPrivilegeEscalation") is False and "CAP_SYS_ADMIN" in added:
        message = "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"
        report.invalid(path, internal("SecurityContext", context), message)
