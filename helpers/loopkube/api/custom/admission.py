"""The judge of objects of custom kinds: strategy, defaults, validation."""

import orjson

from loopkube.api.custom.objects import default
from loopkube.kinds import Kind
from loopkube.kinds.shared import metadata, text
from loopkube.kinds.shared.patience import patience
from loopkube.kinds.shared.report import Report
from loopkube.kinds.shared.structural import schema as structural
from loopkube.kinds.shared.structural.correlation import GONE
from loopkube.kinds.shared.structural.rules import ruled
from loopkube.kinds.shared.structural.ruling import Ruling
from loopkube.kinds.shared.structural.schema import schema_of
from loopkube.kinds.shared.structural.values import NEW, validate
from loopkube.shared.status import DUPLICATE, INVALID, REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID, FieldError, invalid

_BLOCKING = (REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID)
_NOT_CHECKED = (
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


def admit_custom(kind: Kind, obj: dict, old: dict | None = None, subresource: str = "") -> list[str]:
    """Completes `obj` in place and judges it, like `loopkube.api.admission.Admission.admit`."""
    prepare(kind, obj, old, subresource)
    default(kind, obj)
    errors, warnings = judge(kind, obj, old)
    if errors:
        raise invalid(kind, obj["metadata"].get("name", ""), errors)
    about_finalizers = metadata.finalizer_warnings(obj["metadata"], old["metadata"] if old else {})
    return _deprecation(kind) + about_finalizers + warnings


def _deprecation(kind: Kind) -> list[str]:
    version = kind.custom or {}
    if not version.get("deprecated"):
        return []
    return [version.get("deprecationWarning") or f"{kind.api_version} {kind.kind} is deprecated"]


def prepare(kind: Kind, obj: dict, old: dict | None, subresource: str) -> None:
    """The strategy of custom resources: status apart from the rest, generation counts the rest."""
    has_status = "status" in kind.subresources
    if old is None:
        if has_status:
            obj.pop("status", None)
        obj["metadata"]["generation"] = 1
        return
    if subresource == "status":
        _keep_all_but_status(obj, old)
    elif has_status:
        _take(obj, old, "status")
    skip = {"metadata", "status"} if has_status else {"metadata"}
    fields = (obj.keys() | old.keys()) - skip
    changed = any(obj.get(field) != old.get(field) for field in fields)
    generation = old["metadata"].get("generation", 1)
    obj["metadata"]["generation"] = generation + 1 if changed else generation


def _keep_all_but_status(obj: dict, old: dict) -> None:
    status, managed = obj.get("status"), obj["metadata"].get("managedFields")
    obj.clear()
    obj.update({name: value for name, value in old.items() if name != "status"})
    obj["metadata"] = dict(old["metadata"])
    if managed is not None:
        obj["metadata"]["managedFields"] = managed
    if status is not None:
        obj["status"] = status


def _take(obj: dict, old: dict, field: str) -> None:
    if field in old:
        obj[field] = old[field]
    else:
        obj.pop(field, None)


def judge(kind: Kind, obj: dict, old: dict | None) -> tuple[list[FieldError], list[str]]:
    """(everything wrong with an object, in Kubernetes' order; what its writer should know anyway)."""
    report = Report()
    if obj.get("kind") != kind.kind:
        report.invalid("kind", obj.get("kind", ""), f"must be {kind.kind}")
        return report.errors, []
    metadata.metadata(report, obj["metadata"], text.dns_subdomain, namespaced=kind.namespaced, any_finalizer=True)
    if old is not None:
        metadata.metadata_update(report, obj["metadata"], old["metadata"])
    schema = schema_of(kind.custom or {})
    before = NEW if old is None else _without_metadata(old)
    with patience():
        report.errors += validate(_without_metadata(obj), _without_metadata_schema(schema), "", before)
    report.errors += _list_errors(_without_metadata(obj), schema, "")
    if not structural.has_rules(schema):
        return report.errors, []
    if any(error.what in _BLOCKING for error in report.errors):
        report.errors.append(FieldError(INVALID, "<nil>", None, _NOT_CHECKED))
        return report.errors, []
    ruling = Ruling()
    with patience():
        rules = ruled(schema)
        if rules:
            ruling.judge(rules, obj, GONE if old is None else old)
    return report.errors + ruling.errors, ruling.warnings


def _without_metadata(obj: dict) -> dict:
    return {name: value for name, value in obj.items() if name != "metadata"}


def _without_metadata_schema(schema: dict) -> dict:
    """metadata has rules of its own; a schema may only restrict its name, which few do."""
    properties = {name: inner for name, inner in (schema.get("properties") or {}).items() if name != "metadata"}
    required = [name for name in schema.get("required") or () if name != "metadata"]
    return schema | {"properties": properties, "required": required}


def _list_errors(value: object, schema: dict, path: str) -> list[FieldError]:
    """Items that stand twice in a set or in a keyed list (schema/listtype/validation.go)."""
    errors = []
    if isinstance(value, dict):
        for name, inner in value.items():
            there = structural.below(schema, name)
            if there:
                errors += _list_errors(inner, there, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        errors += _duplicates(value, schema, path)
        for index, item in enumerate(value):
            errors += _list_errors(item, schema.get("items") or {}, f"{path}[{index}]")
    return errors


def _duplicates(values: list, schema: dict, path: str) -> list[FieldError]:
    list_type, seen, errors = schema.get("x-kubernetes-list-type"), set(), []
    if list_type not in ("set", "map"):
        return []
    for index, item in enumerate(values):
        key = item
        if list_type == "map" and isinstance(item, dict):
            key = {k: item[k] for k in schema.get("x-kubernetes-list-map-keys") or () if k in item}
        text_of_key = orjson.dumps(key, option=orjson.OPT_SORT_KEYS)
        if text_of_key in seen:
            errors.append(FieldError(DUPLICATE, f"{path}[{index}]", key))
        seen.add(text_of_key)
    return errors
