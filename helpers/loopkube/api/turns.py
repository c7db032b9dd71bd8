"""Turns: of the verbs that run in threads one computes at a time, while others wait for somebody outside."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

MOST_AT_ONCE = 200
"""Verbs under way in threads; nearly all of them wait. As many as kube-apiserver's --max-mutating-requests-inflight."""

_threads = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="aside")


class Turn:
    """One verb's turns, between `async with` and its end. Everything but the verb itself runs on the event loop."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock = lock
        self._mine = self._over = False
        self._waiting: asyncio.Future | None = None

    async def __aenter__(self) -> Self:
        await self._take()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Also where nobody wants the answer any more while the thread still waits: then it stops waiting."""
        self._over = True
        self._give()
        if self._waiting:
            self._waiting.cancel()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the function returns or raises, in a thread."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(_threads, lambda: context.run(function, *args, **kwargs))

    async def away(self, outside: Coroutine[Any, Any, T]) -> T:
        """Awaits what is outside; meanwhile others have the turn."""
        if self._over:
            # a coroutine that nobody awaits would be warned of
            outside.close()
            raise asyncio.CancelledError
        self._give()
        self._waiting = asyncio.ensure_future(outside)
        try:
            return await self._waiting
        finally:
            self._waiting = None
            # after a failure as well: the verb goes on with it, and computes
            if not self._over:
                await self._take()

    async def _take(self) -> None:
        await self._lock.acquire()
        # it was given up while it waited: nobody would give the lock back
        if self._over:
            self._lock.release()
            raise asyncio.CancelledError
        self._mine = True

    def _give(self) -> None:
        if self._mine:
            self._mine = False
            self._lock.release()
