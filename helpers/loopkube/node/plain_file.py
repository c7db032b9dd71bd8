"""Files that a container could have made or exchanged, read and written so that nobody is kept waiting.

A named pipe, a device, a link or a folder in the place of a file is an OSError here; what is longer than
expected is cut off.
"""

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

_CAREFUL = os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY


def read(path: Path, limit: int, start: int = 0) -> bytes:
    """At most `limit` bytes of a regular file, from `start` on. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | _CAREFUL)
    with os.fdopen(descriptor, "rb") as file:
        _require_regular(descriptor, path)
        file.seek(start)
        return file.read(limit)


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Puts a new file in the place of whatever stands there, in one step. Raises OSError."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CAREFUL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    try:
        fresh.replace(path)
    except IsADirectoryError:
        path.rename(fresh.with_suffix(".old"))  # it may hold anything, and goes with the folder that it is in
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise


def append(path: Path):
    """A regular file, made where there is none, to write to its end, unbuffered. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _CAREFUL, 0o644)
    try:
        _require_regular(descriptor, path)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "ab", buffering=0)


def _require_regular(descriptor: int, path: Path) -> None:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
