"""Waiting that a change can cut short."""

import asyncio

from loopkube.shared.clock import Clock


class Waker:
    """`pause` lasts until its time is over or somebody calls `wake`.

    A wake before the pause counts only with `keep`, for work that must not miss a change.
    """

    def __init__(self, clock: Clock, keep: bool = False) -> None:
        self._clock, self._keep = clock, keep
        self._event = asyncio.Event()

    def wake(self) -> None:
        """Ends the pause; harmless when nobody pauses."""
        self._event.set()

    async def pause(self, seconds: float) -> bool:
        """Whether it was woken."""
        if not self._keep:
            self._event.clear()
        tasks = [asyncio.ensure_future(self._event.wait()), asyncio.ensure_future(self._clock.sleep(seconds))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
        woken = self._event.is_set()
        self._event.clear()
        return woken
