"""How long one object may be judged, and how far its defaults may make it grow.

A real API server has other threads to go on with meanwhile. Here the event loop is patient for a moment only; what
takes longer is judged once more in a thread (`loopkube.api.aside`).
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from loopkube.shared.status import ApiError, bad_request

LONGEST_JUDGEMENT, LONGEST_ON_LOOP = 1.0, 0.05
"""Seconds of computing, in a thread and on an event loop."""

LARGEST_DEFAULTS = 3 * 1024 * 1024
"""Bytes, as many as a body may have."""

_ends: ContextVar[float] = ContextVar("ends", default=0.0)
_grown: ContextVar[int] = ContextVar("grown", default=0)


class Impatient(ApiError):
    """400: the judgement has used up its time."""

    def __init__(self) -> None:
        refusal = bad_request("the object, the patch or the selector is larger than this cluster can handle")
        super().__init__(refusal.code, refusal.reason, refusal.message)


@contextmanager
def patience() -> Iterator[None]:
    """While it lasts, `go_on` refuses what has taken too long."""
    longest = LONGEST_ON_LOOP if asyncio._get_running_loop() else LONGEST_JUDGEMENT
    ends, grown = _ends.set(time.thread_time() + longest), _grown.set(0)
    try:
        yield
    finally:
        _ends.reset(ends)
        _grown.reset(grown)


def go_on() -> None:
    """Raises Impatient."""
    ends = _ends.get()
    if ends and time.thread_time() > ends:
        raise Impatient


def grow(size: int) -> None:
    """Raises ApiError (413) when the defaults of the object come to more than a body could hold."""
    if size:
        go_on()
        _grown.set(_grown.get() + size)
        if _grown.get() > LARGEST_DEFAULTS:
            raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LARGEST_DEFAULTS}")
