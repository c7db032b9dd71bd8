"""What to start, and where its program is."""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loopkube.node.isolation.plan import Sandbox


class StartError(Exception):
    """The program cannot be started; worded as runc does."""


@dataclass(frozen=True)
class Launch:
    """What to start. `listeners` are (name, socket), handed over as systemd hands sockets."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    listeners: Sequence[tuple[str, socket.socket]] = ()
    tag: int = 0
    """The number of the container (see orphans)."""
    sandbox: Sandbox | None = None
    """What it sees, where it has namespaces of its own; `cwd` is a path inside then."""
    first: bool = True
    """Whether it is process 1 of its container."""
    network: str = ""
    """The address of the Pod in whose network it runs, where Pods have networks of their own."""

    def on_machine(self, path: str) -> str:
        return self.sandbox.on_machine(path) if self.sandbox else path


@dataclass(frozen=True)
class Standard:
    """The descriptors to use as stdin, stdout and stderr; -1 is nothing."""

    stdin: int = -1
    stdout: int = -1
    stderr: int = -1
    tty: bool = False


def find_program(launch: Launch) -> str:
    """The full path of the program, looked up as execvp would with the container's PATH. Raises StartError."""
    name = launch.argv[0] if launch.argv else ""
    if not name:
        raise StartError("no command specified")
    if "/" in name:
        path = Path(launch.cwd) / name
        real = Path(launch.on_machine(str(path)))
        if not real.exists():
            raise StartError(f'exec: "{name}": stat {name}: no such file or directory')
        if real.is_dir() or not os.access(real, os.X_OK):
            raise StartError(f'exec: "{name}": permission denied')
        return str(path)
    for folder in launch.env.get("PATH", "").split(":"):
        program = Path(folder) / name
        real = Path(launch.on_machine(str(program)))
        if real.is_file() and os.access(real, os.X_OK):
            return str(program)
    raise StartError(f'exec: "{name}": executable file not found in $PATH')
