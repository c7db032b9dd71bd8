"""Rules for CustomResourceDefinitions (apiextensions-apiserver/pkg/apis/apiextensions/validation)."""

from loopkube.kinds.apiextensions.custom_resource_definition import conversion, schema_rules, selectable_fields
from loopkube.kinds.shared import text
from loopkube.kinds.shared.api_approval import APPROVAL, approval, is_protected
from loopkube.kinds.shared.patience import patience
from loopkube.kinds.shared.report import Report

_ESTABLISHED = "Established"
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")


def judge(report: Report, obj: dict, old: dict | None) -> None:
    """Everything wrong with a definition beside its metadata; `old` is what it replaces."""
    spec, name = obj.get("spec", {}), obj["metadata"].get("name", "")
    if name != f"{_name(spec, 'plural')}.{spec.get('group', '')}":
        report.invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group')
    with patience():
        _spec(report, spec)
    _stored_versions(report, obj)
    _approval(report, obj)
    if old is not None:
        _update(report, spec, old)


def _label(report: Report, path: str, name: str, prefix: str = "") -> None:
    """One complaint for all that is wrong with a name."""
    messages = text.dns_1035_label(name.lower() if prefix else name)
    if name and messages:
        report.invalid(path, name, prefix + ",".join(messages))


def _spec(report: Report, spec: dict) -> None:
    group = spec.get("group", "")
    if not group:
        report.required("spec.group")
    elif text.dns_subdomain(group):
        report.invalid("spec.group", group, ",".join(text.dns_subdomain(group)))
    elif "." not in group:
        report.invalid("spec.group", group, "should be a domain with at least one dot")
    if not spec.get("scope"):
        report.required("spec.scope")
    else:
        report.one_of("spec.scope", spec["scope"], ("Cluster", "Namespaced"))
    if spec.get("preserveUnknownFields"):
        message = "must be false in order to use defaults in the schema"
        report.invalid("spec.preserveUnknownFields", True, message)
    _versions(report, spec.get("versions") or [])
    _names(report, spec.get("names") or {})
    conversion.judge(report, spec.get("conversion") or {})


def _versions(report: Report, versions: list[dict]) -> None:
    for index, version in enumerate(versions):
        path = f"spec.versions[{index}]"
        name, schema = version.get("name", ""), (version.get("schema") or {}).get("openAPIV3Schema")
        if text.dns_1035_label(name):
            report.invalid(f"{path}.name", name, ",".join(text.dns_1035_label(name)))
        if schema is None:
            report.required(f"{path}.schema.openAPIV3Schema", "schemas are required")
        else:
            schema_rules.judge(report, schema, f"{path}.schema.openAPIV3Schema")
            selectable_fields.judge(report, version.get("selectableFields") or [], schema, f"{path}.selectableFields")
        _columns(report, version, path)
        _scale(report, version, path)
    names = [version.get("name") for version in versions]
    if len(set(names)) < len(names):
        report.invalid("spec.versions", versions, "must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        report.invalid("spec.versions", versions, "must have exactly one version marked as storage version")


def _columns(report: Report, version: dict, path: str) -> None:
    for index, column in enumerate(version.get("additionalPrinterColumns") or ()):
        here = f"{path}.additionalPrinterColumns[{index}]"
        if not column.get("name"):
            report.required(f"{here}.name")
        if not column.get("type"):
            allowed = ",".join(_COLUMN_TYPES)
            report.required(f"{here}.type", f"must be one of {allowed}")
        elif column["type"] not in _COLUMN_TYPES:
            report.invalid(f"{here}.type", column["type"], f"must be one of {','.join(_COLUMN_TYPES)}")
        if not column.get("jsonPath"):
            report.required(f"{here}.JSONPath")


def _scale(report: Report, version: dict, path: str) -> None:
    scale = (version.get("subresources") or {}).get("scale")
    if scale is None:
        return
    for field, part in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        here, value = f"{path}.subresources.scale.{field}", scale.get(field, "")
        if not value:
            report.required(here)
        elif not value.startswith(f"{part}."):
            report.invalid(here, value, f"should be a json path under {part}")


def _names(report: Report, names: dict) -> None:
    for field in ("plural", "singular", "kind", "listKind"):
        if not names.get(field):
            report.required(f"spec.names.{field}")
    mixed = "may have mixed case, but should otherwise match: "
    for field, prefix in (("plural", ""), ("singular", ""), ("kind", mixed), ("listKind", mixed)):
        _label(report, f"spec.names.{field}", names.get(field, ""), prefix)
    for field in ("shortNames", "categories"):
        for index, name in enumerate(names.get(field) or ()):
            _label(report, f"spec.names.{field}[{index}]", name)
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        report.invalid("spec.names.listKind", names["listKind"], "kind and listKind may not be the same")


def _stored_versions(report: Report, obj: dict) -> None:
    stored = (obj.get("status") or {}).get("storedVersions") or []
    names = {version.get("name"): version for version in obj.get("spec", {}).get("versions") or ()}
    for index, name in enumerate(stored):
        if name not in names:
            message = (
                f"missing from spec.versions; {name} was previously a storage version, and must remain in "
                f"spec.versions until a storage migration ensures no data remains persisted in {name} and removes "
                f"{name} from status.storedVersions"
            )
            report.invalid(f"status.storedVersions[{index}]", name, message)


def _approval(report: Report, obj: dict) -> None:
    if not is_protected(obj.get("spec", {}).get("group", "")):
        return
    state, why = approval(obj["metadata"].get("annotations") or {})
    path = f"metadata.annotations[{APPROVAL}]"
    if state == "Missing":
        report.required(path, why)
    elif state == "Invalid":
        report.invalid(path, obj["metadata"]["annotations"][APPROVAL], why)


def _update(report: Report, spec: dict, old: dict) -> None:
    before = old.get("spec", {})
    conditions = (old.get("status") or {}).get("conditions") or ()
    if any(c["type"] == _ESTABLISHED and c["status"] == "True" for c in conditions):
        report.immutable("spec.scope", spec.get("scope"), before.get("scope"))
        report.immutable("spec.names.kind", _name(spec, "kind"), _name(before, "kind"))
    report.immutable("spec.group", spec.get("group"), before.get("group"))
    report.immutable("spec.names.plural", _name(spec, "plural"), _name(before, "plural"))


def _name(spec: dict, field: str) -> str:
    return (spec.get("names") or {}).get(field, "")
