"""Where the objects live: SQLite on disk, an index in memory, and a window of past events for watches.

A write is one transaction, acknowledged after its commit, so it survives `kill -9` of the process
(the operating system holds the pages; only a crash of the machine could lose them). Reads never touch the disk.
Resource versions come from one counter that is never reused: the counter's upper bound is stored in blocks.
"""

import logging
import sqlite3
from bisect import bisect_left
from collections.abc import Callable
from pathlib import Path

import orjson

from loopkube.api.store import state_file
from loopkube.api.store.state_file import StoreError
from loopkube.api.store.table import Event, Events, Expired, Key, Pasts, Stored, Table

log = logging.getLogger(__name__)

FIRST_VERSION = state_file.FIRST_VERSION
VERSION_BLOCK = 1000
"""Versions that are reserved by one write to the disk; after a crash the rest of the block is never used."""

Rows = list[tuple[str, str, int, bytes]]
"""(namespace, name, version, JSON) of objects as they were written."""

LARGEST_OBJECT = 1536 * 1024
"""Bytes; etcd's --max-request-bytes."""


class TooLarge(Exception):
    """The object is larger than etcd takes."""

    def __init__(self) -> None:
        super().__init__("etcdserver: request is too large")


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
        self._resources: dict[str, Table] = {}
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
        if table is None or not table.keys:
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

    def _of(self, resource: str) -> Table:
        table = self._resources.get(resource)
        if table is None:
            table = self._resources[resource] = Table(self._start)
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

    def _tell(self, table: Table, event: Event) -> Event:
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
