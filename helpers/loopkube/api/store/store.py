"""Where the objects live: SQLite on disk, an index in memory, and a window of past events for watches.

A write is one transaction, acknowledged after its commit, so it survives `kill -9` of the process
(the operating system holds the pages; only a crash of the machine could lose them). Reads never touch the disk.
Resource versions come from one counter that is never reused: the counter's upper bound is stored in blocks.
"""

import logging
import sqlite3
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import orjson

from loopkube.api.store import state_file
from loopkube.api.store.state_file import StoreError

log = logging.getLogger(__name__)

FIRST_VERSION = state_file.FIRST_VERSION
VERSION_BLOCK = 1000
"""Versions that are reserved by one write to the disk; after a crash the rest of the block is never used."""
HISTORY_EVENTS = 5000
HISTORY_BYTES = 4_000_000
"""How much of each resource's past is kept for watches that resume: events, and bytes of their objects."""

Key = tuple[str, str]


class Stored(NamedTuple):
    """An object as stored. `obj` is shared by all readers: never change it. `raw` is the same as compact JSON."""

    obj: dict
    raw: bytes
    version: int


class Event(NamedTuple):
    """One write: `ADDED`, `MODIFIED` or `DELETED`. `object` is the last state, `previous` the one before."""

    type: str
    resource: str
    object: Stored
    previous: Stored | None
    version: int


Events = list[Event]
Rows = list[tuple[str, str, int, bytes]]
"""(namespace, name, version, JSON) of objects as they were written."""


class _Past(NamedTuple):
    """An event as the history keeps it: without parsed objects, which would take ten times the memory."""

    type: str
    raw: bytes
    previous: bytes | None
    version: int

    def event(self, resource: str) -> Event:
        before = Stored(orjson.loads(self.previous), self.previous, 0) if self.previous else None
        if before:
            before = before._replace(version=int(before.obj["metadata"]["resourceVersion"]))
        return Event(self.type, resource, Stored(orjson.loads(self.raw), self.raw, self.version), before, self.version)


Pasts = list[_Past]


LARGEST_OBJECT = 1536 * 1024
"""Bytes; etcd's --max-request-bytes."""


class TooLarge(Exception):
    """The object is larger than etcd takes."""

    def __init__(self) -> None:
        super().__init__("etcdserver: request is too large")


