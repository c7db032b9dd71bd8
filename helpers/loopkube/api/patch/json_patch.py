"""JSON patch: https://www.rfc-editor.org/rfc/rfc6902."""

import orjson

from loopkube.api.patch.body import read
from loopkube.kinds.shared.patience import go_on, patience
from loopkube.shared.status import ApiError, bad_request

MOST_OPERATIONS = 10_000
MOST_COPIED = 3 * 1024 * 1024
"""Bytes that all copy operations of a patch may add (kube-apiserver: JSONPatchMaxCopyBytes)."""
_REJECTED = "the server rejected our request due to an error in our request"


def apply(obj: dict, body: bytes) -> dict:
    """`obj` (changed in place) with the operations done one after the other, all or none."""
    operations = read(body, list, "Go value of type []handlers.jsonPatchOp")
    if operations is None:
        return obj
    _check_operations(operations)
    import jsonpatch  # imported here: half the writes of a cluster are patches, few of them JSON patches

    known = (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException)
    try:
        with patience():
            result = _applied(obj, operations)
    except (*known, TypeError, ValueError, AttributeError, LookupError):
        raise ApiError(422, "Invalid", _REJECTED, {}) from None
    if not isinstance(result, dict):
        raise ApiError(422, "Invalid", _REJECTED, {})
    return result


def _applied(obj: dict, operations: list[dict]) -> object:
    from jsonpatch import JsonPatch, JsonPointer

    result: object = obj
    copied = 0
    for operation in operations:
        go_on()
        if operation.get("op") == "copy":
            copied += len(orjson.dumps(JsonPointer(operation["from"]).resolve(result)))
            if copied > MOST_COPIED:
                raise ValueError
        result = JsonPatch([operation]).apply(result, in_place=True)
    return result


def _check_operations(operations: list) -> None:
    if len(operations) > MOST_OPERATIONS:
        message = f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(operations)}"
        raise ApiError(413, "RequestEntityTooLarge", f"Request entity is too large: {message}")
    for operation in operations:
        if not isinstance(operation, dict):
            raise bad_request("error decoding patch: json: cannot unmarshal into Go value of type handlers.jsonPatchOp")
