"""Watching a collection: an object's way in and out of a selection, resumption, bookmarks, time-outs.

A `Watch` collects events inside the store's write and hands them on in batches; a reader that is too slow is
cut off (`BACKLOG`), as kube-apiserver does it, and resumes from the last version it saw.
"""

import asyncio
import math
from collections.abc import AsyncIterator
from typing import NamedTuple

import orjson

from loopkube.api.lists import Test, not_yet, parse_version, selection
from loopkube.api.options import ListOptions
from loopkube.api.store.store import Store
from loopkube.api.store.table import Event, Expired, Stored
from loopkube.kinds import Kind
from loopkube.shared.status import expired

BACKLOG = 5000
BOOKMARK_SECONDS = 60.0
INITIAL_EVENTS_END = {"annotations": {"k8s.io/initial-events-end": "true"}}


class Seen(NamedTuple):
    """One event of a watch: `ADDED`, `MODIFIED`, `DELETED` with its object, or `BOOKMARK` with its metadata."""

    type: str
    stored: Stored | None
    bookmark: dict | None = None
    previous: Stored | None = None


class Watch:
    """Use it `with ... as`, then read `batches()`. Creating it raises ApiError where the request is refused.

    Where a webhook `converts` what is stored, its reader does so, and tells by `seen_as` what of it is selected.
    """

    def __init__(
        self, store: Store, kind: Kind, resource: str, namespace: str, options: ListOptions, *, converts: bool = False
    ) -> None:
        self._store, self._resource, self._namespace = store, resource, namespace
        self._bookmarks = options.bookmarks
        self._timeout = options.timeout or math.inf
        test = selection(kind, options.labels, options.fields)
        self._test: Test | None = None if converts else test
        self._later: Test | None = test if converts else None
        self._pending: list[Seen] = []
        self._wake: asyncio.Future | None = None
        self._overrun = False
        self._begin(options)
        # without a wait since `_begin`, so that no write falls between the two
        self._unsubscribe = store.subscribe(resource, self._on_event)

    def _begin(self, options: ListOptions) -> None:
        """Queues what happened before now: the current objects, or the events since a version."""
        version = parse_version(options.version) if options.version else 0
        if version > self._store.version:
            raise not_yet(version, self._store.version)
        if options.initial_events or (options.initial_events is None and version == 0):
            self._pending = [Seen("ADDED", s) for s in self._current()]
            if options.initial_events and self._bookmarks:
                self._pending.append(self._bookmark(INITIAL_EVENTS_END))
        elif version:
            try:
                events = self._store.since(self._resource, version)
            except Expired as error:
                raise expired(str(error)) from None
            self._pending = [seen for event in events if (seen := self._seen(event))]

    def _current(self) -> list[Stored]:
        items, test = self._store.list(self._resource, self._namespace), self._test
        return items if test is None else [stored for stored in items if test(stored.obj)]

    def _seen(self, event: Event) -> Seen | None:
        """What this watch sees of a write: an object that leaves the selection is sent as DELETED."""
        if self._namespace and event.object.obj["metadata"].get("namespace") != self._namespace:
            return None
        if self._test is not None:
            return _selected(self._test, event.type, event.object, event.previous)
        return Seen(event.type, event.object, previous=event.previous if self._later else None)

    def seen_as(self, type: str, stored: Stored, previous: Stored | None) -> Seen | None:
        """The same event of objects in the version that is watched."""
        return _selected(self._later, type, stored, previous) if self._later else Seen(type, stored)

    def _on_event(self, event: Event) -> None:
        seen = self._seen(event)
        if seen is None:
            return
        if len(self._pending) >= BACKLOG:
            self._overrun = True
        else:
            self._pending.append(seen)
        self._rouse()

    def _rouse(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def _bookmark(self, more: dict) -> Seen:
        return Seen("BOOKMARK", None, {"resourceVersion": str(self._store.version)} | more)

    async def batches(self) -> AsyncIterator[list[Seen]]:
        """Whatever has happened since the last batch, until the time is up or the reader was too slow."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self._timeout
        next_bookmark = loop.time() + BOOKMARK_SECONDS
        while not self._overrun:
            if self._pending:
                # taken before it is sent: what is written meanwhile belongs to the next batch
                batch, self._pending = self._pending, []
                yield batch
                continue
            now = loop.time()
            if now >= min(end, next_bookmark):
                if self._bookmarks:
                    yield [self._bookmark({})]
                if now >= end:
                    return
                next_bookmark = now + BOOKMARK_SECONDS
                continue
            await self._wait(min(end, next_bookmark))

    async def _wait(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        self._wake = loop.create_future()
        timer = loop.call_at(until, self._rouse)
        try:
            await self._wake
        finally:
            timer.cancel()
            self._wake = None

    def close(self) -> None:
        """Ends the watch for its reader as well, who may wait for the next event just now."""
        self._unsubscribe()
        self._overrun = True
        self._rouse()

    def __enter__(self) -> "Watch":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _selected(test: Test, type: str, stored: Stored, previous: Stored | None) -> Seen | None:
    before = previous if previous and test(previous.obj) else None
    if type == "DELETED":
        return Seen("DELETED", stored) if before else None
    if test(stored.obj):
        return Seen("MODIFIED" if before else "ADDED", stored)
    return Seen("DELETED", _as_of(before, stored.version)) if before else None


def _as_of(stored: Stored, version: int) -> Stored:
    """The object as it was, with the version of the write that took it away."""
    obj = stored.obj | {"metadata": stored.obj["metadata"] | {"resourceVersion": str(version)}}
    return Stored(obj, orjson.dumps(obj), version)
