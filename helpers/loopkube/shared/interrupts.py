"""Ctrl-C at a moment when it would lose something: a program that was started, and that nobody holds yet."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deferred() -> Iterator[None]:
    """Ctrl-C within the block takes effect at its end. Keep the block short: nothing in it can be interrupted.

    Between the fork of a program and the return of `Popen`, a KeyboardInterrupt would leave the program running with
    nobody who knows of it. In other threads than the main one, which Ctrl-C does not reach, nothing is done.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if came:
            before(*came[0])