class Expired(Exception):
    """The version asked for is older than the history that is kept."""

    def __init__(self, version: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {version} ({oldest})")
        self.version, self.oldest = version, oldest


class _Resource:
    """The objects of one resource, sorted, and the recent events."""

    def __init__(self, floor: int) -> None:
        self.objects: dict[Key, Stored] = {}
        self.keys: list[Key] = []
        self.history: deque[_Past] = deque()
        self.history_bytes = 0
        self.floor = floor
        self.subscribers: tuple[Callable[[Event], None], ...] = ()

    def put(self, key: Key, stored: Stored) -> None:
        if key not in self.objects:
            insort(self.keys, key)
        self.objects[key] = stored

    def drop(self, key: Key) -> None:
        del self.objects[key]
        del self.keys[bisect_left(self.keys, key)]

    def remember(self, event: Event) -> None:
        previous = event.previous.raw if event.previous else None
        self.history.append(_Past(event.type, event.object.raw, previous, event.version))
        self.history_bytes += len(event.object.raw)
        while self.history_bytes > HISTORY_BYTES or len(self.history) > HISTORY_EVENTS:
            oldest = self.history.popleft()
            self.history_bytes -= len(oldest.raw)
            self.floor = oldest.version


class Store:
    """All objects of a cluster; `Store(None)` keeps them in memory only."""

    def __init__(self, path: Path | str | None = None) -> None:
        """Raises StoreError. `notice` is what a person should know about the state that was found."""
        self._where = Path(path) if path else None
        self._db, self.notice = state_file.opened(self._where)
        self.version: int = self._db.execute("SELECT bound FROM versions").fetchone()[0]
        self._bound = self.version
        # the history is in memory only: a watch from before this start has to list again
        self._start = self.version
        self._resources: dict[str, _Resource] = {}
        for resource, namespace, name, version, raw in self._db.execute("SELECT * FROM objects"):
            self._of(resource).put((namespace, name), Stored(orjson.loads(raw), raw, version))

    def close(self) -> None:
        self._db.close()

    def get(self, resource: str, namespace: str, name: str) -> Stored | None:
        """The object as stored, not a copy: nobody may change it. None when it is not there."""
        table = self._resources.get(resource)
        return table.objects.get((namespace, name)) if table else None

    def list(self, resource: str, namespace: str = "") -> list[Stored]:
        """Sorted by namespace and name; all namespaces when none is given."""
        table = self._resources.get(resource)
        if table is None:
            return []
        keys = table.keys
        if namespace:
            # "\0" sorts before every other character: no other namespace comes between
            keys = keys[bisect_left(keys, (namespace, "")) : bisect_left(keys, (namespace + "\0", ""))]
        return [table.objects[key] for key in keys]

    def create(self, resource: str, obj: dict) -> Event:
        """Stores a new object; sets its resourceVersion. Raises KeyError when the name is taken."""
        table, key = self._of(resource), _key(obj)
        if key in table.objects:
            raise KeyError(key)
        return self._write("ADDED", resource, key, obj, None)

    def update(self, resource: str, obj: dict) -> Event:
        """Replaces an object; sets the new resourceVersion. Raises KeyError when there is none."""
        key = _key(obj)
        return self._write("MODIFIED", resource, key, obj, self._of(resource).objects[key])

    def check(self, obj: dict) -> None:
        """Raises TooLarge where that is not left to the write itself."""

    def delete(self, resource: str, namespace: str, name: str) -> Event:
        """Removes an object; the event's object is its last state with the version of the removal."""
        table, key = self._of(resource), (namespace, name)
        previous = table.objects[key]
        version = self._next_version()
        # the disk first: when it refuses, readers still see what is stored
        self._execute("DELETE FROM objects WHERE resource = ? AND namespace = ? AND name = ?", (resource, *key))
        last = previous.obj | {"metadata": previous.obj["metadata"] | {"resourceVersion": str(version)}}
        table.drop(key)
        return self._tell(table, Event("DELETED", resource, _stored(last, version), previous, version))

    def since(self, resource: str, version: int) -> Events:
        """The events after `version`, oldest first; raises Expired when they are no longer all kept."""
        table = self._of(resource)
        if version < table.floor:
            raise Expired(version, self.version)
        later: Pasts = []
        for past in reversed(table.history):
            if past.version <= version:
                break
            later.append(past)
        return [past.event(resource) for past in reversed(later)]

    def rows(self, resource: str) -> Rows:
        """The resource's objects as they are in the file, sorted."""
        selected = self._db.execute("SELECT * FROM objects WHERE resource = ? ORDER BY namespace, name", (resource,))
        return [(namespace, name, version, raw) for _, namespace, name, version, raw in selected]

    def show(self, resource: str, stored: Stored) -> None:
        """How readers see an object from now on that has not been written since: `stored` has the written version."""
        table, key = self._of(resource), _key(stored.obj)
        current = table.objects.get(key)
        # written meanwhile: the newer object is not to be hidden by the older one
        if current is not None and current.version == stored.version:
            table.objects[key] = stored

    def subscribe(self, resource: str, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Calls `callback` after every later write, within the write; returns what ends it."""
        table = self._of(resource)
        # a new tuple, for `_tell` may just be going through the old one
        table.subscribers = (*table.subscribers, callback)

        def unsubscribe() -> None:
            table.subscribers = tuple(c for c in table.subscribers if c is not callback)

        return unsubscribe

    def _of(self, resource: str) -> _Resource:
        table = self._resources.get(resource)
        if table is None:
            table = self._resources[resource] = _Resource(self._start)
        return table

    def _next_version(self) -> int:
        version = self.version + 1
        if version > self._bound:
            self._execute("UPDATE versions SET bound = ?", (version + VERSION_BLOCK,))
            self._bound = version + VERSION_BLOCK
        self.version = version
        return version

    def _execute(self, statement: str, values: tuple) -> None:
        """One transaction: done and on its way to the disk, or not done. Raises StoreError."""
        try:
            self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(state_file.explain(error, self._where)) from error

    def _write(self, type: str, resource: str, key: Key, obj: dict, previous: Stored | None) -> Event:
        version = self._next_version()
        obj["metadata"]["resourceVersion"] = str(version)
        stored = _stored(obj, version)
        if len(stored.raw) > LARGEST_OBJECT:
            raise TooLarge
        # the disk first: when it refuses, readers still see what is stored
        self._execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)", (resource, *key, version, stored.raw))
        table = self._of(resource)
        table.put(key, stored)
        return self._tell(table, Event(type, resource, stored, previous, version))

    def _tell(self, table: _Resource, event: Event) -> Event:
        table.remember(event)
        for callback in table.subscribers:
            try:
                callback(event)
            except Exception:
                # The write is done; one bad listener must not make it look refused, nor silence the others.
                log.exception("a subscriber of %s failed", event.resource)
        return event


def _key(obj: dict) -> Key:
    metadata = obj["metadata"]
    return metadata.get("namespace", ""), metadata["name"]


def _stored(obj: dict, version: int) -> Stored:
    return Stored(obj, orjson.dumps(obj), version)
