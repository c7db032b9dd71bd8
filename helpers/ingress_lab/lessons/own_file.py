"""A file that the learner writes: in the folder of their copies; for one run of an original, somewhere for that run."""

import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import psutil
from labcore.machine import paths

_PREFIX = "ingress-lab-own-"


def own_file(name: str) -> Path:
    """`my/NAME` in the learner's copy of a notebook. An original begins with a new one each time."""
    folder = paths.own_copies() if paths.is_own_copy() else Path(_folder().name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


@cache
def _folder() -> tempfile.TemporaryDirectory:
    """Removed when the kernel ends; after one that was killed, by the next that needs such a folder."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(FileNotFoundError):  # another kernel was faster
            if left.lstat().st_uid == os.getuid() and pid.isdecimal() and not psutil.pid_exists(int(pid)):
                shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-")
