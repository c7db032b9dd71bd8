"""Objects of custom kinds on their way to the store: decoded, pruned, defaulted."""

import json
from collections.abc import Sequence

import orjson

from loopkube.api.decode import parse
from loopkube.api.decoding import strict
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
    lines, doubled = (twice, []) if "yaml" in content_type else ([], twice)
    problems = strict.first([*doubled, *unknown])
    if (lines or problems) and field_validation == "Strict":
        raise _refused(kind, named, strict.refusal(problems, lines))
    return obj, strict.first([*lines, *problems])


def check_custom(kind: Kind, obj: dict, field_validation: str = "Warn", of_patch: Sequence[str] = ()) -> list[str]:
    """The same for an object that a patch has made; changes `obj` in place and returns warnings.

    `of_patch` is what is wrong with the patch itself.
    """
    before = orjson.dumps(obj).decode()
    try:
        unknown = _tidy(kind, obj)
    except (TypeMismatch, ValueProblem) as problem:
        raise _bad_patch(before, str(problem)) from None
    obj["apiVersion"] = kind.api_version
    problems = strict.first([*of_patch, *unknown])
    if problems and field_validation == "Strict":
        raise _bad_patch(before, strict.refusal(problems))
    return [] if field_validation == "Ignore" else problems


def retyped_custom(kind: Kind, obj: dict) -> None:
    """The same where nobody is told of unknown fields. Raises TypeMismatch or ValueProblem."""
    _tidy(kind, obj)
    obj["apiVersion"] = kind.api_version


def _tidy(kind: Kind, obj: dict) -> list[str]:
    """Prunes, normalises metadata, fills in defaults; returns what is said of unknown fields."""
    problems: list[str] = []
    obj["metadata"] = _metadata(obj.get("metadata") or {}, "metadata", problems)
    schema = schema_of(kind.custom or {})
    problems += map(strict.unknown, structural.prune(obj, schema, resource=True))
    for path, inner in structural.embedded(obj, schema):
        if inner.get("metadata") is not None:
            inner["metadata"] = _metadata(inner["metadata"], strict.at(path, "metadata"), problems)
    default(kind, obj)
    return problems


def _metadata(given: object, path: str, problems: list[str]) -> dict:
    """An object's metadata as its type has it; adds what is said of unknown fields."""
    if not isinstance(given, dict):
        raise TypeMismatch(given, "v1.ObjectMeta")
    seen: list = []
    decoded = struct(_OBJECT_META).decode(given, seen)
    if seen:
        problems += struct(_OBJECT_META).problems(given, path)
    return decoded


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
