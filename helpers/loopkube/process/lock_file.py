"""Locks that the operating system releases when their holder dies, however it dies."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 1.0
"""Seconds to wait for somebody who only looks whether the lock is held."""


def take(path: Path) -> int | None:
    """Lock `path` as long as the returned file descriptor is open, or None if another process has it.

    The file then holds the number of this process, see `holder`.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                return None
        time.sleep(0.01)
    # only with the lock: who does not get it must leave the holder's number alone
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def is_held(path: Path) -> bool:
    """Whether some process has taken the lock."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # shared: two who look at the same time do not see each other
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def holder(path: Path) -> int:
    """The number of the process that has taken the lock; 0 if nobody has."""
    if not is_held(path):
        return 0
    text = path.read_text(errors="replace").strip()
    return int(text) if text.isdigit() else 0


def is_paused(path: Path) -> bool:
    """Whether the process that has taken the lock was stopped by a signal, and waits for SIGCONT."""
    import psutil

    try:
        return psutil.Process(holder(path)).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False


def wait_released(path: Path, seconds: float) -> bool:
    """Wait for the holder to let go; False after `seconds`."""
    deadline = time.monotonic() + seconds
    while is_held(path):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock, waiting for whoever has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
