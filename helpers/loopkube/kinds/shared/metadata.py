"""Rules for metadata, labels and selectors (k8s.io/apimachinery/pkg/api/validation/objectmeta.go)."""

from collections.abc import Callable

from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

NameCheck = Callable[[str], list[str]]

_ANNOTATIONS = 256 * 1024
_STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def metadata(
    report: Report, meta: dict, name_check: NameCheck, *, namespaced: bool, any_finalizer: bool = False
) -> None:
    """ValidateObjectMeta (apimachinery pkg/api/validation, and pkg/apis/core/validation unless `any_finalizer` is
    taken); `name_check` is the kind's own rule of names."""
    prefix = meta.get("generateName", "")
    if prefix:
        masked = f"{prefix[:-1]}a" if prefix.endswith("-") else prefix
        report.all("metadata.generateName", prefix, name_check(masked))
    if not meta.get("name"):
        report.required("metadata.name", "name or generateName is required")
    else:
        report.all("metadata.name", meta["name"], name_check(meta["name"]))
    _namespace(report, meta.get("namespace", ""), namespaced)
    labels(report, "metadata.labels", meta.get("labels", {}))
    annotations(report, "metadata.annotations", meta.get("annotations", {}))
    _owners(report, meta.get("ownerReferences", ()))
    for index, finalizer in enumerate(meta.get("finalizers", ())):
        messages = text.qualified_name(finalizer)
        report.all("metadata.finalizers", finalizer, messages)
        if not messages and not any_finalizer and not _is_known(finalizer):
            message = "name is neither a standard finalizer name nor is it fully qualified"
            report.invalid(f"metadata.finalizers[{index}]", finalizer, message)


def _namespace(report: Report, namespace: str, namespaced: bool) -> None:
    if namespaced and not namespace:
        report.required("metadata.namespace")
    elif namespaced:
        report.all("metadata.namespace", namespace, text.dns_label(namespace))
    elif namespace:
        report.forbidden("metadata.namespace", "not allowed on this type")


def labels(report: Report, path: str, pairs: dict) -> None:
    """ValidateLabels: keys are qualified names, values at most 63 characters."""
    for key, value in sorted(pairs.items()):
        report.all(path, key, text.qualified_name(key))
        report.all(path, value, text.label_value(value))


def annotations(report: Report, path: str, pairs: dict) -> None:
    """ValidateAnnotations: keys in small letters are qualified names; all together at most 256 KiB."""
    for key in sorted(pairs):
        report.all(path, key, text.qualified_name(key.lower()))
    if sum(len(key.encode()) + len(value.encode()) for key, value in pairs.items()) > _ANNOTATIONS:
        report.too_long(path, _ANNOTATIONS)


def _owners(report: Report, owners: list[dict]) -> None:
    controller = ""
    for index, owner in enumerate(owners):
        path = f"metadata.ownerReferences[{index}]"
        if not owner.get("apiVersion"):
            report.invalid(f"{path}.apiVersion", "", "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                report.invalid(f"{path}.{field}", "", "must not be empty")
        if owner.get("controller") and controller:
            pair = f"{controller} and {owner.get('name', '')}"
            message = f'Only one reference can have Controller set to true. Found "true" in references for {pair}'
            report.invalid("metadata.ownerReferences", owners, message)
        if owner.get("controller"):
            controller = owner.get("name", "")


def _is_known(finalizer: str) -> bool:
    return "/" in finalizer or finalizer in _STANDARD_FINALIZERS


def finalizer_warnings(meta: dict, old: dict) -> list[str]:
    """What the writer of a custom object is told of new finalizers (apiextensions registry/customresource)."""
    told = "prefer a domain-qualified finalizer name{} to avoid accidental conflicts with other finalizer writers"
    return [
        f'metadata.finalizers: "{name}": {told.format(" including a path (/)" if "." in name else "")}'
        for name in sorted({*meta.get("finalizers", ())} - {*old.get("finalizers", ())})
        if not _is_known(name)
    ]


def metadata_update(report: Report, meta: dict, old: dict) -> None:
    """What may never change; the API keeps uid and times itself."""
    for field in ("name", "namespace"):
        report.immutable(f"metadata.{field}", meta.get(field, ""), old.get(field, ""))
    if old.get("deletionTimestamp"):
        added = [name for name in meta.get("finalizers", ()) if name not in old.get("finalizers", ())]
        if added:
            message = "no new finalizers can be added if the object is being deleted, found new finalizers"
            report.forbidden("metadata.finalizers", f"{message} {_go_list(added)}")


def _go_list(names: list[str]) -> str:
    """How Go prints a slice of strings with %#v."""
    return "[]string{" + ", ".join(f'"{name}"' for name in names) + "}"


def label_selector(report: Report, path: str, selector: dict) -> None:
    """ValidateLabelSelector (apimachinery pkg/apis/meta/v1/validation)."""
    for key, value in sorted(selector.get("matchLabels", {}).items()):
        report.all(f"{path}.matchLabels", key, text.qualified_name(key))
        report.all(f"{path}.matchLabels", value, text.label_value(value))
    for index, requirement in enumerate(selector.get("matchExpressions", ())):
        _requirement(report, f"{path}.matchExpressions[{index}]", requirement)


def _requirement(report: Report, path: str, requirement: dict) -> None:
    operator, values = requirement.get("operator", ""), requirement.get("values", ())
    if operator in ("In", "NotIn") and not values:
        report.required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist") and values:
        report.forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        report.invalid(f"{path}.operator", operator, "not a valid selector operator")
    report.all(f"{path}.key", requirement.get("key", ""), text.qualified_name(requirement.get("key", "")))
    for index, value in enumerate(values):
        report.all(f"{path}.values[{index}]", value, text.label_value(value))


def matches(selector: dict, own: dict) -> bool:
    """Whether a LabelSelector selects these labels."""
    if any(own.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    return all(_meets(requirement, own) for requirement in selector.get("matchExpressions", ()))


def _meets(requirement: dict, own: dict) -> bool:
    key, values = requirement.get("key", ""), requirement.get("values", ())
    tests = {
        "In": key in own and own[key] in values,
        "NotIn": key not in own or own[key] not in values,
        "Exists": key in own,
        "DoesNotExist": key not in own,
    }
    return tests.get(requirement.get("operator", ""), False)
