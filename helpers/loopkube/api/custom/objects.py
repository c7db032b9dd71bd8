"""Objects of custom kinds on their way to the store: decoded, pruned, defaulted."""

import json

import orjson

from loopkube.api.decode import parse
from loopkube.api.decoding.body import MOST_PROBLEMS
from loopkube.api.decoding.errors import TypeMismatch, ValueProblem
from loopkube.api.decoding.structs import struct
from loopkube.kinds import Kind
from loopkube.kinds.shared.patience import patience
from loopkube.kinds.shared.structural import schema as structural
from loopkube.kinds.shared.structural.schema import schema_of
from loopkube.shared.status import INVALID, ApiError, FieldError, bad_request

_OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


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
    found = [f'duplicate field "{path}"' for path in twice] + [f'unknown field "{path}"' for path in unknown]
    problems = found[:MOST_PROBLEMS]
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
    problems = [f'unknown field "{path}"' for path in unknown[:MOST_PROBLEMS]]
    if problems and field_validation == "Strict":
        raise _bad_patch(before, f"strict decoding error: {', '.join(problems)}")
    return [] if field_validation == "Ignore" else problems


def _tidy(kind: Kind, obj: dict) -> list[str]:
    """Prunes, normalises metadata, fills in defaults; returns the paths of unknown fields."""
    unknown: list[str] = []
    if not isinstance(obj.get("metadata") or {}, dict):
        raise TypeMismatch(obj["metadata"], "v1.ObjectMeta")
    given = obj.get("metadata") or {}
    seen: list = []
    obj["metadata"] = struct(_OBJECT_META).decode(given, seen)
    if seen:
        unknown += struct(_OBJECT_META).unknown(given, "metadata")
    schema = schema_of(kind.custom or {})
    unknown += structural.prune(obj, schema, resource=True)
    default(kind, obj)
    return unknown


def default(kind: Kind, obj: dict) -> None:
    """Defaults of everything but metadata, which has none."""
    schema = schema_of(kind.custom or {})
    properties = {k: v for k, v in (schema.get("properties") or {}).items() if k not in structural.META_FIELDS}
    rest = {name: value for name, value in obj.items() if name not in structural.META_FIELDS}
    with patience():
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
