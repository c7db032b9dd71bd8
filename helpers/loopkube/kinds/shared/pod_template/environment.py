"""Rules for environment variables and where their values come from."""

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
)
_KNOWN_FIELDS = {*_FIELDS, "metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName"}
_KNOWN_FIELDS |= {"status.phase"}
VOLUME_FIELDS = ("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid")
_RESOURCES = tuple(
    f"{side}.{name}" for side in ("limits", "requests") for name in ("cpu", "ephemeral-storage", "memory")
)
_HUGE = ("limits.hugepages-", "requests.hugepages-")
_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ONE_OF = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def variables(report: Report, path: str, entries: list[dict]) -> None:
    """ValidateEnv in pkg/apis/core/validation."""
    for index, variable in enumerate(entries):
        at = f"{path}[{index}]"
        if not variable.get("name"):
            report.required(f"{at}.name")
        else:
            report.all(f"{at}.name", variable["name"], text.env_name(variable["name"]))
        if "valueFrom" in variable:
            _value_from(report, f"{at}.valueFrom", variable)


def _value_from(report: Report, path: str, variable: dict) -> None:
    source = variable["valueFrom"]
    if "fieldRef" in source:
        field_selector(report, f"{path}.fieldRef", source["fieldRef"], _FIELDS)
    if "resourceFieldRef" in source:
        resource_selector(report, f"{path}.resourceFieldRef", source["resourceFieldRef"], in_volume=False)
    for name in ("configMapKeyRef", "secretKeyRef"):
        if name in source:
            _key_selector(report, f"{path}.{name}", source[name])
    count = sum(name in source for name in _SOURCES)
    if not count:
        report.invalid(path, "", _ONE_OF)
    elif variable.get("value"):
        report.invalid(path, "", "may not be specified when `value` is not empty")
    elif count > 1:
        report.invalid(path, "", "may not have more than one field specified at a time")


def field_selector(report: Report, path: str, selector: dict, supported: tuple[str, ...]) -> None:
    """A fieldRef; in environment variables and in downward API volumes."""
    field = selector.get("fieldPath", "")
    if not selector.get("apiVersion"):
        report.required(f"{path}.apiVersion")
        return
    if not field:
        report.required(f"{path}.fieldPath")
        return
    base, bracket, rest = field.partition("['")
    if bracket and rest.endswith("']"):
        if base in ("metadata.annotations", "metadata.labels"):
            key = rest[:-2]
            report.all(path, key, text.qualified_name(key.lower() if base.endswith("annotations") else key))
        else:
            report.invalid(path, base, "does not support subscript")
    elif field not in _KNOWN_FIELDS:
        message = f"error converting fieldPath: field label not supported: {field}"
        report.invalid(f"{path}.fieldPath", field, message)
    else:
        report.one_of(f"{path}.fieldPath", field, supported)


def resource_selector(report: Report, path: str, selector: dict, *, in_volume: bool) -> None:
    """validateContainerResourceFieldSelector; a volume has to name its container, a variable is in one."""
    resource = selector.get("resource", "")
    if in_volume and not selector.get("containerName"):
        report.required(f"{path}.containerName")
    elif not resource:
        report.required(f"{path}.resource")
    elif not resource.startswith(_HUGE):
        report.one_of(f"{path}.resource", resource, _RESOURCES)


def _key_selector(report: Report, path: str, selector: dict) -> None:
    name, key = selector.get("name", ""), selector.get("key", "")
    report.all(f"{path}.name", name, text.dns_subdomain(name))
    if not key:
        report.required(f"{path}.key")
    else:
        report.all(f"{path}.key", key, text.config_key(key))


def sources(report: Report, path: str, entries: list[dict]) -> None:
    """ValidateEnvFrom in pkg/apis/core/validation."""
    for index, source in enumerate(entries):
        at = f"{path}[{index}]"
        if source.get("prefix"):
            report.all(f"{at}.prefix", source["prefix"], text.env_name(source["prefix"]))
        named = [name for name in ("configMapRef", "secretRef") if name in source]
        for name in named:
            reference = source[name].get("name", "")
            if not reference:
                report.required(f"{at}.{name}.name")
            else:
                report.all(f"{at}.{name}.name", reference, text.dns_subdomain(reference))
        if not named:
            report.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`")
        elif len(named) > 1:
            report.invalid(path, "", "may not have more than one field specified at a time")
