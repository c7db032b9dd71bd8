"""Processes whose parents have ended become children of the cluster's process, and end with their container.

A program may leave its session, empty its environment and close every file. What it cannot get rid of without root is
a limit that was lowered, so each container's number stands in RLIMIT_RSS, which Linux has not enforced since 2.4.30;
whatever a container's program starts, and what that starts, has the number, and nothing else has.
"""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from loopkube.node import strays

log = logging.getLogger(__name__)
_PR_SET_CHILD_SUBREAPER = 36
_AGAIN, _PATIENCE = 0.005, 2.0
_NUMBERS = itertools.count(1)

KNOWN: set[int] = set()
"""Children that somebody here waits for; nobody else may."""
EXPECTED: set[object] = set()
"""Who is yet to be told the number of a child: until then nobody may wait for one that is not known."""


def new_tag(folder: Path) -> int:
    """The number of a container that is about to start; 0 where the system has no such limit."""
    return strays.first_tag(folder) + next(_NUMBERS) % strays.TAGS if sys.platform == "linux" else 0


def adopt(enabled: bool = True) -> None:
    """Become the parent of processes whose parents have ended, and wait for those of containers when they end."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(enabled), 0, 0, 0)
    loop = asyncio.get_running_loop()
    if enabled:
        loop.add_signal_handler(signal.SIGCHLD, _reap)
    else:
        loop.remove_signal_handler(signal.SIGCHLD)


async def end(tag: int) -> None:
    """End what a container has left behind; its own processes must have ended."""
    if not tag:
        return
    deadline = asyncio.get_running_loop().time() + _PATIENCE
    while pids := [pid for pid in _adopted() if strays.tag_of(pid) == tag]:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)  # its children become ours, and are found in the next round
        _reap()
        if asyncio.get_running_loop().time() > deadline:
            log.warning("processes %s of a container do not end", pids)
            return
        await asyncio.sleep(_AGAIN)


def _reap() -> None:
    if EXPECTED:
        return  # the next signal, or the end of a container, finds them
    for pid in _adopted():
        if strays.is_tag(strays.tag_of(pid)):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)


def _adopted() -> Iterator[int]:
    """Children of this process that it has not started as containers; other parts' own have no tag."""
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except OSError:
        return
    yield from (pid for pid in map(int, text.split()) if pid not in KNOWN)
