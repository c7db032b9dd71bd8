"""Processes that outlived their cluster: recorded while they run, ended before the next cluster starts.

A record is a file `processes/PID` with the time the process started, so that a number used again by another
process is never hit. A session whose first process is gone is known by the container ID in its environment.
"""

import contextlib
import os
import signal
from pathlib import Path

MARK = "LOOPKUBE_CONTAINER"
"""The environment variable that every process of a container has: the container's ID."""


def record(place: Path, pid: int, container: str) -> None:
    """Remember a process that was just started."""
    folder = place / "processes"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / str(pid)).write_text(f"{_started(pid)} {container}")


def forget(place: Path, pid: int) -> None:
    """The process has ended."""
    (place / "processes" / str(pid)).unlink(missing_ok=True)


def end_strays(place: Path) -> list[int]:
    """End every recorded process that still runs, with its session; returns their numbers."""
    ended = []
    folder = place / "processes"
    for file in folder.iterdir() if folder.exists() else ():
        started, _, container = file.read_text().partition(" ")
        pid = int(file.name)
        now = _started(pid)
        if (now and now == started) or (not now and _is_marked_session(pid, container)):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
                ended.append(pid)
        file.unlink(missing_ok=True)
    return ended


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


def _is_marked_session(session: int, container: str) -> bool:
    """Whether a process of this session, its first one being gone, belongs to the container."""
    if not container:
        return False
    import psutil

    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == session and process.environ().get(MARK) == container:
                return True
        except (psutil.Error, OSError):
            continue
    return False
