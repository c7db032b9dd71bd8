"""Which notebook's kernel works in which namespace: a note in the lab's state folder, as long as that kernel lives.

Two kernels in one namespace (a notebook opened twice, its English and its Korean edition) would empty it under each
other. The second is told so, and takes over when it asks again; the first is told that it has lost it.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from loopkube.cluster import private

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.language.untrusted import file_name
from labcore.machine import paths

FOLDER = "kernels"
_told: set[tuple[str, int]] = set()
"""Who was in the way of whom, as this kernel's reader knows."""


def in_notebook() -> bool:
    """Whether this process is a notebook's kernel."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


@dataclass(frozen=True)
class Kernel:
    """A kernel at work: its process, since when, its notebook, and where it works."""

    pid: int
    started: float
    notebook: str
    cluster: str
    namespace: str

    @classmethod
    def here(cls, cluster: str, namespace: str) -> Self:
        """The kernel that runs this code."""
        import psutil

        return cls(os.getpid(), psutil.Process().create_time(), _notebook(), cluster, namespace)

    @property
    def alive(self) -> bool:
        """Its process is there and began when it says: the same number may be another process by now."""
        import psutil

        try:
            process = psutil.Process(self.pid)
            return process.status() != psutil.STATUS_ZOMBIE and abs(process.create_time() - self.started) < 1
        except (psutil.Error, TypeError):
            return False

    def __str__(self) -> str:
        return phrase("{notebook} (process {pid})", notebook=self.notebook, pid=self.pid)


def enter(cluster: str, namespace: str) -> Path | None:
    """Note this kernel; raises LabError, once, where another one works. None outside of a notebook."""
    if not in_notebook():
        return None
    file, other = _file(cluster, namespace), at(cluster, namespace)
    if other and other.pid != os.getpid() and (str(file), other.pid) not in _told:
        _told.add((str(file), other.pid))
        raise LabError(
            phrase(
                "{other} works in namespace {namespace}, and two would disturb each other. Shut its kernel down, or "
                "run this cell again: then this notebook takes over.",
                other=other,
                namespace=namespace,
            )
        )
    private.folder(file.parent)
    private.write(file, json.dumps(asdict(Kernel.here(cluster, namespace))))
    return file


def require_own(file: Path) -> None:
    """Raise if another kernel has taken over what `enter` noted."""
    kernel = _read(file)
    if kernel and kernel.pid != os.getpid() and kernel.alive:
        raise LabError(
            phrase(
                "{other} has taken over namespace {namespace}. To take it back, run this notebook from the top.",
                other=kernel,
                namespace=kernel.namespace,
            )
        )


def leave(file: Path) -> None:
    """This kernel has cleaned up."""
    kernel = _read(file)
    if kernel and kernel.pid == os.getpid():
        file.unlink(missing_ok=True)


def at(cluster: str, namespace: str) -> Kernel | None:
    """The kernel that works there and lives."""
    kernel = _read(_file(cluster, namespace))
    return kernel if kernel and kernel.alive else None


def at_work(cluster: str) -> Iterator[Kernel]:
    """All kernels that live and work on a cluster."""
    for file in sorted((paths.state() / FOLDER).glob("*.json")):
        kernel = _read(file)
        if kernel and kernel.cluster == cluster and kernel.alive:
            yield kernel


def _file(cluster: str, namespace: str) -> Path:
    return paths.state() / FOLDER / f"{file_name(cluster)}.{file_name(namespace)}.json"


def _read(file: Path) -> Kernel | None:
    with suppress(OSError, ValueError, TypeError):
        return Kernel(**json.loads(file.read_text(encoding="utf-8")))
    return None


def _notebook() -> str:
    """Folder and name, as Jupyter or VS Code tell them; else what is known of them."""
    from IPython import get_ipython  # type: ignore[attr-defined]

    shell = get_ipython()
    named = os.environ.get("JPY_SESSION_NAME") or (shell.user_ns.get("__vsc_ipynb_file__") if shell else "")
    parts = Path(str(named)).parts if named else ()
    return "/".join(parts[-2:]) or phrase("another run of a notebook in {folder}", folder=Path.cwd().name)
