"""Reading a collection: selection, pages, and the state at an earlier resource version.

A page after the first shows the collection as it was at the first: the later writes are taken back with the
help of the store's history. When that history is gone the answer is 410, as from etcd after a compaction.
"""

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple

import orjson

from loopkube.api.fields import field_selector, single_name
from loopkube.api.options import ListOptions
from loopkube.api.selectors import label_selector
from loopkube.api.store.store import Store
from loopkube.api.store.table import Expired, Stored
from loopkube.kinds import Kind
from loopkube.kinds.shared.patience import go_on, patience
from loopkube.shared.status import ApiError, bad_request, expired

Test = Callable[[dict], bool]
View = Callable[[Kind, list[Stored]], list[Stored]]
"""What requests of a kind's version see of stored objects, in their order."""

_STALE = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
    "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
    "deleted between the time the first chunk was returned and now may show up in the list."
)


class Page(NamedTuple):
    """Part of a collection as of `version`; `token` continues it; `remaining` is what is left, where that is told."""

    items: list[Stored]
    version: int
    token: str = ""
    remaining: int | None = None


def selection(kind: Kind, labels: str, fields: str) -> Test | None:
    """One test out of both selectors; None selects everything."""
    by_label, by_field = label_selector(labels), field_selector(kind, fields)
    if by_label is None:
        return by_field
    if by_field is None:
        return lambda obj: by_label(obj["metadata"].get("labels") or {})
    return lambda obj: by_label(obj["metadata"].get("labels") or {}) and by_field(obj)


def parse_version(text: str) -> int:
    """A resourceVersion as a number. Raises a 400 ApiError with the text of Go's strconv.ParseUint."""
    if not (text.isascii() and text.isdigit()):
        problem = f'strconv.ParseUint: parsing "{text}": invalid syntax'
        raise bad_request(f'invalid resource version: resourceVersion: Invalid value: "{text}": {problem}')
    digits = text.lstrip("0") or "0"
    if len(digits) > 20 or int(digits) >= 2**64:
        problem = f'strconv.ParseUint: parsing "{text}": value out of range'
        raise bad_request(f'invalid resource version: resourceVersion: Invalid value: "{text}": {problem}')
    return int(digits)


def not_yet(version: int, current: int) -> ApiError:
    """504: a version that has not happened yet."""
    message = f"Timeout: Too large resource version: {version}, current: {current}"
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return ApiError(504, "Timeout", message, {"causes": [cause], "retryAfterSeconds": 1})


def page(store: Store, kind: Kind, resource: str, namespace: str, options: ListOptions, view: View) -> Page:
    """The objects that `options` select."""
    with patience():
        test = selection(kind, options.labels, options.fields)
        version, items = _candidates(store, kind, resource, namespace, options)
        if test is not None:
            items = [stored for stored in view(kind, items) if _fits(test, stored)]
        return _first(items, store.version if version is None else version, options, told=test is None)


def _candidates(
    store: Store, kind: Kind, resource: str, namespace: str, options: ListOptions
) -> tuple[int | None, list[Stored]]:
    """(version or None for now, what is left to be selected from)."""
    version, after = _position(store, options)
    if version is not None:
        items = _at(store, resource, namespace, version, options)
    elif name := single_name(options.fields) if (namespace or not kind.namespaced) else "":
        named = store.get(resource, namespace, name)
        items = [named] if named else []
    else:
        items = store.list(resource, namespace)
    if after is not None:
        items = items[bisect_right(items, after, key=_key) :]
    return version, items


def _first(items: list[Stored], version: int, options: ListOptions, *, told: bool) -> Page:
    """As many as may be on one page; what is left is `told` where nothing was selected."""
    if not options.limit or len(items) <= options.limit:
        return Page(items, version)
    remaining = len(items) - options.limit if told else None
    items = items[: options.limit]
    return Page(items, version, _token(version, _key(items[-1])), remaining)


def _fits(test: Test, stored: Stored) -> bool:
    go_on()  # a selector may have thousands of terms
    return test(stored.obj)


def _position(store: Store, options: ListOptions) -> tuple[int | None, tuple[str, str] | None]:
    """(version or None for now, key to start after)."""
    if options.token:
        if options.version not in ("", "0"):
            raise bad_request("specifying resource version is not allowed when using continue")
        return _read_token(options.token)
    version = parse_version(options.version) if options.version else 0
    if version > store.version:
        raise not_yet(version, store.version)
    if options.version_match == "Exact" or (options.limit and version and not options.version_match):
        return version, None
    return None, None


def _at(store: Store, resource: str, namespace: str, version: int, options: ListOptions) -> list[Stored]:
    """The collection as it was at `version`."""
    if version < 0 or version == store.version:
        return store.list(resource, namespace)
    if version > store.version:
        raise not_yet(version, store.version)
    try:
        later = store.since(resource, version)
    except Expired:
        too_old = expired("The resourceVersion for the provided list is too old.")
        raise _stale(options) if options.token else too_old from None
    state = {_key(stored): stored for stored in store.list(resource, namespace)}
    for event in reversed(later):
        key = _key(event.object)
        if namespace and key[0] != namespace:
            continue
        if event.previous is None:
            state.pop(key, None)
        else:
            state[key] = event.previous
    return [state[key] for key in sorted(state)]


def _stale(options: ListOptions) -> ApiError:
    _, after = _read_token(options.token)
    error = expired(_STALE)
    error.metadata = {"continue": _token(-1, after)}
    return error


def _key(stored: Stored) -> tuple[str, str]:
    metadata = stored.obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def _token(version: int, last: tuple[str, str]) -> str:
    body = orjson.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": f"{last[0]}/{last[1]}"})
    return base64.urlsafe_b64encode(body).decode().rstrip("=")


def _read_token(token: str) -> tuple[int, tuple[str, str]]:
    """A version of -1 in a token means: whatever is there now."""
    try:
        body = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        namespace, slash, name = body["start"].partition("/")
        version = body["rv"]
        if body["v"] != "meta.k8s.io/v1" or not slash or not isinstance(version, int) or version < -1:
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise bad_request(f"continue key is not valid: {token}") from None
    return version, (namespace, name)
