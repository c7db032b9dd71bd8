"""How the API reaches the node agent (the kubelet's part of logs, exec and port-forward).

The API server knows only these shapes; `loopkube.node.streams` fills them.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class LogOptions:
    """The query of `GET pods/NAME/log`; times in seconds, sizes in bytes."""

    follow: bool = False
    previous: bool = False
    timestamps: bool = False
    tail_lines: int | None = None
    since_seconds: int | None = None
    since_time: str = ""
    limit_bytes: int | None = None


class Session(Protocol):
    """A command running inside a container, or somebody attached to its program."""

    async def write(self, data: bytes) -> None:
        """Input for the program; waits until it can take it."""
        ...

    async def close_stdin(self) -> None:
        """The client has no more input; a terminal stays open."""

    def output(self) -> AsyncIterator[tuple[int, bytes]]:
        """(1, bytes) for stdout, (2, bytes) for stderr, until both end."""
        ...

    async def wait(self) -> int:
        """The exit code; negative signals as 128 + n."""
        ...

    async def resize(self, width: int, height: int) -> None:
        """In columns and rows."""
        ...

    async def kill(self) -> None:
        """Ends the program and its output; for a client that went away."""


@dataclass(frozen=True)
class Usage:
    """What programs use: cores and bytes, as seen at a time (seconds since 1970), the cores over a window (seconds)."""

    cores: float
    memory: int
    at: float
    window: float


class NodeLink(Protocol):
    """One node's agent. Raises ApiError as the kubelet words it (container not found, waiting to start, ...)."""

    def logs(self, pod: dict, container: str, options: LogOptions) -> AsyncIterator[bytes]: ...

    async def exec(self, pod: dict, container: str, command: list[str], *, stdin: bool, tty: bool) -> Session:
        """Starts `command` in a container. Raises ApiError when there is no such container, or it cannot be started."""

    async def attach(self, pod: dict, container: str, *, stdin: bool) -> Session: ...

    async def usage(self) -> dict[str, dict[str, Usage]]:
        """{UID of a Pod: {container that runs: its use}}, and under `` that of the whole node."""

    def reach(self, address: str, port: int) -> tuple[str, int]:
        """Where a port of a Pod's or a node's address is listened on."""

    async def open_port(self, pod: dict, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to a port of the Pod. Raises OSError."""
