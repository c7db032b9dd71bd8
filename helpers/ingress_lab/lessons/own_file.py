"""A file that the learner writes: in the folder of their copies; for one run of an original, somewhere for that run."""

import tempfile
from functools import cache
from pathlib import Path

from labcore.machine import paths


def own_file(name: str) -> Path:
    """`my/NAME` in the learner's copy of a notebook. An original begins with a new one each time."""
    folder = paths.own_copies() if paths.is_own_copy() else Path(_folder().name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


@cache
def _folder() -> tempfile.TemporaryDirectory:
    """Removed when the kernel ends."""
    return tempfile.TemporaryDirectory(prefix="ingress-lab-own-")
