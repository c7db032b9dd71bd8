"""Time, handed in to every part that needs it, so that tests can hold it."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

_ZONE = len("+00:00")


class Clock:
    """The machine's clock."""

    def now(self) -> datetime:
        """In UTC, with a zone."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Tests pass a clock that does not wait."""
        await asyncio.sleep(seconds)

    def stamp(self) -> str:
        """Now as `metav1.Time`: RFC 3339 in UTC, whole seconds."""
        return f"{self.now().isoformat(timespec='seconds')[:-_ZONE]}Z"

    def micro_stamp(self) -> str:
        """Now as `metav1.MicroTime`."""
        return f"{self.now().isoformat(timespec='microseconds')[:-_ZONE]}Z"


def later(moment: datetime, seconds: float) -> datetime:
    """So many seconds after a moment, or the last second there is."""
    last = datetime.max.replace(microsecond=0, tzinfo=UTC)
    return moment + timedelta(seconds=min(seconds, (last - moment).total_seconds()))


def parse(stamp: str) -> datetime:
    """The time that `stamp` or `micro_stamp` wrote."""
    return datetime.fromisoformat(stamp)
