"""Objects of custom kinds on their way to the store: decoded, pruned, defaulted, judged."""

import json

import orjson

from loopkube.api.custom import structural
from loopkube.api.custom.structural import schema_of
from loopkube.api.custom.values import NEW, validate
from loopkube.api.decode import parse
from loopkube.api.decoding.errors import TypeMismatch, ValueProblem
from loopkube.api.decoding.structs import struct
from loopkube.api.errors import (
    DUPLICATE,
    INVALID,
    REQUIRED,
    TOO_LONG,
    TOO_MANY,
    TYPE_INVALID,
    ApiError,
    FieldError,
    bad_request,
    invalid,
)
from loopkube.api.validation import metadata, text
from loopkube.api.validation.report import Report
from loopkube.kinds import Kind

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_BLOCKING = (REQUIRED, TOO_LONG, TOO_MANY, TYPE_INVALID)
_NOT_CHECKED = (
    "some validation rules were not checked because the object was invalid; "
    "correct the existing errors to complete validation"
)


def decode_custom(kind: Kind, body: bytes, content_type: str, field_validation: str) -> tuple[dict, list[str]]:
    """(object, warnings), like `loopkube.api.decode.decode`."""
    obj, twice = parse(kind, body, content_type)
    named = obj.get("kind") or kind.kind
    if not obj.get("kind"):
        raise _refused(kind, kind.kind, f"Object 'Kind' is missing in '{body.decode(errors='replace')}'")
    version = obj.get("apiVersion") or ""
    if version != kind.api_version:
        message = f"the API version in the data ({version}) does not match the expected API version"
        raise bad_request(f"{message} ({kind.api_version})")
    try:
        unknown = _tidy(kind, obj)
    except (TypeMismatch, ValueProblem) as problem:
        raise _refused(kind, named, str(problem)) from None
    if field_validation == "Ignore":
        return obj, []
    problems = [f'duplicate field "{path}"' for path in twice] + [f'unknown field "{path}"' for path in unknown]
    if problems and field_validation == "Strict":
        raise _refused(kind, named, f"strict decoding error: {', '.join(problems)}")
    return obj, problems


def check_custom(kind: Kind, obj: dict, field_validation: str = "Warn") -> list[str]:
    """The same for an object that a patch has made; changes `obj` in place and returns warnings."""
    before = orjson.dumps(obj).decode()
    try:
        unknown = _tidy(kind, obj)
    except (TypeMismatch, ValueProblem) as problem:
        raise _bad_patch(before, str(problem)) from None
    obj["apiVersion"] = kind.api_version
    problems = [f'unknown field "{path}"' for path in unknown]
    if problems and field_validation == "Strict":
        raise _bad_patch(before, f"strict decoding error: {', '.join(problems)}")
    return [] if field_validation == "Ignore" else problems


def _tidy(kind: Kind, obj: dict) -> list[str]:
    """Prunes, normalises metadata, fills in defaults; returns the paths of unknown fields."""
    unknown: list[str] = []
    if not isinstance(obj.get("metadata") or {}, dict):
        raise TypeMismatch(obj["metadata"], "v1.ObjectMeta")
    given, seen = obj.get("metadata") or {}, []
    obj["metadata"] = struct(_OBJECT_META).decode(given, seen)
    if seen:
        unknown += struct(_OBJECT_META).unknown(given, "metadata")
    schema = schema_of(kind.custom or {})
    unknown += structural.prune(obj, schema, resource=True)
    _default(kind, obj)
    return unknown


def _default(kind: Kind, obj: dict) -> None:
    """Defaults of everything but metadata, which has none."""
    schema = schema_of(kind.custom or {})
    properties = {k: v for k, v in (schema.get("properties") or {}).items() if k not in structural.META_FIELDS}
    rest = {name: value for name, value in obj.items() if name not in structural.META_FIELDS}
    structural.default(rest, schema | {"properties": properties})
    for name in [n for n in obj if n not in structural.META_FIELDS and n not in rest]:
        del obj[name]
    obj.update(rest)


def _refused(kind: Kind, named: str, why: str) -> ApiError:
    return bad_request(f'{named} in version "{kind.version}" cannot be handled as a {kind.kind}: {why}')


def _bad_patch(before: str, why: str) -> ApiError:
    cause = FieldError(INVALID, "patch", before, why)
    message = f' "" is invalid: patch: Invalid value: {json.dumps(before, ensure_ascii=False)}: {why}'
    return ApiError(422, "Invalid", message, {"causes": [cause.cause]})


def admit_custom(kind: Kind, obj: dict, old: dict | None = None, subresource: str = "") -> list[str]:
    """Completes `obj` in place and judges it, like `loopkube.api.admission.Admission.admit`."""
    prepare(kind, obj, old, subresource)
    _default(kind, obj)
    errors = judge(kind, obj, old)
    if errors:
        raise invalid(kind, obj["metadata"].get("name", ""), errors)
    return _deprecation(kind)


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


def judge(kind: Kind, obj: dict, old: dict | None) -> list[FieldError]:
    """Everything wrong with an object, in Kubernetes' order."""
    report = Report()
    if obj.get("kind") != kind.kind:
        report.invalid("kind", obj.get("kind", ""), f"must be {kind.kind}")
        return report.errors
    metadata.metadata(report, obj["metadata"], text.dns_subdomain, namespaced=kind.namespaced)
    if old is not None:
        metadata.metadata_update(report, obj["metadata"], old["metadata"])
    schema = schema_of(kind.custom or {})
    before = NEW if old is None else _without_metadata(old)
    report.errors += validate(_without_metadata(obj), _without_metadata_schema(schema), "", before)
    report.errors += _list_errors(_without_metadata(obj), schema, "")
    if structural.has_rules(schema) and any(error.what in _BLOCKING for error in report.errors):
        report.errors.append(FieldError(INVALID, "<nil>", None, _NOT_CHECKED))
    return report.errors


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
