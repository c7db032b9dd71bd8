"""Follows objects of every kind, custom ones included, for the controllers whose affair is every object."""

import asyncio
from collections.abc import Callable

from loopkube.client.informer import Informer, Informers, OnChange
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds

CRD = "customresourcedefinitions.apiextensions.k8s.io"
LEFT_OUT = {"events"}
"""Kinds that own nothing and are owned by nothing, and of which there are many."""

OnAnyChange = Callable[[str, str, dict, dict | None], None]
"""callback(resource, type, object, old)."""


class Everything:
    """Informers of all kinds in `kinds`; a kind that a definition adds or removes is followed or left."""

    def __init__(self, informers: Informers, kinds: Kinds) -> None:
        self.kinds = kinds
        self._informers = informers
        self._followed: dict[str, Informer] = {}
        self._callbacks: list[OnAnyChange] = []
        self._running = False
        self._starting = asyncio.Lock()

    def on_change(self, callback: OnAnyChange) -> None:
        """Calls back for each change of each kind; those that come before this call are not told again."""
        self._callbacks.append(callback)

    def resources(self) -> dict[str, Kind]:
        """Every kind that can be followed, by resource."""
        usable = {"list", "watch", "delete"}
        return {k.resource: k for k in self.kinds if usable <= set(k.verbs) and k.resource not in LEFT_OUT}

    def listed(self, resource: str, namespace: str) -> list[dict]:
        """What is known of a namespace's objects of a resource; nothing where it is not followed."""
        followed = self._followed.get(resource)
        return [obj for key, obj in followed.items.items() if key[0] == namespace] if followed else []

    async def start(self) -> None:
        """Follows all kinds and waits until all their objects are known; starting twice is harmless."""
        async with self._starting:
            if not self._running:
                await self._follow_all()
                self._running = True
                self._informers.of(CRD).on_change(lambda *_: self._informers.soon(self.refresh()))

    async def refresh(self) -> None:
        """Brings what is followed in line with the kinds there are."""
        async with self._starting:
            await self._follow_all()

    async def _follow_all(self) -> None:
        served = self.resources()
        for resource in [r for r in self._followed if r not in served]:
            await self._informers.drop(self._followed.pop(resource))
        new = [r for r in served if r not in self._followed]
        for resource in new:
            self._followed[resource] = self._informers.of(resource)
            # before its start, so that its first list is told, too
            self._followed[resource].on_change(self._teller(resource))
            await self._followed[resource].start()
        for resource in new:
            # only when all are started: their first lists come while one is waited for
            await self._followed[resource].synced()

    def _teller(self, resource: str) -> OnChange:
        def tell(type: str, obj: dict, old: dict | None) -> None:
            for callback in self._callbacks:
                callback(resource, type, obj, old)

        return tell
