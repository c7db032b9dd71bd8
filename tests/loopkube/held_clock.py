"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

from loopkube.shared.clock import Clock

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class HeldClock(Clock):
    def __init__(self) -> None:
        self._passed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future]] = []
        self._count = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._passed + seconds, self._count, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Let time pass; everything that is due runs at its own moment."""
        end = self._passed + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self._passed = max(self._passed, due)
            if not future.done():
                future.set_result(None)
            await settle()
        self._passed = end

    def jump(self, seconds: float) -> None:
        """Time passed while nothing could run: a stopped process, a paused machine."""
        self._passed += seconds


async def settle() -> None:
    """Let every task run as far as it can."""
    for _ in range(20):
        await asyncio.sleep(0)
