"""Objects as bytes, in the form that the client wants: JSON, YAML, tables, metadata only.

JSON goes out as it was stored. Items of a list of built-in kinds carry no kind and apiVersion, as Go's typed lists
do not, so the stored bytes are cut after them.
"""

from functools import lru_cache

import orjson

from loopkube.api.aliases import is_renamed, outward
from loopkube.api.lists import Page
from loopkube.api.negotiation import PARTIAL, PARTIAL_LIST, TABLE, YAML, Form
from loopkube.api.store.table import Stored
from loopkube.api.tables import table
from loopkube.kinds import Kind
from loopkube.shared.clock import Clock

_TABLES = "meta.k8s.io"


@lru_cache(maxsize=256)
def head(kind: str, api_version: str) -> bytes:
    """What every stored object of a kind begins with."""
    return f'{{"kind":"{kind}","apiVersion":"{api_version}",'.encode()


def raw(kind: Kind, stored: Stored) -> bytes:
    """The stored bytes, in the version that was asked for."""
    version = stored.obj["apiVersion"]
    if version == kind.api_version:
        return stored.raw
    if is_renamed(kind):
        return orjson.dumps(outward(kind, stored.obj))
    return head(kind.kind, kind.api_version) + stored.raw[len(head(kind.kind, version)) :]


def one(kind: Kind, stored: Stored, form: Form, include: str, clock: Clock) -> bytes:
    """One object as the answer to get, create, update, patch, delete."""
    if not form.shape and form.media != YAML:
        return raw(kind, stored)
    if form.shape == TABLE:
        version = {"resourceVersion": stored.obj["metadata"].get("resourceVersion", "")}
        return encode(_table(kind, [stored], version, form, include, clock), form)
    if form.shape == PARTIAL:
        return encode(_partial(stored, form), form)
    return encode(outward(kind, stored.obj), form)


def many(kind: Kind, page: Page, form: Form, include: str, clock: Clock) -> bytes:
    """A list."""
    metadata: dict = {"resourceVersion": str(page.version)}
    if page.token:
        metadata["continue"] = page.token
    if page.remaining:
        metadata["remainingItemCount"] = page.remaining
    if form.shape == TABLE:
        return encode(_table(kind, page.items, metadata, form, include, clock), form)
    if form.shape == PARTIAL_LIST:
        partial = {"kind": PARTIAL_LIST, "apiVersion": f"{_TABLES}/{form.version}", "metadata": metadata}
        return encode(partial | {"items": [_partial(stored, form) for stored in page.items]}, form)
    body = _list(kind, page.items, metadata)
    return body if form.media != YAML else encode(orjson.loads(body), form)


def _list(kind: Kind, items: list[Stored], metadata: dict) -> bytes:
    if kind.custom is not None:
        parts = [raw(kind, stored) for stored in items]
    else:
        cut = len(head(kind.kind, kind.api_version))
        parts = [b"{" + raw(kind, stored)[cut:] for stored in items]
    start = head(kind.list_kind, kind.api_version) + b'"metadata":' + orjson.dumps(metadata)
    return b'%b,"items":[%b]}' % (start, b",".join(parts))


def _partial(stored: Stored, form: Form) -> dict:
    version = f"{_TABLES}/{form.version}"
    return {"kind": PARTIAL, "apiVersion": version, "metadata": stored.obj["metadata"]}


def _table(kind: Kind, items: list[Stored], metadata: dict, form: Form, include: str, clock: Clock) -> dict:
    objects = [outward(kind, stored.obj) for stored in items]
    made = table(kind, objects, metadata=metadata, include_object=include or "Metadata", now=clock.now())
    return made | {"apiVersion": f"{_TABLES}/{form.version}"}


def encode(document: dict, form: Form) -> bytes:
    """A document that is not an object of the store (Status, discovery, Scale) in the form that was asked for."""
    if form.media == YAML:
        import yaml

        return yaml.safe_dump(document, sort_keys=False, allow_unicode=True).encode()
    return orjson.dumps(document)


class WatchEncoder:
    """Events of one watch as lines of JSON; a table tells its columns once."""

    def __init__(self, kind: Kind, form: Form, include: str, clock: Clock) -> None:
        self._kind, self._form, self._include, self._clock = kind, form, include, clock
        self._told_columns = False

    def event(self, type: str, stored: Stored) -> bytes:
        """One line of a watch. The object's JSON is made once for all who watch it, and joined here as bytes."""
        shape = self._form.shape
        if not shape:
            return b'{"type":"%b","object":%b}\n' % (type.encode(), raw(self._kind, stored))
        if shape == TABLE:
            version = {"resourceVersion": stored.obj["metadata"]["resourceVersion"]}
            document = self._without_columns(
                _table(self._kind, [stored], version, self._form, self._include, self._clock)
            )
        else:
            document = _partial(stored, self._form)
        return orjson.dumps({"type": type, "object": document}) + b"\n"

    def bookmark(self, metadata: dict) -> bytes:
        """A BOOKMARK line: an object of the kind with nothing but this metadata."""
        kind, version = self._kind.kind, self._kind.api_version
        if self._form.shape == TABLE:
            empty = Page([], 0).items
            document = _table(self._kind, empty, metadata, self._form, self._include, self._clock)
            document = self._without_columns(document)
        else:
            if self._form.shape:
                kind, version = PARTIAL, f"{_TABLES}/{self._form.version}"
            document = {"kind": kind, "apiVersion": version, "metadata": metadata}
        return orjson.dumps({"type": "BOOKMARK", "object": document}) + b"\n"

    def _without_columns(self, document: dict) -> dict:
        if self._told_columns:
            return document | {"columnDefinitions": []}
        self._told_columns = True
        return document


def error_event(status: dict) -> bytes:
    """The last line of a watch that cannot go on: an ERROR with its Status."""
    return orjson.dumps({"type": "ERROR", "object": status}) + b"\n"
