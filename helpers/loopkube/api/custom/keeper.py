"""The running part of custom resources: registers kinds, keeps the status of definitions, cleans up after them."""

import asyncio
import contextlib
import logging

import orjson

from loopkube.api.custom import registry
from loopkube.api.custom.objects import default
from loopkube.api.store.store import Store
from loopkube.api.store.table import Event, Stored
from loopkube.client.client import Client
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.kinds.shared.structural.schema import has_defaults, schema_of
from loopkube.shared.clock import Clock
from loopkube.shared.ending import ended
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.2
_AT_ONCE = 50
"""Objects that are completed before others may use the loop."""


class DefinitionKeeper:
    """One per API server. Kinds change within the write that changes a definition; the rest follows at once."""

    def __init__(self, store: Store, kinds: Kinds, client: Client, clock: Clock) -> None:
        self._store, self._kinds, self._client, self._clock = store, kinds, client, clock
        self._served: dict[str, list[Kind]] = {}
        self._emptied: dict[str, object] = {}
        self._completed: dict[str, dict] = {}
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._stop_watching = lambda: None
        self._task: asyncio.Task | None = None

    async def start(self) -> None:
        """Serves what is defined already, and from now on what will be."""
        for stored in self._store.list(registry.RESOURCE):
            self._serve(stored.obj)
            self._queue.put_nowait(stored.obj["metadata"]["name"])
        # nothing is awaited since the list, so no definition comes between
        self._stop_watching = self._store.subscribe(registry.RESOURCE, self._on_event)
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends the watch and the deletions under way; a definition that is being deleted is taken up again at the next
        start."""
        self._stop_watching()
        for end in self._emptied.values():
            end()  # type: ignore[operator]
        self._emptied.clear()
        await ended(self._task)
        self._task = None

    def _on_event(self, event: Event) -> None:
        definition = event.object.obj
        if event.type == "DELETED":
            self._forget(definition["metadata"]["name"])
        else:
            self._serve(definition)
        # A name that became free may be the one that another definition waits for.
        for stored in self._store.list(registry.RESOURCE):
            self._queue.put_nowait(stored.obj["metadata"]["name"])

    def _serve(self, definition: dict) -> None:
        name = definition["metadata"]["name"]
        self._forget(name)
        self._served[name] = registry.kinds_of(definition)
        for kind in self._served[name]:
            self._kinds.add(kind)

    def _forget(self, name: str) -> None:
        for kind in self._served.pop(name, []):
            self._kinds.remove(kind)

    async def _run(self) -> None:
        while True:
            name = await self._queue.get()
            try:
                await self._keep(name)
            except ApiError as error:
                log.info("definition %s: %s", name, error)
                asyncio.get_running_loop().call_later(RETRY_SECONDS, self._queue.put_nowait, name)

    async def _keep(self, name: str) -> None:
        stored = self._store.get(registry.RESOURCE, "", name)
        if stored is None:
            return
        await self._complete_objects(stored.obj)
        if registry.is_terminating(stored.obj):
            await self._clean_up(stored.obj)
            return
        others = [other.obj for other in self._store.list(registry.RESOURCE)]
        status = registry.status_of(stored.obj, others, self._clock.stamp())
        if status != stored.obj.get("status"):
            await self._client.update(registry.RESOURCE, stored.obj | {"status": status}, subresource="status")

    async def _complete_objects(self, definition: dict) -> None:
        """Objects that are stored already get the defaults of a schema that is new, as long as it stands."""
        name, version = definition["metadata"]["name"], registry.storage_version(definition)
        before, schema = self._completed.get(name, {}), schema_of(version)
        self._completed[name] = schema
        if schema == before or not (has_defaults(schema) or has_defaults(before)):
            return
        kind = next((kind for kind in self._served.get(name, ()) if kind.version == version["name"]), None)
        if kind is None:
            return
        for index, (_, _, number, raw) in enumerate(self._store.rows(name)):
            if index % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
            obj = orjson.loads(raw)
            default(kind, obj)
            self._store.show(name, Stored(obj, orjson.dumps(obj), number))

    async def _clean_up(self, definition: dict) -> None:
        """Deletes all objects of the kind; when the last is gone, lets the definition go."""
        name = definition["metadata"]["name"]
        finalizers = definition["metadata"].get("finalizers") or []
        if registry.CLEANUP not in finalizers:
            return
        if self._served.get(name):
            await self._delete_objects(name)
        if self._store.list(name):
            self._wait_for_objects(name)
            return
        rest = [f for f in finalizers if f != registry.CLEANUP]
        await self._client.update(
            registry.RESOURCE, definition | {"metadata": definition["metadata"] | {"finalizers": rest}}
        )

    async def _delete_objects(self, resource: str) -> None:
        for stored in self._store.list(resource):
            metadata = stored.obj["metadata"]
            if "deletionTimestamp" not in metadata:
                with contextlib.suppress(ApiError):
                    await self._client.delete(resource, metadata["name"], metadata.get("namespace", ""))

    def _wait_for_objects(self, name: str) -> None:
        """Objects with finalizers go when their controllers let them."""
        if name in self._emptied:
            return

        def on_event(event: Event) -> None:
            if event.type == "DELETED":
                self._queue.put_nowait(name)

        self._emptied[name] = self._store.subscribe(name, on_event)
