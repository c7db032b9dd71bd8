"""Which Pod is next: by priority, then by age; those that fit nowhere wait until something changes."""

import asyncio
import heapq
import itertools
from dataclasses import dataclass
from typing import NamedTuple

from loopkube.client.informer import Key
from loopkube.shared.clock import Clock

FIRST_WAIT, LAST_WAIT = 1.0, 10.0
"""Seconds (kube-scheduler's podInitialBackoffSeconds and podMaxBackoffSeconds)."""


@dataclass
class Attempts:
    """How often a Pod was tried, and when last."""

    count: int = 0
    last: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until it may be tried again: one second after the first failure, ten after many."""
        pause = min(FIRST_WAIT * 2 ** max(0, self.count - 1), LAST_WAIT) if self.count else 0.0
        return max(0.0, self.last + pause - now)


class Parked(NamedTuple):
    """A Pod that waits. `by_pods`: not only other nodes could help it, but also the coming and going of Pods."""

    priority: int
    by_pods: bool


class PodQueue:
    """Keys of Pods that have no node yet."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[int, int, Key]] = []
        self._active: set[Key] = set()
        self._attempts: dict[Key, Attempts] = {}
        self._parked: dict[Key, Parked] = {}
        self._timers: dict[Key, asyncio.Task] = {}
        self._order = itertools.count()
        self._filled = asyncio.Event()

    def add(self, key: Key, priority: int) -> None:
        """Puts the Pod in line, at once."""
        self._cancel(key)
        self._parked.pop(key, None)
        if key not in self._active:
            self._active.add(key)
            # numbered, so that Pods of one priority leave in the order in which they came
            heapq.heappush(self._heap, (-priority, next(self._order), key))
            self._filled.set()

    async def take(self) -> Key:
        """The next Pod: the highest priority first, then the one that waits longest."""
        await asyncio.sleep(0)  # many Pods that wait must not keep everybody else from their turn
        while True:
            while self._heap:
                _, _, key = heapq.heappop(self._heap)
                # one that was removed leaves its entry in the heap until it comes up
                if key in self._active:
                    self._active.discard(key)
                    return key
            self._filled.clear()
            await self._filled.wait()

    def park(self, key: Key, priority: int, *, by_pods: bool = True) -> None:
        """The Pod was tried and fits nowhere: it waits for `wake`."""
        attempts = self._attempts.setdefault(key, Attempts())
        attempts.count, attempts.last = attempts.count + 1, self._clock.monotonic()
        self._parked[key] = Parked(priority, by_pods)

    def retry(self, key: Key, priority: int) -> None:
        """Something went wrong that time may heal: the Pod is tried again after its pause."""
        self.park(key, priority)
        self._later(key)

    def wake(self, *, by_pods: bool = False) -> None:
        """A node changed, or a Pod did: whom that could help is tried again, each not before its pause is over."""
        for key, parked in list(self._parked.items()):
            if parked.by_pods or not by_pods:
                self._later(key)

    def remove(self, key: Key) -> None:
        """The Pod has a node, or is gone."""
        self._cancel(key)
        self._active.discard(key)
        self._attempts.pop(key, None)
        self._parked.pop(key, None)

    def stop(self) -> None:
        """No Pod comes back from its wait any more."""
        for key in list(self._timers):
            self._cancel(key)

    def _later(self, key: Key) -> None:
        wait = self._attempts.get(key, Attempts()).wait(self._clock.monotonic())
        if not wait:
            self.add(key, self._parked[key].priority)
        elif key not in self._timers:
            self._timers[key] = asyncio.create_task(self._add_later(key, wait))

    async def _add_later(self, key: Key, wait: float) -> None:
        await self._clock.sleep(wait)
        self._timers.pop(key, None)
        if key in self._parked:
            self.add(key, self._parked[key].priority)

    def _cancel(self, key: Key) -> None:
        timer = self._timers.pop(key, None)
        if timer:
            timer.cancel()
