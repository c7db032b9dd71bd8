"""Processes that outlived their cluster: recorded while they run, ended before the next cluster starts.

A record is a file `processes/PID` with the time the process started, so that a number used again by another
process is never hit. Whatever has left its container's session is known by the cluster's mark in its environment, or
by the number of its container (see orphans).
"""

import contextlib
import hashlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

MARK = "LOOPKUBE_CLUSTER"
"""The environment variable that every process of a container has: which cluster it belongs to."""


def mark(cluster: Path) -> str:
    """The mark of the cluster whose folder is `cluster`; other clusters' processes have another."""
    return hashlib.sha256(os.fsencode(cluster.resolve())).hexdigest()[:16]


TAGS = 1 << 24
_A_TAG = 1 << 62
"""Larger than any memory, so that no limit that somebody has set is treated as a tag."""
_ROUNDS = 20


def first_tag(cluster: Path) -> int:
    """The numbers of the containers of a cluster are the TAGS from this one on."""
    return _A_TAG + int(mark(cluster)[:8], 16) * TAGS


def is_tag(number: int) -> bool:
    """Whether a limit is the number of a container, of whichever cluster."""
    return _A_TAG <= number < _A_TAG + (TAGS << 32)


def tag_of(pid: int) -> int:
    """The limit that is a container's number, if this process belongs to one; 0 where it cannot be read."""
    import resource

    try:
        return resource.prlimit(pid, resource.RLIMIT_RSS)[1]
    except (AttributeError, OSError, ValueError):
        return 0


def record(cluster: Path, pid: int) -> int:
    """Remember a process that was just started; returns the number to forget later."""
    folder = cluster / "processes"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / str(pid)).write_text(_started(pid))
    return pid


def forget(cluster: Path, pid: int) -> None:
    """The process has ended."""
    (cluster / "processes" / str(pid)).unlink(missing_ok=True)


def records(cluster: Path) -> list[Path]:
    """The records of processes; what else lies in the folder, such as an editor's file, is not ours."""
    folder = cluster / "processes"
    return [file for file in folder.iterdir() if file.name.isdecimal() and file.is_file()] if folder.is_dir() else []


def end_strays(cluster: Path) -> list[int]:
    """End every process of the cluster that still runs; returns their numbers. The cluster must not be running."""
    ended = []
    for file in records(cluster):
        pid, started = int(file.name), file.read_text(errors="replace").partition(" ")[0]
        if started and _started(pid) == started:
            ended += _end(os.killpg, pid)
        file.unlink(missing_ok=True)
    for _ in range(_ROUNDS):  # what they start meanwhile goes with the next round
        pids = [each for pid in [*_marked(mark(cluster)), *_tagged(first_tag(cluster))] for each in _end(os.kill, pid)]
        ended += pids
        if not pids:
            break
    return sorted(set(ended))


def _end(kill, pid: int) -> list[int]:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        kill(pid, signal.SIGKILL)
        return [pid]
    return []


def _started(pid: int) -> str:
    """When a process started, exactly as the system keeps it; `` when there is no such process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] == "Z" else fields[19]
    except FileNotFoundError:
        pass
    except OSError:
        return ""
    if Path("/proc/self/stat").exists():
        return ""
    import psutil

    try:
        return str(psutil.Process(pid).create_time())
    except psutil.Error:
        return ""


def _tagged(first: int) -> Iterator[int]:
    """The running processes of a cluster's containers, by their numbers."""
    if sys.platform != "linux":
        return
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and first <= tag_of(int(folder.name)) < first + TAGS and _started(int(folder.name)):
            yield int(folder.name)


def _marked(value: str) -> Iterator[int]:
    """The processes with this mark, as far as this user may see."""
    if not Path("/proc/self/environ").exists():
        yield from _marked_without_proc(value)
        return
    variable = f"{MARK}={value}".encode()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if variable in (folder / "environ").read_bytes().split(b"\0"):
                    yield int(folder.name)


def _marked_without_proc(value: str) -> Iterator[int]:
    import psutil

    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == value:
                yield process.pid
