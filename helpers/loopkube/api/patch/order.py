"""The order of a merged list: items of the patch as the patch has them, others where they stood.

From k8s.io/apimachinery/pkg/util/strategicpatch (normalizeElementOrder); the design is described in
https://git.k8s.io/design-proposals-archive/cli/preserve-order-in-strategic-merge-patch.md.
"""

from collections import deque
from collections.abc import Callable, Hashable

from loopkube.shared.status import bad_request

Key = Callable[[object], Hashable]


def key_function(merge_key: str) -> Key:
    """How items of a list are told apart: by a field, or (without one) by themselves."""

    def key(item: object) -> Hashable:
        if not isinstance(item, dict):
            return item
        if merge_key not in item:
            raise bad_request(f"map: {_go_map(item)} does not contain declared merge key: {merge_key}")
        value = item[merge_key]
        if isinstance(value, dict | list):
            raise bad_request(f"the merge key {merge_key} must be a plain value, not {_go_map(item)}")
        return value

    return key


def arrange(merged: list, patch_order: list, server_order: list, key: Key) -> list:
    """`merged` with the items that `patch_order` names in that order; the server's own keep their places."""
    patch_index = {key(item): index for index, item in reversed(list(enumerate(patch_order)))}
    server_index = {key(item): index for index, item in reversed(list(enumerate(server_order)))}
    ours = sorted((i for i in merged if key(i) in patch_index), key=lambda i: patch_index[key(i)])
    theirs = sorted(
        (i for i in merged if key(i) not in patch_index), key=lambda i: server_index.get(key(i), len(server_index))
    )
    return _interleave(theirs, ours, lambda item: server_index.get(key(item)))


def _interleave(theirs: list, ours: list, index_of: Callable[[object], int | None]) -> list:
    """A server item goes before the next patch item only where it stood before it already."""
    result, waiting = [], deque(ours)
    for item in theirs:
        here = index_of(item)
        while waiting and not _stands_before(here, index_of(waiting[0])):
            result.append(waiting.popleft())
        result.append(item)
    return [*result, *waiting]


def _stands_before(left: int | None, right: int | None) -> bool:
    return left is not None and right is not None and left < right


def _go_map(item: dict) -> str:
    return "map[" + " ".join(f"{k}:{item[k]}" for k in sorted(item)) + "]"
