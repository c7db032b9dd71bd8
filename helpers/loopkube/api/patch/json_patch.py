"""JSON patch: https://www.rfc-editor.org/rfc/rfc6902."""

from loopkube.api.errors import ApiError, bad_request
from loopkube.api.patch.body import read

MOST_OPERATIONS = 10_000
_REJECTED = "the server rejected our request due to an error in our request"


def apply(obj: dict, body: bytes) -> dict:
    """`obj` (changed in place) with the operations done one after the other, all or none."""
    operations = read(body, list, "Go value of type []handlers.jsonPatchOp")
    if operations is None:
        return obj
    _check_operations(operations)
    import jsonpatch  # imported here: half the writes of a cluster are patches, few of them JSON patches

    try:
        result = jsonpatch.JsonPatch(operations).apply(obj, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, AttributeError, LookupError):
        raise ApiError(422, "Invalid", _REJECTED, {}) from None
    if not isinstance(result, dict):
        raise ApiError(422, "Invalid", _REJECTED, {})
    return result


def _check_operations(operations: list) -> None:
    if len(operations) > MOST_OPERATIONS:
        message = f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(operations)}"
        raise ApiError(413, "RequestEntityTooLarge", f"Request entity is too large: {message}")
    for operation in operations:
        if not isinstance(operation, dict):
            raise bad_request("error decoding patch: json: cannot unmarshal into Go value of type handlers.jsonPatchOp")
