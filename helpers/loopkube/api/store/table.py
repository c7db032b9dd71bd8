"""One resource in memory: its objects, sorted, and a window of its past for watches that resume."""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import orjson

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


class Past(NamedTuple):
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


Pasts = list[Past]


class Expired(Exception):
    """The version asked for is older than the history that is kept."""

    def __init__(self, version: int, oldest: int) -> None:
        super().__init__(f"too old resource version: {version} ({oldest})")
        self.version, self.oldest = version, oldest


class Table:
    """The objects of one resource, sorted, and the recent events."""

    def __init__(self, floor: int) -> None:
        self.objects: dict[Key, Stored] = {}
        self.keys: list[Key] = []
        self.history: deque[Past] = deque()
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
        self.history.append(Past(event.type, event.object.raw, previous, event.version))
        self.history_bytes += len(event.object.raw)
        while self.history_bytes > HISTORY_BYTES or len(self.history) > HISTORY_EVENTS:
            oldest = self.history.popleft()
            self.history_bytes -= len(oldest.raw)
            self.floor = oldest.version
