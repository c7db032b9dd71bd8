"""From a request's body to an object of a kind: types checked, unknown fields reported, normalised as Go does it.

`decode` takes bytes (create, update), `check` takes what a patch has made. Both raise ApiError as kube-apiserver
words it. For custom kinds see `loopkube.api.custom`.
"""

import json
from collections.abc import Sequence

import orjson

from loopkube.api.decoding import strict
from loopkube.api.decoding.body import from_json, from_yaml
from loopkube.api.decoding.errors import BodyError, TypeMismatch, ValueProblem
from loopkube.api.decoding.structs import struct
from loopkube.kinds import Kind
from loopkube.shared.status import INVALID, ApiError, FieldError, bad_request
from loopkube.upstream import schema

_SCHEME = "pkg/api/legacyscheme/scheme.go:30"
_HEADER = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
_SUMMARY = 30
_INTERNAL_GROUPS = {"": "core", "rbac.authorization.k8s.io": "rbac"}


def decode(kind: Kind, body: bytes, content_type: str, field_validation: str = "Warn") -> tuple[dict, list[str]]:
    """The object in `body`, and warnings; `field_validation` is Strict, Warn or Ignore."""
    data, twice = parse(kind, body, content_type)
    obj, seen = _typed(kind, data)
    if field_validation == "Ignore" or not (seen or twice):
        return obj, []
    lines, problems = _problems(kind, data, twice, body, "yaml" in content_type)
    if field_validation == "Strict":
        raise _refused(kind, data.get("kind") or kind.kind, kind.version, strict.refusal(problems, lines))
    return obj, strict.first([*lines, *problems])


def _problems(kind: Kind, data: dict, twice: list[str], body: bytes, is_yaml: bool) -> tuple[list[str], list[str]]:
    """(lines of duplicates, the rest): YAML becomes JSON with sorted keys before its fields are looked at."""
    compiled = struct(kind.schema)
    if is_yaml:
        return twice, strict.first(sorted(compiled.problems(data)))
    return [], strict.first(compiled.problems(strict.members(body.decode(errors="replace")) if twice else data))


def parse(kind: Kind, body: bytes, content_type: str) -> tuple[dict, list[str]]:
    """The plain data of a body, which must be an object, and what is said of fields that stand twice."""
    try:
        data, twice = from_yaml(body) if "yaml" in content_type else from_json(body)
        _require_object(data)
    except BodyError as problem:
        raise _unrecognized(kind, problem, body) from None
    return data, twice  # type: ignore[return-value]


def _require_object(data: object) -> None:
    if not isinstance(data, dict):
        message = str(TypeMismatch(data, _HEADER))
        raise BodyError(f"json parse error: {message}" if data is not None else "Object 'Kind' is missing in 'null'")
    for field in ("apiVersion", "kind"):
        if not isinstance(data.get(field, ""), str | None):
            mismatch = TypeMismatch(data[field], "string")
            mismatch.path = [field]
            message = str(mismatch).replace("Go value", f"Go struct field .{field}")
            raise BodyError(f"json parse error: {message}")


def _unrecognized(kind: Kind, problem: BodyError, body: bytes) -> ApiError:
    summary = "<empty>"
    if body:
        cut = body[:_SUMMARY]
        summary = cut.decode(errors="replace") if body[:1] == b"{" else cut.hex()
        summary += " ..." if len(body) > _SUMMARY else ""
    text = str(problem)
    told = text if text.startswith("error converting") else f"couldn't get version/kind; {text}"
    return bad_request(f"the object provided is unrecognized (must be of type {kind.kind}): {told} ({summary})")


def _typed(kind: Kind, data: dict) -> tuple[dict, list]:
    """The decoded object, and the fields on the way that the schema does not have."""
    version, name = data.get("apiVersion") or kind.api_version, data.get("kind") or kind.kind
    if (version, name) != (kind.api_version, kind.kind):
        raise _wrong_kind(kind, version, name)
    seen: list = []
    try:
        obj = struct(kind.schema).decode(data, seen)
    except (TypeMismatch, ValueProblem) as problem:
        raise _refused(kind, name, kind.version, str(problem)) from None
    obj["kind"], obj["apiVersion"] = kind.kind, kind.api_version
    return obj, seen


def _refused(kind: Kind, name: str, version: str, why: str) -> ApiError:
    return bad_request(f'{name} in version "{version}" cannot be handled as a {kind.kind}: {why}')


def _wrong_kind(kind: Kind, api_version: str, name: str) -> ApiError:
    group, _, version = api_version.rpartition("/")
    if _is_registered(group, version, name):
        internal = _INTERNAL_GROUPS.get(kind.group, kind.group.split(".")[0])
        why = f"converting ({version}.{name}) to ({internal}.{kind.kind}): unknown conversion"
    else:
        why = (
            f'no kind "{name}" is registered for version "{api_version}" in scheme "pkg/api/legacyscheme/scheme.go:30"'
        )
    return _refused(kind, name, version, why)


def _is_registered(group: str, version: str, name: str) -> bool:
    entry_of_kind = {"group": group, "version": version, "kind": name}
    return any(
        entry_of_kind in entry.get("x-kubernetes-group-version-kind", ()) for entry in schema.definitions().values()
    )


def check(kind: Kind, obj: dict, field_validation: str = "Warn", of_patch: Sequence[str] = ()) -> list[str]:
    """The same for an object that a patch has made; normalises `obj` in place and returns warnings.

    `of_patch` is what is wrong with the patch itself. Go has sorted the keys of the object.
    """
    seen: list = []
    try:
        fresh = struct(kind.schema).decode(obj, seen)
    except (TypeMismatch, ValueProblem) as problem:
        raise _bad_patch(obj, str(problem)) from None
    problems = list(of_patch)
    if seen and field_validation != "Ignore":
        problems = strict.first([*of_patch, *sorted(struct(kind.schema).problems(obj))])
    if problems and field_validation == "Strict":
        raise _bad_patch(obj, strict.refusal(problems))
    _become(obj, kind, fresh)
    return problems


def retyped(kind: Kind, obj: dict) -> None:
    """The same where nobody is told of unknown fields. Raises TypeMismatch or ValueProblem."""
    _become(obj, kind, struct(kind.schema).decode(obj, []))


def _become(obj: dict, kind: Kind, fresh: dict) -> None:
    fresh["kind"], fresh["apiVersion"] = kind.kind, kind.api_version
    obj.clear()
    obj.update(fresh)


def _bad_patch(obj: dict, why: str) -> ApiError:
    """The patched object does not decode: kube-apiserver blames the patch and quotes the object."""
    quoted = orjson.dumps(obj).decode()
    error = FieldError(INVALID, "patch", quoted, why)
    message = f' "" is invalid: patch: Invalid value: {json.dumps(quoted, ensure_ascii=False)}: {why}'
    return ApiError(422, "Invalid", message, {"causes": [error.cause]})
