"""Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/.

A manager says what it wants of an object. Its fields are merged into the live object, fields that it applied
before and leaves out now are removed unless others own them, and fields that others own with another value
are conflicts, unless forced. Steps and texts follow sigs.k8s.io/structured-merge-diff (merge/update.go) and
k8s.io/apimachinery/pkg/util/managedfields.
"""

from functools import reduce

import orjson

from loopkube.api import managed_fields
from loopkube.api.decoding import strict
from loopkube.api.decoding.body import from_yaml
from loopkube.api.decoding.errors import BodyError
from loopkube.api.fieldsets import elements, shapes
from loopkube.api.fieldsets.compare import UNOWNED, UNOWNED_METADATA, compare
from loopkube.api.fieldsets.merge import merge, prune
from loopkube.api.fieldsets.of import fields_of, problems
from loopkube.api.fieldsets.sets import Set, difference, intersection, paths, union, without_below
from loopkube.api.fieldsets.shapes import Shape
from loopkube.api.patch.last_applied import taken_over
from loopkube.kinds import Kind
from loopkube.shared.status import REQUIRED, ApiError, FieldError, bad_request, conflict, invalid

_OPTIONS = Kind("meta.k8s.io", "v1", "PatchOptions", "patchoptions", "patchoptions", False)
_STRIPPED: Set = {
    **{elements.field(name): {} for name in UNOWNED},
    "f:metadata": {".": {}} | {elements.field(name): {} for name in UNOWNED_METADATA},
}


def apply(
    kind: Kind,
    current: dict | None,
    body: bytes,
    *,
    manager: str,
    force: bool = False,
    subresource: str = "",
    problems: list[str] | None = None,
) -> dict:
    """The live object with the configuration in `body` applied, its managedFields included.

    `problems`, where it is given, takes the lines of keys that stand twice.
    An entry that is new or changed has no time yet: `managed_fields.record` gives it.
    """
    if not manager:
        error = FieldError(REQUIRED, "fieldManager", detail="is required for apply patch")
        raise invalid(_OPTIONS, "", [error])
    config, shape = _configuration(kind, body, problems), shapes.root(kind)
    _check_schema(kind, config, shape)
    if current is None:
        _check_new(kind, config.get("metadata") or {})
    live = current or {}
    writer = managed_fields.identity(manager, managed_fields.APPLY, kind.api_version, subresource)
    before = managed_fields.entries_of(live)
    others = [e for e in before if not managed_fields.is_same_manager(e, writer)]
    last: Set = next((e.get("fieldsV1", {}) for e in before if managed_fields.is_same_manager(e, writer)), {})
    applied_fields = without_below(fields_of(config, shape), _reset_fields(kind, subresource))
    owned = reduce(union, [entry.get("fieldsV1") or {} for entry in others], applied_fields)
    result = prune(merge(live, config, shape), last, owned, shape)
    others = _without_conflicts(others, live, result, shape, force, taken_over(live, manager, shape))
    result = orjson.loads(orjson.dumps(result))
    own = managed_fields.entry(writer, difference(applied_fields, _STRIPPED))
    result.setdefault("metadata", {})["managedFields"] = managed_fields.ordered(
        [*others, _with_time(own, before, live, result)]
    )
    return result


def _configuration(kind: Kind, body: bytes, problems: list[str] | None) -> dict:
    try:
        config = orjson.loads(body)
        lines = _doubled(body) if problems is not None else []
    except orjson.JSONDecodeError:
        try:
            config, lines = from_yaml(body)
        except BodyError as problem:
            raise bad_request(f"error decoding YAML: {problem}") from None
    if problems is not None:
        problems += lines
    if not isinstance(config, dict):
        raise bad_request("error decoding YAML: json: cannot unmarshal into Go value of type map[string]interface {}")
    version = config.get("apiVersion") or ""
    if version != kind.api_version:
        told = f"Specified patch version: {version}, expected: {kind.api_version}"
        raise bad_request(f"Incorrect version specified in apply patch. {told}")
    metadata = config.get("metadata")
    if isinstance(metadata, dict) and metadata.get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    return config


