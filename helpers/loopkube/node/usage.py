"""What the processes of containers use: CPU time and memory of each container's whole tree, as psutil reads them.

Nobody measures in the background. The first answer is the mean since the program began; each later one is that since
an earlier answer, at most some seconds ago.
"""

import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from loopkube.shared.links import Usage

if TYPE_CHECKING:
    import psutil

LONGEST_WINDOW = 15.0
"""Seconds after which an answer begins a new window."""
SHORTEST_WINDOW = 1.0


class Meter:
    """One per node; `measure` reads /proc, and belongs into a thread."""

    def __init__(self) -> None:
        self._earlier: dict[int, tuple[float, float]] = {}

    def measure(self, processes: dict[int, str]) -> dict[str, Usage]:
        """{whatever names a program: its use}, for {process: that name}; what has ended meanwhile is left out."""
        import psutil

        children: dict[int, list[psutil.Process]] = {}
        for process in psutil.process_iter(["ppid"]):
            if (
                process.info["ppid"] != os.getpid()
            ):  # containers are children of this process, and counted by themselves
                children.setdefault(process.info["ppid"], []).append(process)
        self._earlier = {pid: seen for pid, seen in self._earlier.items() if pid in processes}
        usages = {}
        for pid, name in processes.items():
            try:
                usages[name] = self._of(psutil.Process(pid), children)
            except psutil.Error:
                continue
        return usages

    def _of(self, first: "psutil.Process", children: dict[int, list["psutil.Process"]]) -> Usage:
        import psutil

        seconds, memory, now = 0.0, 0, time.time()
        for process in _tree(first, children):
            try:
                times, memory = process.cpu_times(), memory + process.memory_info().rss
            except psutil.Error:
                continue
            seconds += times.user + times.system
            if process.pid != os.getpid():
                seconds += times.children_user + times.children_system  # of those that have ended
        before, since = self._earlier.get(first.pid, (0.0, first.create_time()))
        window = max(now - since, SHORTEST_WINDOW)
        if first.pid not in self._earlier or window >= LONGEST_WINDOW:
            self._earlier[first.pid] = (seconds, now)
        return Usage(max(seconds - before, 0.0) / window, memory, now, window)


def whole(measured: dict[str, Usage]) -> dict[str, dict[str, Usage]]:
    """{UID: {container: use}} of {`UID/container`: use}, and under `` the sum of all."""
    pods: dict[str, dict[str, Usage]] = {}
    node = Usage(0.0, 0, time.time(), SHORTEST_WINDOW)
    for name, usage in measured.items():
        uid, _, container = name.partition("/")
        if uid:
            pods.setdefault(uid, {})[container] = usage
        cores, memory = node.cores + usage.cores, node.memory + usage.memory
        node = Usage(cores, memory, node.at, max(node.window, min(usage.window, LONGEST_WINDOW)))
    return pods | {"": {"": node}}


def _tree(first: "psutil.Process", children: dict[int, list["psutil.Process"]]) -> Iterator["psutil.Process"]:
    waiting = [first]
    while waiting:
        process = waiting.pop()
        yield process
        waiting += children.get(process.pid, ())
