"""Tasks whose faults are seen."""

import asyncio
import logging
from collections.abc import Coroutine

log = logging.getLogger("loopkube.node")


def watched(work: Coroutine, name: str) -> asyncio.Task:
    """A task; an exception that ends it is a fault of ours and goes to the log."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_report)
    return task


def _report(task: asyncio.Task) -> None:
    if not task.cancelled() and task.exception():
        log.error("%s failed", task.get_name(), exc_info=task.exception())


async def wait_for(*tasks: asyncio.Task) -> None:
    """Wait for tasks without ending them when the one that waits is ended."""
    if tasks:
        await asyncio.wait(tasks)