def _doubled(body: bytes) -> list[str]:
    """The same of a configuration that is JSON: its lines as those of YAML, which it is, too."""
    if not strict.is_doubled(body):
        return []
    try:
        return from_yaml(body)[1]
    except BodyError:
        return []


def _check_schema(kind: Kind, config: dict, shape: Shape) -> None:
    errors = problems(config, shape)
    if config.get("kind") != kind.kind:
        gvk = f"{kind.api_version}, Kind={config.get('kind', '')}"
        raise bad_request(f"failed to create typed patch object ({gvk}): no corresponding type for {gvk}")
    if not errors:
        return
    metadata = config.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name = f"{metadata.get('namespace', '')}/{metadata.get('name', '')}"
    text = errors[0] if len(errors) == 1 else "errors:\n  " + "\n  ".join(errors)
    message = f"failed to create typed patch object ({name}; {kind.api_version}, Kind={kind.kind}): {text}"
    # kube-apiserver takes the blame for this (500 without a reason); it is the client's.
    raise bad_request(message)


def _check_new(kind: Kind, metadata: dict) -> None:
    """Who names a uid means an object that is there."""
    if metadata.get("uid"):
        why = f"uid mismatch: the provided object specified uid {metadata['uid']}, and no existing object was found"
        raise conflict(kind, metadata.get("name", ""), why)


def _reset_fields(kind: Kind, subresource: str) -> Set:
    """What this endpoint ignores of an object, so that nobody owns it through here."""
    if subresource == "status":
        return {"f:spec": {}}
    return {"f:status": {}} if "status" in kind.subresources else {}


def _without_conflicts(
    others: list[dict], live: dict, result: dict, shape: Shape, force: bool, no_conflict: Set
) -> list[dict]:
    """The other managers with what is left to them; raises 409 for conflicts that are not forced."""
    touched, removed = compare(live, result, shape)
    kept, conflicts = [], []
    for entry in others:
        fields = entry.get("fieldsV1") or {}
        conflicts += [(entry, path) for path in paths(difference(intersection(fields, touched), no_conflict))]
        rest = difference(fields, union(touched, removed))
        if rest:
            kept.append(entry if rest == fields else entry | {"fieldsV1": rest})
    if conflicts and not force:
        raise _conflict([(_printed_manager(entry), elements.printed(path)) for entry, path in conflicts])
    return kept


def _printed_manager(entry: dict) -> str:
    name = f'"{entry.get("manager", "")}"'
    if entry.get("subresource"):
        name += f' with subresource "{entry["subresource"]}"'
    if entry.get("operation") == managed_fields.UPDATE:
        name += f" using {entry.get('apiVersion', '')}"
    return name


def _conflict(conflicts: list[tuple[str, str]]) -> ApiError:
    conflicts = sorted(conflicts)
    causes = [
        {"reason": "FieldManagerConflict", "message": f"conflict with {manager}", "field": path}
        for manager, path in conflicts
    ]
    if len(conflicts) == 1:
        text = f"1 conflict: conflict with {conflicts[0][0]}: {conflicts[0][1]}"
    else:
        lines = []
        for manager in dict.fromkeys(manager for manager, _ in conflicts):
            lines.append(f"conflicts with {manager}:")
            lines += [f"- {path}" for other, path in conflicts if other == manager]
        text = f"{len(conflicts)} conflicts: " + "\n".join(lines)
    return ApiError(409, "Conflict", f"Apply failed with {text}", {"causes": causes})


def _with_time(own: dict, before: list[dict], live: dict, result: dict) -> dict:
    """The manager's entry with its old time, where neither it nor the object has changed."""
    for entry in before:
        same = managed_fields.is_same_manager(entry, own) and entry.get("fieldsV1") == own["fieldsV1"]
        if same and entry.get("time") and _content(live) == _content(result):
            return managed_fields.entry(own, own["fieldsV1"], entry["time"])
    return own


def _content(obj: dict) -> dict:
    metadata = {name: value for name, value in obj.get("metadata", {}).items() if name != "managedFields"}
    return obj | {"metadata": metadata}
