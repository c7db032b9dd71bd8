"""From a request's body to an object of a kind: types checked, unknown fields reported, normalised as Go does it.

`decode` takes bytes (create, update), `check` takes what a patch has made. Both raise ApiError as kube-apiserver
words it. For custom kinds see `loopkube.api.custom`.
"""

import json

import orjson

from loopkube.api.decoding.body import MOST_PROBLEMS, from_json, from_yaml
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
    obj, problems = _typed(kind, data, twice, field_validation)
    if problems and field_validation == "Strict":
        named = data.get("kind") or kind.kind  # type: ignore[attr-defined]
        raise _refused(kind, named, kind.version, f"strict decoding error: {', '.join(problems)}")
    return obj, problems if field_validation == "Warn" or not field_validation else []


def parse(kind: Kind, body: bytes, content_type: str) -> tuple[dict, list[str]]:
    """The plain data of a body, which must be an object, and the paths of fields that stand twice."""
    try:
        data, twice = from_yaml(body) if "yaml" in content_type else from_json(body)
        _require_object(data)
    except BodyError as problem:
        raise _unrecognized(kind, problem, body) from None
    return data, twice  # type: ignore[return-value]


def _require_object(data: object) -> None:
    if not isinstance(data, dict):
        found = str(TypeMismatch(data, _HEADER))
        raise BodyError(f"json parse error: {found}" if data is not None else "Object 'Kind' is missing in 'null'")
    for field in ("apiVersion", "kind"):
        if not isinstance(data.get(field, ""), str | None):
            mismatch = TypeMismatch(data[field], "string")
            mismatch.path = [field]
            found = str(mismatch).replace("Go value", f"Go struct field .{field}")
            raise BodyError(f"json parse error: {found}")


def _unrecognized(kind: Kind, problem: BodyError, body: bytes) -> ApiError:
    summary = "<empty>"
    if body:
        cut = body[:_SUMMARY]
        summary = cut.decode(errors="replace") if body[:1] == b"{" else cut.hex()
        summary += " ..." if len(body) > _SUMMARY else ""
    text = str(problem)
    told = text if text.startswith("error converting") else f"couldn't get version/kind; {text}"
    return bad_request(f"the object provided is unrecognized (must be of type {kind.kind}): {told} ({summary})")


def _typed(kind: Kind, data: dict, twice: list[str], field_validation: str) -> tuple[dict, list[str]]:
    """The decoded object and the strict errors, in Kubernetes' words."""
    version, name = data.get("apiVersion") or kind.api_version, data.get("kind") or kind.kind
    if (version, name) != (kind.api_version, kind.kind):
        raise _wrong_kind(kind, version, name)
    seen: list = []
    try:
        obj = struct(kind.schema).decode(data, seen)
    except (TypeMismatch, ValueProblem) as problem:
        raise _refused(kind, name, kind.version, str(problem)) from None
    obj["kind"], obj["apiVersion"] = kind.kind, kind.api_version
    if field_validation == "Ignore" or not (seen or twice):
        return obj, []
    unknown = struct(kind.schema).unknown(data, "") if seen else ()
    return obj, (twice + [f'unknown field "{path}"' for path in unknown])[:MOST_PROBLEMS]


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
    wanted = {"group": group, "version": version, "kind": name}
    return any(wanted in entry.get("x-kubernetes-group-version-kind", ()) for entry in schema.definitions().values())


def check(kind: Kind, obj: dict, field_validation: str = "Warn") -> list[str]:
    """The same for an object that a patch has made; normalises `obj` in place and returns warnings."""
    seen: list = []
    try:
        fresh = struct(kind.schema).decode(obj, seen)
    except (TypeMismatch, ValueProblem) as problem:
        raise _bad_patch(obj, str(problem)) from None
    problems = []
    if seen and field_validation != "Ignore":
        problems = [f'unknown field "{path}"' for path in struct(kind.schema).unknown(obj, "")][:MOST_PROBLEMS]
    if problems and field_validation == "Strict":
        raise _bad_patch(obj, f"strict decoding error: {', '.join(problems)}")
    fresh["kind"], fresh["apiVersion"] = kind.kind, kind.api_version
    obj.clear()
    obj.update(fresh)
    return problems


def _bad_patch(obj: dict, why: str) -> ApiError:
    """The patched object does not decode: kube-apiserver blames the patch and quotes the object."""
    quoted = orjson.dumps(obj).decode()
    error = FieldError(INVALID, "patch", quoted, why)
    message = f' "" is invalid: patch: Invalid value: {json.dumps(quoted, ensure_ascii=False)}: {why}'
    return ApiError(422, "Invalid", message, {"causes": [error.cause]})
