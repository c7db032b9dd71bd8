"""Folders and files that only this person may open, whatever the umask says."""

import os
import threading
from pathlib import Path


def folder(path: Path) -> Path:
    """Make a folder, with those above it that are missing; one that is there already is closed to others.

    Raises OSError, also for a folder that belongs to somebody else.
    """
    for each in (*reversed(path.parents), path):
        if not each.is_dir():
            each.mkdir(mode=0o700, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def write(path: Path, text: str, *, durable: bool = False) -> None:
    """Replace a file's content in one step; a `durable` one outlives a crash of the machine. Raises OSError.

    Several may write the same file at the same time: it then has what one of them wrote.
    """
    # a writer's own name: with one for all, a second writer's file would be gone when it is to be moved
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_native_id()}.new")
    fresh.unlink(missing_ok=True)  # of a process that was killed, and had the same number
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(text)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
