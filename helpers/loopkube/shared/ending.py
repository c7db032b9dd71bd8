"""The end of a background task."""

import asyncio
import contextlib


async def ended(task: asyncio.Task | None) -> None:
    """Cancels it, and returns once it has ended. Raises what it failed with."""
    if task:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
