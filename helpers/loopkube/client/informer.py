"""A local copy of a resource that follows the API: list once, then watch, and list again when that breaks.

`version` is the newest resourceVersion it knows of: every write up to it is visible in `items`.
Objects in `items` are shared with every reader: copy before changing. Callbacks run in the order of the
changes and must not block; they are called after `items` and the indexes hold the change.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable

from loopkube.client.client import Client
from loopkube.client.index import Index, Key, key_of
from loopkube.shared.clock import Clock
from loopkube.shared.ending import ended
from loopkube.shared.status import ApiError

__all__ = ["Index", "Informer", "Informers", "Key", "OnChange", "key_of"]

OnChange = Callable[[str, dict, dict | None], None]
"""callback(type, object, old): ADDED (old None), MODIFIED, DELETED (the object as last seen)."""

log = logging.getLogger(__name__)
FIRST_RETRY, LAST_RETRY = 0.05, 5.0
BURST = 50
"""Changes that are told in a row before everybody else gets a turn."""


class Informer:
    """`resource` (optionally of one namespace, or selected by labels or fields), kept up to date."""

    def __init__(
        self,
        client: Client,
        resource: str,
        namespace: str = "",
        labels: str = "",
        fields: str = "",
        clock: Clock | None = None,
    ) -> None:
        self.resource = resource
        self.items: dict[Key, dict] = {}
        self.version = 0
        self._client, self._namespace, self._labels, self._fields = client, namespace, labels, fields
        self._clock = clock or Clock()
        self._callbacks: list[OnChange] = []
        self._indexes: dict[str, Index] = {}
        self._synced = asyncio.Event()
        self._task: asyncio.Task | None = None

    def get(self, namespace: str, name: str) -> dict | None:
        """The object as last seen, not a copy; None when it is not there."""
        return self.items.get((namespace, name))

    def on_change(self, callback: OnChange) -> None:
        """Calls `callback` for every change from now on, and at once with ADDED for what is known already."""
        self._callbacks.append(callback)
        for obj in list(self.items.values()):
            callback("ADDED", obj, None)

    def index(self, name: str, values: Callable[[dict], Iterable[object]]) -> Index:
        """The index called `name`, made on first use; `values(obj)` are the values to find an object by."""
        if name not in self._indexes:
            self._indexes[name] = Index(values)
            for key, obj in self.items.items():
                self._indexes[name].change(key, obj, None)
        return self._indexes[name]

    async def start(self) -> None:
        """Begins to follow; starting twice is harmless. Await `synced` before trusting `items`."""
        if self._task is None:
            self._task = asyncio.create_task(self._follow(), name=f"informer {self.resource}")

    async def synced(self) -> None:
        """Returns once the first list is in `items`."""
        await self._synced.wait()

    async def stop(self) -> None:
        """Ends the watch; what was seen stays readable. Harmless when called twice."""
        # forgotten before the wait: who stops it again meanwhile has nothing to wait for
        task, self._task = self._task, None
        await ended(task)

    def clear(self) -> None:
        """Forgets everything, as if it had been deleted."""
        for key, obj in list(self.items.items()):
            self._put("DELETED", key, obj)

    async def _follow(self) -> None:
        version, wait = "", FIRST_RETRY
        while True:
            try:
                version = version or await self._relist()
                wait = FIRST_RETRY
                version = await self._watch(version)
            except (ApiError, OSError, TimeoutError) as error:
                if not isinstance(error, ApiError) or error.code != 410:
                    log.debug("%s: %s; again in %.2f s", self.resource, error, wait)
                    await self._clock.sleep(wait)
                    wait = min(wait * 2, LAST_RETRY)
                # only a new list tells what happened between the last event and now
                version = ""

    async def _relist(self) -> str:
        listed = await self._client.list(self.resource, self._namespace, labels=self._labels, fields=self._fields)
        current = {key_of(obj): obj for obj in listed.items}
        changes = [("DELETED", key, old) for key, old in self.items.items() if key not in current]
        changes += [("MODIFIED", key, obj) for key, obj in current.items() if _differs(self.items.get(key), obj)]
        for number, change in enumerate(changes, 1):
            self._put(*change)
            if number % BURST == 0:
                await asyncio.sleep(0)
        self.version = max(self.version, int(listed.version or 0))  # last: it promises all of them in `items`
        self._synced.set()
        return listed.version

    async def _watch(self, version: str) -> str:
        """Applies changes until the server ends the watch; returns the version to go on from."""
        changes = self._client.watch(
            self.resource, self._namespace, since=version, labels=self._labels, fields=self._fields
        )
        number = 0
        async for change in changes:
            number += 1
            if number % BURST == 0:
                await asyncio.sleep(0)
            version = change.object["metadata"].get("resourceVersion", version)
            # nobody runs between this line and the change of `items`: there is no await
            self.version = max(self.version, int(version))
            if change.type != "BOOKMARK":
                self._put(change.type, key_of(change.object), change.object)
        return version

    def _put(self, type: str, key: Key, obj: dict) -> None:
        old = self.items.get(key)
        if type == "DELETED":
            self.items.pop(key, None)
        else:
            self.items[key] = obj
            type = "ADDED" if old is None else "MODIFIED"
        for index in self._indexes.values():
            index.change(key, None if type == "DELETED" else obj, old)
        for callback in self._callbacks:
            callback(type, obj, None if type == "DELETED" else old)


def _differs(known: dict | None, obj: dict) -> bool:
    return known is None or known["metadata"].get("resourceVersion") != obj["metadata"].get("resourceVersion")


class Informers:
    """Informers by what they follow, so that all parts of a process share one copy of each resource."""

    def __init__(self, client: Client, clock: Clock | None = None) -> None:
        self._client, self._clock = client, clock or Clock()
        self._shared: dict[tuple[str, str, str, str], Informer] = {}
        self._background: set[asyncio.Task] = set()

    def of(self, resource: str, namespace: str = "", labels: str = "", fields: str = "") -> Informer:
        """The shared informer; its users start it (`await informer.start()`)."""
        key = (resource, namespace, labels, fields)
        if key not in self._shared:
            self._shared[key] = Informer(self._client, *key, clock=self._clock)
        return self._shared[key]

    async def drop(self, informer: Informer) -> None:
        """Stops an informer that nobody needs any more; what it knew is told as deleted."""
        self._shared = {key: known for key, known in self._shared.items() if known is not informer}
        await informer.stop()
        informer.clear()

    def soon(self, work: Coroutine) -> None:
        """Runs `work` in the background, for callbacks that cannot wait."""
        task = asyncio.get_running_loop().create_task(work)
        # the loop itself holds a task only weakly
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def start(self) -> None:
        """Starts those that are not yet running and waits until all know their objects."""
        for informer in list(self._shared.values()):
            await informer.start()
        for informer in list(self._shared.values()):
            await informer.synced()

    async def stop(self) -> None:
        """Ends every informer that somebody has asked for."""
        for task in list(self._background):
            task.cancel()
        for informer in list(self._shared.values()):
            await informer.stop()
