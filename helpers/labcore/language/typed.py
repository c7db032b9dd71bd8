"""Paths and the command `lab` as a person can type them where they are."""

import functools
import os
import re
import shlex
import shutil
import sys
from pathlib import Path

_VERBS = (
    "up|status|preflight|urls|reset|down|node|shell|study|progress|report|doctor|explain|load|clinic|capstone|controller|conformance|"
    "upgrade|migrate|images|participant|hosts"
)
_COMMAND = re.compile(rf"(?<![\w/.-])lab (?=(?:{_VERBS})\b)")


def path(file: Path) -> str:
    """From here, where it lies below; else in full."""
    here = Path.cwd()
    return shlex.quote(str(file.relative_to(here) if file.is_relative_to(here) else file))


@functools.cache
def lab() -> str:
    """How `lab` was called: by its name, or by its path where no PATH leads to it. In notebooks it is `lab`."""
    called = sys.argv[0] if sys.argv else ""
    if os.path.basename(called) != "lab":  # noqa: PTH119 - light: every command comes here
        return "lab"
    program = shutil.which("lab")
    return "lab" if program and os.path.realpath(program) == os.path.realpath(called) else shlex.quote(called)


def commands(text: str) -> str:
    """A text that names commands of the lab, with each as it can be typed."""
    return _COMMAND.sub(lambda match: f"{lab()} ", text) if lab() != "lab" else text
