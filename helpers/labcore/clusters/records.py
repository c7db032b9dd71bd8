"""The small records that pass between a cluster and the lab: how to reach it, what was asked for, how it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loopkube.cluster import low_ports

from labcore.language import typed
from labcore.language.messages import phrase
from labcore.machine import paths


@dataclass(frozen=True)
class Entry:
    """Where a client's request goes in: a name without a port means these ports of this address.

    `how` says how a client gets there, where that is not plain: `port-forward to Pod ...`.
    """

    address: str = "127.0.0.1"
    http_port: int = paths.HTTP_PORT
    https_port: int = paths.HTTPS_PORT
    how: str = ""
    lowest_port: int = 0
    """The local cluster listens elsewhere for ports of its addresses below this one; nobody is to see it."""
    takes_all: bool = False
    """Every URL leads to these ports, whatever address or port it names: a recorder stands in between."""

    def dialled(self, host: str, port: int) -> tuple[str, int]:
        """Where to connect for an address: every connection of the lab asks here."""
        return low_ports.moved(host, port, self.lowest_port)

    def named(self, host: str, port: int) -> tuple[str, int]:
        """The address to show for one that a connection leads to."""
        return low_ports.named(host, port, self.lowest_port)

    @property
    def forwarded(self) -> bool:
        """Whether it is a port-forward, whose ports live as long as one process."""
        return self.how.startswith("port-forward")

    def __str__(self) -> str:
        if self.forwarded:
            return self.how
        urls = f"http://{self.address}:{self.http_port}  https://{self.address}:{self.https_port}"
        return f"{urls} ({self.how})" if self.how else urls


@dataclass(frozen=True)
class Access:
    """What the lab needs of a cluster: its name, the way to its API, and its entry.

    On a cluster that is not the lab's own (`shared`), `prefix` begins the name of every namespace of the lab, and
    `kubeconfig` is the user's file that holds the context.
    """

    name: str
    kubeconfig: Path | None
    context: str | None
    entry: Entry
    prefix: str = ""
    shared: bool = False
    notices: tuple[str, ...] = ()
    """What a person should know about this start, in sentences."""
    temporary: bool = False
    """It goes with the command that started it, and everything in it with it."""

    @property
    def own_kubeconfig(self) -> Path | None:
        """The file that the lab wrote; None where the user's kubeconfig decides, which may be several files."""
        return None if self.shared else self.kubeconfig

    @property
    def lines(self) -> list[str]:
        """How to reach it, for readers: the entry, and what kubectl needs."""
        options = [f"--kubeconfig {typed.path(self.own_kubeconfig)}"] if self.own_kubeconfig else []
        options += [f"--context {self.context}"] if self.context else []
        lines = [phrase("entry     {entry}", entry=self.entry), f"kubectl   {' '.join(options)}"]
        return (
            [*lines, phrase("names     namespaces begin with {prefix}", prefix=self.prefix)] if self.prefix else lines
        )


@dataclass(frozen=True)
class UpOption:
    """An option of `lab up` that not every kind of cluster has: `--http HOST:PORT`; without a metavar, a flag."""

    flag: str
    help: str
    metavar: str = ""

    @property
    def name(self) -> str:
        """As `UpOptions.own` has it: `load_balancer` for `--load-balancer`."""
        return self.flag.removeprefix("--").replace("-", "_")


@dataclass(frozen=True)
class UpOptions:
    """What `lab up` was asked for; "" and None mean: as it was, or the default."""

    http_port: int | None = None
    https_port: int | None = None
    controller: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    """{name: value} of the kind's own options that were given; a flag's value is True."""


@dataclass(frozen=True)
class Status:
    """`state` is running, stopped, dead (ended without being stopped) or broken; `sentence` says it."""

    state: str
    sentence: str
    lines: list[str] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """A cluster that is broken or just starting does not count."""
        return self.state == "running"


@dataclass(frozen=True)
class Beforehand:
    """What `lab up` finds, and says first; `ready` where nothing is left to do."""

    ready: bool = False
    sentence: str = ""
    lines: tuple[str, ...] = ()
    notice: str = ""
