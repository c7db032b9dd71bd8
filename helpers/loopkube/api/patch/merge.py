"""JSON merge patch: https://www.rfc-editor.org/rfc/rfc7386."""

from loopkube.api.patch.body import read
from loopkube.shared.status import bad_request


def apply(obj: dict, body: bytes) -> dict:
    """`obj` (changed in place) with the patch merged into it."""
    patch = read(body, dict, "Go value of type map[string]interface {}")
    if patch is None:
        raise bad_request("Invalid JSON Patch")
    return merge(obj, patch)


def merge(obj: dict, patch: dict) -> dict:
    """RFC 7386, section 2: null removes, objects merge, everything else replaces."""
    for key, value in patch.items():
        if value is None:
            obj.pop(key, None)
        elif isinstance(value, dict):
            old = obj.get(key)
            obj[key] = merge(old if isinstance(old, dict) else {}, value)
        else:
            obj[key] = value
    return obj
