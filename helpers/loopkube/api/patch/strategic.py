"""Strategic merge patch: a merge patch that knows which lists are keyed, from the upstream schema.

Rules and error texts follow k8s.io/apimachinery/pkg/util/strategicpatch. Directives: `$patch` (replace,
delete), `$retainKeys`, `$deleteFromPrimitiveList/FIELD` and `$setElementOrder/FIELD`.
"""

from typing import Any

from loopkube.api.patch.body import read
from loopkube.api.patch.order import Key, arrange, key_function
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError, bad_request
from loopkube.upstream.schema import Node, node

PATCH = "$patch"
RETAIN_KEYS = "$retainKeys"
DELETE_FROM = "$deleteFromPrimitiveList/"
ELEMENT_ORDER = "$setElementOrder/"

_BAD_ORDER = "invalid patch format of setElementOrder list"
_BAD_RETAIN = "invalid patch format of retainKeys"


def apply(kind: Kind, obj: dict, body: bytes) -> dict:
    """`obj` (changed in place) with the patch merged into it."""
    patch = read(body, dict, "Go value of type map[string]interface {}")
    return merge_map(obj, patch or {}, node(kind.schema))


def merge_map(original: dict, patch: dict, schema: Node | None) -> dict:
    """Merges `patch` (used up) into `original`; `schema` is None where upstream declares nothing."""
    if PATCH in patch:
        return _whole_map(patch)
    _retain_keys(original, patch)
    _ordered_lists(original, patch, schema)
    for key, value in patch.items():
        field, deleting = key.removeprefix(DELETE_FROM), key.startswith(DELETE_FROM)
        if value is None:
            original.pop(field, None)
        elif field in original and type(original[field]) is type(value):
            original[field] = _merge_value(original[field], value, schema and schema.child(field), deleting)
        elif not deleting:
            original[field] = without_directives(value)
    return original


def _merge_value(original: Any, value: Any, schema: Node | None, deleting: bool) -> Any:
    strategies = schema.patch_strategies if schema else set()
    if isinstance(value, dict) and "replace" not in strategies:
        return merge_map(original, value, schema)
    if isinstance(value, list) and "merge" in strategies:
        return merge_list(original, value, schema, deleting)
    return value


def _whole_map(patch: dict) -> dict:
    directive = patch.pop(PATCH)
    if directive == "replace":
        return patch
    if directive == "delete":
        return {}
    raise _refused(f"unknown patch type: {directive} in map: {patch}")


def _retain_keys(original: dict, patch: dict) -> None:
    """Drops from `original` what `$retainKeys` does not name; the patch may set only what it names."""
    if RETAIN_KEYS not in patch:
        return
    retained = patch.pop(RETAIN_KEYS)
    if not isinstance(retained, list):
        raise bad_request(_BAD_RETAIN)
    for key, value in patch.items():
        if value is not None and not key.startswith((DELETE_FROM, ELEMENT_ORDER)) and key not in retained:
            raise bad_request(_BAD_RETAIN)
    for key in [k for k in original if k not in retained]:
        del original[key]


def _ordered_lists(original: dict, patch: dict, schema: Node | None) -> None:
    """Merges each list that `$setElementOrder` names, in that order; takes both out of the patch."""
    for directive in [k for k in patch if k.startswith(ELEMENT_ORDER)]:
        order, field = patch.pop(directive), directive.removeprefix(ELEMENT_ORDER)
        old, change = original.get(field, []), patch.pop(field, [])
        if not isinstance(order, list) or not isinstance(change or [], list):
            raise bad_request(_BAD_ORDER)
        if not old and not change:
            continue
        child = schema and schema.child(field)
        key = _key_of(child)
        _check_order(change or [], order, key)
        merged = merge_list(list(old), change or [], child, False)
        original[field] = arrange(merged, order, old, key)


def _check_order(change: list, order: list, key: Key) -> None:
    """The items of the patch must stand in the order list, in the same order (deletions apart)."""
    listed = iter([key(item) for item in order])
    named = [i for i in change if not (isinstance(i, dict) and PATCH in i)]
    if order and not all(any(key(item) == other for other in listed) for item in named):
        raise _failed(f"The order in patch list:\n{named}\n doesn't match $setElementOrder list:\n{order}\n")


def merge_list(original: list, patch: list, schema: Node | None, deleting: bool) -> list:
    """A list with the strategy `merge`: items with the same key merge, other items of the patch are added."""
    if any(isinstance(item, dict) for item in original + patch):
        return _merge_maps(original, patch, schema)
    if any(isinstance(item, list) for item in original + patch):
        raise _refused("lists of lists are not supported")
    if deleting:
        gone = set(patch)
        return [item for item in original if item not in gone]
    merged = list(dict.fromkeys(original + patch))
    return arrange(merged, patch, original, key_function(""))


def _merge_maps(original: list, patch: list, schema: Node | None) -> list:
    if not all(isinstance(item, dict) for item in original + patch):
        raise _failed(f"list element types are not identical: {[original, patch]}")
    key = _key_of(schema)
    original, change = _special_items(original, patch, key)
    merged = list(original)
    index_of = {key(item): index for index, item in reversed(list(enumerate(merged)))}
    for item in change:
        at = index_of.get(key(item))
        if at is None:
            index_of[key(item)] = len(merged)
            merged.append(without_directives(item))
        else:
            merged[at] = merge_map(merged[at], item, schema.items if schema else None)
    return arrange(merged, change, original, key)


def _special_items(original: list, patch: list, key: Key) -> tuple[list, list]:
    """Does what `$patch: delete` and `$patch: replace` items say; returns the list and the other items."""
    plain, replace = [], False
    gone = set()
    for item in patch:
        directive = item.get(PATCH)
        if directive is None:
            plain.append(item)
        elif directive == "delete":
            gone.add(key(item))
        elif directive == "replace":
            replace = True
        elif directive == "merge":
            raise _failed("merging lists cannot yet be specified in the patch")
        else:
            raise _refused(f"unknown patch type: {directive} in map: {item}")
    kept = [item for item in original if key(item) not in gone] if gone else original
    return (plain, []) if replace else (kept, plain)


def _key_of(schema: Node | None) -> Key:
    return key_function(schema.merge_key if schema else "")


def without_directives(value: object) -> object:
    """A value that is taken over as it stands: no nulls in its maps, no directives, no items to delete."""
    if isinstance(value, dict):
        if value.get(PATCH) == "delete":
            return {}
        return {k: without_directives(v) for k, v in value.items() if v is not None and not _is_directive(k)}
    if isinstance(value, list):
        return [without_directives(v) for v in value if not (isinstance(v, dict) and PATCH in v)]
    return value


def _is_directive(key: str) -> bool:
    return key in (PATCH, RETAIN_KEYS) or key.startswith((DELETE_FROM, ELEMENT_ORDER))


def _refused(message: str) -> ApiError:
    return ApiError(422, "Invalid", "the server rejected our request due to an error in our request", {})


def _failed(message: str) -> ApiError:
    """An error that Kubernetes does not classify: 500 with the plain text."""
    return bad_request(message)
