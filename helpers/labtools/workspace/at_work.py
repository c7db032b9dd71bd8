"""Who works with this project's Python: asked before it is removed (`make clean`, `make setup PYTHON=...`).

JupyterLab, kernels, reports and tests would go on with half of their modules gone. The cluster is not counted: it is
stopped first, and says so.
"""

import itertools
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from labcore.language.messages import joined, phrase

_MODULES = {"jupyterlab": "JupyterLab", "ipykernel_launcher": phrase("a notebook"), "pytest": "pytest"}
_PROGRAMS = {"jupyter": "JupyterLab", "jupyter-lab": "JupyterLab", "pytest": "pytest"}


def at_work(folder: Path) -> Iterator[tuple[str, int]]:
    """Name and process of each that runs from a folder with a Python, but for this process and who called it."""
    import psutil

    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter(["pid", "cmdline"]):
        argv = process.info["cmdline"] or []
        if process.pid not in own and (name := name_of(argv)):
            with suppress(psutil.Error):
                if Path(process.cwd(), argv[0]).parent == folder / "bin":
                    yield name, process.pid


def name_of(argv: Sequence[str]) -> str:
    """What a command line of Python runs, where it is a person's work; else ""."""
    rest = list(itertools.dropwhile(lambda word: word.startswith("-") and word != "-m", argv[1:]))
    match rest:
        case ["-m", module, *_]:
            return str(_MODULES.get(module.partition(".")[0], ""))
        case [program, verb, *_] if Path(program).name == "lab":
            return f"lab {verb}"
        case [program, *_]:
            return str(_PROGRAMS.get(Path(program).name, ""))
    return ""


def main() -> int:
    """1, and one sentence, where somebody is at work."""
    there = sorted(set(at_work(Path(sys.prefix))))
    if not there:
        return 0
    listed = joined(", ", [phrase("{name} (process {pid})", name=name, pid=pid) for name, pid in there])
    print(
        phrase(
            "This folder's Python is at work: {listed}. End it first (JupyterLab: Ctrl-C in its terminal); nothing was "
            "removed.",
            listed=listed,
        ),
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
