"""JSON patches of webhooks, and what is wrong with them in the words of Go's evanphx/json-patch."""

import orjson

from loopkube.api.webhooks.failures import CallFailed
from loopkube.kinds.shared.patience import go_on, patience
from loopkube.shared.status import internal

Operations = list[dict]


def read(patch: bytes, webhook: str) -> Operations:
    """Raises CallFailed."""
    try:
        operations = orjson.loads(patch)
    except orjson.JSONDecodeError as error:
        raise CallFailed(webhook, f"received undecodable patch in webhook response: {error}") from None
    if not isinstance(operations, list) or not all(isinstance(operation, dict) for operation in operations):
        why = "json: cannot unmarshal into Go value of type jsonpatch.Patch"
        raise CallFailed(webhook, f"received undecodable patch in webhook response: {why}")
    return operations


def apply(obj: dict, operations: Operations) -> dict:
    """`obj`, changed in place. Raises ApiError (500)."""
    import jsonpatch  # imported here: few clusters have a mutating webhook

    patched: object = obj
    with patience():
        for operation in operations:
            go_on()
            try:
                patched = jsonpatch.JsonPatch([operation]).apply(patched, in_place=True)
            except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, LookupError, ValueError):
                raise internal(_does_not_apply(operation)) from None
    if not isinstance(patched, dict):
        raise internal("json: cannot unmarshal into Go value of type map[string]interface {}")
    return patched


def _does_not_apply(operation: dict) -> str:
    what, path = operation.get("op", ""), operation.get("path", "")
    match what:
        case "test":
            return f"testing value {path} failed: test failed"
        case "add":
            return f'add operation does not apply: doc is missing path: "{path}": missing value'
        case "replace":
            return f"replace operation does not apply: doc is missing key: {path}: missing value"
        case "remove":
            return f"error in remove for path: '{path}': unable to remove nonexistent key: {path.rpartition('/')[2]}"
        case "move" | "copy":
            return (
                f"{what} operation does not apply: doc is missing from path: {operation.get('from', '')}: missing value"
            )
    return f"unexpected kind: {what}"
