"""Large bodies and objects beside the event loop, so that everybody else is served while they are judged.

A verb runs in a thread as it stands, over a store whose every access takes place on the loop. What it has read is
noted, and a write is done only when all of that is still so; otherwise the verb begins again, as kube-apiserver's
GuaranteedUpdate does. One at a time: each such thread takes its share of the interpreter from the loop.

So does a verb that has to wait for somebody outside, such as an admission webhook. While it waits it computes nothing,
and others have its turn.
"""

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, ParamSpec, TypeVar

import orjson

from loopkube.api.aliases import stored_kind
from loopkube.api.outside import MustWait
from loopkube.api.store.store import LARGEST_OBJECT, Store, TooLarge
from loopkube.api.store.table import Event, Stored
from loopkube.api.turns import Turn
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.kinds.shared.patience import Impatient
from loopkube.shared.status import ApiError

P = ParamSpec("P")
T = TypeVar("T")

LARGE_BODY, LARGE_OBJECT = 8 * 1024, 128 * 1024
"""Bytes; a body may be nothing but empty containers, of which each takes long."""
_TRIES, _DEPTH = 8, 7
"""How often a verb begins again before it is refused, and how deep an object is taken apart to be measured."""


def is_large(api: Api, kind: Kind, namespace: str, name: str, body: bytes) -> bool:
    """Whether the body, or the object that it is for, takes too long for the loop."""
    if len(body) > LARGE_BODY:
        return True
    stored = api.store.get(stored_kind(kind).resource, namespace, name)
    return stored is not None and len(stored.raw) > LARGE_OBJECT


async def run(api: Api, large: bool, verb: Callable[[Api], T]) -> T:
    """What `verb` returns or raises; it runs on the loop unless it is large, or has to wait, or turns out to be so."""
    if not large:
        try:
            return verb(api)
        except (Impatient, MustWait):
            pass
    async with Turn(api.aside) as turn:
        for _ in range(_TRIES):
            store = _StoreAside(api.store, turn)
            try:
                return await turn.run(_undisturbed, verb, api.over(store, store.ask, store))
            except _Changed:
                continue
    message = "The operation could not be completed at this time, please try again."
    raise ApiError(500, "ServerTimeout", message, {"retryAfterSeconds": 1})


async def compute(large: bool, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for a function that reads no store."""
    return await asyncio.to_thread(function, *args, **kwargs) if large else function(*args, **kwargs)


def _pieces(value: object, depth: int = _DEPTH) -> Iterator[object]:
    """What stands in the object, up to a list of its spec's items."""
    if not depth or not isinstance(value, dict | list):
        yield value
        return
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value:
        yield from _pieces(inner, depth - 1)


def _undisturbed(verb: Callable[[Api], T], api: Api) -> T:
    """Without the garbage collector, which would look through all that is being made again and again, in one go."""
    gc.disable()
    try:
        return verb(api)
    finally:
        gc.enable()


class _Changed(Exception):
    """What was read is no longer so."""


class _StoreAside(Store):
    """The store, and who is outside, as a thread may use them; for one run of one verb."""

    def __init__(self, store: Store, turn: Turn) -> None:
        # not Store's own start: this is a view of the one store, with no file of its own
        self._store, self._turn, self._loop = store, turn, asyncio.get_running_loop()
        self.version = store.version
        self._seen: dict[tuple[str, ...], list[Stored | None]] = {}
        self._settled: dict[tuple[str, ...], list[Stored | None]] = {}

    def wait(self, function: Callable[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the coroutine function returns or raises; others have the turn meanwhile."""
        gc.enable()
        try:
            waiting = self._turn.away(function(*args, **kwargs))
            return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()
        finally:
            gc.disable()

    def settle(self) -> None:
        """What was seen so far counts no more, but for the object that will be written."""
        self._settled |= self._seen
        self._seen.clear()

    def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns or raises on the loop."""

        async def answer() -> T:
            return function(*args, **kwargs)

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result()

    def get(self, resource: str, namespace: str, name: str) -> Stored | None:
        stored = self.ask(self._store.get, resource, namespace, name)
        self._seen[resource, namespace, name] = [stored]
        return stored

    def list(self, resource: str, namespace: str = "") -> list[Stored]:
        stored = self.ask(self._store.list, resource, namespace)
        # the same objects, not equal ones: a stored object is replaced, never changed
        self._seen[resource, namespace] = [*stored]
        return stored

    def create(self, resource: str, obj: dict) -> Event:
        self.check(obj)
        self._look_again(resource, obj["metadata"])
        return self.ask(self._if_unchanged, self._store.create, resource, obj)

    def update(self, resource: str, obj: dict) -> Event:
        self.check(obj)
        self._look_again(resource, obj["metadata"])
        return self.ask(self._if_unchanged, self._store.update, resource, obj)

    def check(self, obj: dict) -> None:
        """In pieces: one call of the encoder would keep the loop from the interpreter."""
        size = 0
        for piece in _pieces(obj):
            size += len(orjson.dumps(piece))
            if size > LARGEST_OBJECT:
                raise TooLarge

    def delete(self, resource: str, namespace: str, name: str) -> Event:
        self._look_again(resource, {"namespace": namespace, "name": name})
        return self.ask(self._if_unchanged, self._store.delete, resource, namespace, name)

    def _look_again(self, resource: str, metadata: dict) -> None:
        """The object that is written must be the one that was seen, however long ago."""
        key = (resource, metadata.get("namespace", ""), metadata["name"])
        if key in self._settled:
            self._seen[key] = self._settled[key]

    def _if_unchanged(self, write: Callable[P, Event], *args: P.args, **kwargs: P.kwargs) -> Event:
        """On the loop: nobody writes between the look and the write."""
        for key, seen in self._seen.items():
            current = [self._store.get(*key)] if len(key) == 3 else self._store.list(*key)
            if len(current) != len(seen) or any(a is not b for a, b in zip(current, seen, strict=True)):
                raise _Changed
        self._seen.clear()
        self._settled.clear()
        return write(*args, **kwargs)
