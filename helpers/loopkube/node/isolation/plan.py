"""What an isolated container sees: its own folder as `/`, the machine's folders below it, volumes at their paths."""

import marshal
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loopkube.node.process import Process

PLAIN, ISOLATED, AUTO = "plain", "isolated", "auto"
WAYS = (PLAIN, ISOLATED, AUTO)
"""How containers run: as processes beside each other, in namespaces of their own, or the second where it can be."""
VARIABLE = "LOOPKUBE_CONTAINERS"
_NAMESPACES = 0x00020000 | 0x04000000  # mounts and host name, as in kernel.py, which only the runner imports
_USER, _PROCESSES = 0x10000000, 0x20000000


@dataclass(frozen=True)
class Mount:
    """A folder or file of this machine at a path of the container."""

    path: str
    source: str
    read_only: bool


@dataclass
class Sandbox:
    """One run of a container. `first` is its program, whose namespaces other programs join."""

    root: Path
    """The folder that is `/` inside; what a program writes there stays there."""
    name: str
    mounts: list[Mount]
    hidden: list[Path]
    shown: list[Path]
    own_processes: bool = True
    first: "Process | None" = None

    def encoded(self, report: int, cwd: str, join: int) -> str:
        """What the runner is told: a descriptor for its report, and the pidfd of the process to join, or -1."""
        plan = {
            "report": report,
            "join": join,
            "flags": self._flags(),
            "root": str(self.root.resolve()),
            "name": self.name,
            "cwd": cwd,
            "hidden": [str(path.resolve()) for path in self.hidden],
            "shown": list(dict.fromkeys(str(path) for path in self.shown if path.exists())),
            # a mount below another one comes after it
            "mounts": [(m.path, os.path.realpath(m.source), m.read_only) for m in sorted(self.mounts, key=_depth)],
        }
        return marshal.dumps(plan).hex()

    def on_machine(self, path: str) -> str:
        """Where a file of the container is on this machine, as far as that can be told without going inside."""
        for mount in sorted(self.mounts, key=_depth, reverse=True):
            if path == mount.path or path.startswith(mount.path.rstrip("/") + "/"):
                return mount.source + path[len(mount.path.rstrip("/")) :]
        own = f"{self.root}/{path.lstrip('/')}"
        return own if os.path.lexists(own) and not Path(path).exists() else path

    def _flags(self) -> int:
        """Root needs no user namespace, and is root on this machine's files as well."""
        flags = _NAMESPACES | (_PROCESSES if self.own_processes else 0)
        return flags if os.geteuid() == 0 else flags | _USER


def programs(used: Iterable[str]) -> list[Path]:
    """The folders without which Python and the programs of this environment cannot run, wherever they are."""
    folders = [Path(sys.prefix), Path(sys.base_prefix), *(Path(program).resolve().parent for program in used)]
    return list(dict.fromkeys(folders))


def _depth(mount: Mount) -> tuple[int, str]:
    return mount.path.count("/"), mount.path
