"""The four ways to PATCH an object, each a pure function of the current object and the patch.

`apply_patch` picks the way by content type. What belongs here: how a patch changes an object. What does
not: whether the result is a valid object (decode, admission) and who wrote it (managed_fields).
Read in this order: merge (RFC 7386), json_patch (RFC 6902), strategic, apply (server-side apply).
"""

from typing import Any

import orjson

from loopkube.api.decoding import strict
from loopkube.api.patch import apply, json_patch, merge, strategic
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError, bad_request, not_found

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH = "application/strategic-merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"


def accepted(kind: Kind) -> tuple[str, ...]:
    """The patch types that `kind` takes: custom kinds have no strategic merge, as they carry no patch keys."""
    if kind.custom is not None:
        return (JSON_PATCH, MERGE_PATCH, APPLY_PATCH)
    return (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH)


def media_type(content_type: str) -> str:
    """`application/merge-patch+json` of a Content-Type that may have parameters."""
    return content_type.partition(";")[0].strip()


def apply_patch(
    kind: Kind,
    current: dict | None,
    body: bytes,
    content_type: str,
    *,
    manager: str = "",
    force: bool = False,
    subresource: str = "",
    problems: list[str] | None = None,
) -> dict:
    """The object that the patch makes of `current`, a new one that shares nothing with it.

    `problems`, where it is given, takes what is said of fields that stand twice in the patch. `current` may be None
    for server-side apply only, which then creates. Raises ApiError: 415 for a type that the kind does not take, 400 for
    a body that cannot be read, 422 for a patch that cannot be applied, 409 where server-side apply meets fields of
    other managers.
    """
    way = media_type(content_type)
    if way not in accepted(kind):
        raise unsupported(kind, way)
    made = _made(way, kind, current, body, manager=manager, force=force, subresource=subresource, problems=problems)
    try:
        orjson.dumps(made)
    except orjson.JSONEncodeError as error:
        raise bad_request(f"the object cannot be encoded: {error}") from None
    return made


def _made(way: str, kind: Kind, current: dict | None, body: bytes, **applying: Any) -> dict:
    if way == APPLY_PATCH:
        return apply.apply(kind, current, body, **applying)
    if current is None:
        raise not_found(kind, "")
    copy, problems = orjson.loads(orjson.dumps(current)), applying["problems"]
    if way == JSON_PATCH:
        made = json_patch.apply(copy, body)
    else:
        made = merge.apply(copy, body) if way == MERGE_PATCH else strategic.apply(kind, copy, body)
    if problems is not None:
        problems += strict.of_operations(body) if way == JSON_PATCH else strict.of_patch(body)
    return made


def strictly_refused(lines: list[str]) -> ApiError:
    """400 for an apply patch with keys that stand twice."""
    told = strict.YAML_DUPLICATES + "\n  ".join(lines)
    return bad_request(f"error strict decoding YAML: error converting YAML to JSON: {told}")


def unsupported(kind: Kind, way: str) -> ApiError:
    """415. The router refuses types it does not know before it looks at the kind, in fewer words."""
    if way not in (JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH, APPLY_PATCH):
        return ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
    types = ", ".join(accepted(kind))
    message = f"the body of the request was in an unknown format - accepted media types include: {types}"
    return ApiError(415, "UnsupportedMediaType", message)
