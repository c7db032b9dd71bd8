"""The loop under every controller: keys of objects go in, `reconcile(key)` is called until it succeeds.

A controller follows informers, maps each change to the keys it concerns, and reconciles key by key: it
computes what should be, compares it with what is, and writes the difference. Nothing is remembered
between two calls but what could be computed again.
"""

import asyncio
import logging
from collections.abc import Hashable
from contextlib import suppress
from typing import Any

from loopkube.client.client import Client
from loopkube.client.events import Recorder
from loopkube.client.informer import Informer, Informers, OnChange
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

log = logging.getLogger(__name__)
FIRST_RETRY, LAST_RETRY = 0.005, 60.0


class WorkQueue:
    """Keys to work on: each at most once in the queue, and none given out while it is being worked on."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ready: asyncio.Queue[Hashable] = asyncio.Queue()
        self._waiting: set[Hashable] = set()
        self._working: set[Hashable] = set()
        self._failures: dict[Hashable, int] = {}
        self._later: dict[Hashable, tuple[float, asyncio.Task]] = {}

    def add(self, key: Hashable) -> None:
        """A key that waits already is not added again; one that is worked on is taken again afterwards, never at the
        same time."""
        if key not in self._waiting:
            self._waiting.add(key)
            if key not in self._working:
                self._ready.put_nowait(key)

    def add_after(self, key: Hashable, seconds: float) -> None:
        """Adds the key when the time has come; of two times for one key the earlier counts."""
        due = self._clock.monotonic() + seconds
        planned = self._later.get(key)
        if planned and planned[0] <= due:
            return
        if planned:
            planned[1].cancel()
        self._later[key] = due, asyncio.create_task(self._add_later(key, seconds))

    def postpone(self, key: Hashable, seconds: float) -> None:
        """Adds the key once nothing has postponed it for that long."""
        planned = self._later.pop(key, None)
        if planned:
            planned[1].cancel()
        self.add_after(key, seconds)

    def retry(self, key: Hashable) -> None:
        """Adds the key after a failure: at once-ish, then ever later."""
        failures = self._failures.get(key, 0)
        self._failures[key] = failures + 1
        self.add_after(key, min(FIRST_RETRY * 2 ** min(failures, 20), LAST_RETRY))

    def forget(self, key: Hashable) -> None:
        """The key succeeded: the next failure is a first one again."""
        self._failures.pop(key, None)

    async def take(self) -> Hashable:
        """The next key. The turn of the loop before it lets others run between two keys that are there already."""
        await asyncio.sleep(0)  # a queue that is never empty must not keep everybody else from their turn
        key = await self._ready.get()
        self._waiting.discard(key)
        self._working.add(key)
        return key

    def done(self, key: Hashable) -> None:
        """Must follow each `take`, whatever came of it: until then the key is not given out again."""
        self._working.discard(key)
        if key in self._waiting:
            self._ready.put_nowait(key)

    @property
    def idle(self) -> bool:
        """Nothing waits and nothing is worked on; keys that are to come later do not count."""
        return not self._waiting and not self._working

    def stop(self) -> None:
        """Keys that were to come later come no more; those that wait already may still be taken."""
        for _, task in self._later.values():
            task.cancel()
        self._later.clear()

    async def _add_later(self, key: Hashable, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._later.pop(key, None)
        self.add(key)


class Controller:
    """Base of the controllers. `component` is the source of its events, `workers` how many keys run at once."""

    component = "controller"
    workers = 2

    def __init__(self, client: Client, informers: Informers, clock: Clock) -> None:
        self.client, self.clock = client, clock
        self.recorder = Recorder(client, clock, self.component)
        self.queue = WorkQueue(clock)
        self._informers = informers
        self._followed: list[Informer] = []
        self._tasks: list[asyncio.Task] = []
        self._ready = asyncio.Event()

    def follow(self, resource: str, callback: OnChange | None = None) -> Informer:
        """The shared informer of `resource`, started with the controller; `callback` hears its changes."""
        informer = self._informers.of(resource)
        if informer not in self._followed:
            self._followed.append(informer)
        if callback:
            informer.on_change(callback)
        return informer

    async def start(self) -> None:
        """Follows its informers and works from then on; starting twice is harmless."""
        if self._tasks:
            return
        for informer in self._followed:
            await informer.start()
        self._tasks = [asyncio.create_task(self._run(), name=type(self).__name__)]

    async def ready(self) -> None:
        """Returns once everything it follows is known to it."""
        await self._ready.wait()

    async def stop(self) -> None:
        """Ends the queue first, so that nothing new begins, then its work. Harmless when called twice."""
        tasks, self._tasks = self._tasks, []
        self.queue.stop()
        await self.recorder.stop()
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def prepare(self) -> None:
        """What else must be known before the first key is worked on."""

    async def reconcile(self, key: Any) -> None:
        """Makes what is what should be, for one key."""
        raise NotImplementedError

    async def _run(self) -> None:
        for informer in self._followed:
            # with half a list, what is only not known yet would be made again or removed
            await informer.synced()
        await self.prepare()
        self._ready.set()
        async with asyncio.TaskGroup() as group:
            for _ in range(self.workers):
                group.create_task(self._work())

    async def _work(self) -> None:
        while True:
            key = await self.queue.take()
            try:
                await self.reconcile(key)
                self.queue.forget(key)
            except (ApiError, OSError, TimeoutError) as error:
                log.debug("%s %s: %s", type(self).__name__, key, error)
                self.queue.retry(key)
            except Exception:
                # One object that a controller cannot handle must not stop its work on all others.
                log.exception("%s %s", type(self).__name__, key)
                self.queue.retry(key)
            finally:
                self.queue.done(key)
