"""Writing a file anew as a whole: whoever reads it meanwhile sees the old or the new one, never a part."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path

from labcore.errors import LabError
from labcore.language.messages import phrase


def replace(path: Path, data: bytes, read: bytes) -> None:
    """Put `data` in the place of `read`, with the file's mode; raises LabError, and then the file is as it was."""
    if path.is_symlink():
        raise LabError(
            phrase("{path} is a link; name the file that it leads to: {target}", path=path, target=path.resolve())
        )
    beside = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")
    try:
        if path.read_bytes() != read:
            raise LabError(phrase("{path} was changed meanwhile by somebody else; run it again", path=path))
        if not os.access(path, os.W_OK):
            raise LabError(phrase("{path} may not be written: chmod u+w {path}", path=path))
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, beside)
        with contextlib.suppress(OSError):  # of another owner: root keeps it, nobody else can
            os.chown(beside, path.stat().st_uid, path.stat().st_gid)
        beside.replace(path)
    except OSError as error:
        raise LabError(phrase("{path} cannot be written: {why}", path=path, why=error.strerror)) from error
    finally:
        beside.unlink(missing_ok=True)
