"""The lab's names in /etc/hosts, for a browser or a plain curl: one marked block, asked for, with a backup.

No notebook needs it: `lab.probe` sends each name to the lab's entry by itself.
"""

import re
import shlex
import shutil
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from labcore.errors import BadArgument, LabError
from labcore.language.messages import phrase
from labcore.machine import paths

PATH = Path("/etc/hosts")
BEGIN, END = "# BEGIN ingress-lab (lab hosts remove)", "# END ingress-lab"
_BLOCK = re.compile(rf"(?:^|(?<=\n)){re.escape(BEGIN)}\r?\n(?P<lines>.*?){re.escape(END)}(?:\r?\n)?", re.DOTALL)
_NAME = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)(?:\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*")
_MACHINES_OWN = {"localhost", "ip6-localhost", "ip6-loopback", "localhost.localdomain", "broadcasthost"}
_HOST = re.compile(r"^\s*(?:- )?host: ([a-z0-9.-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Line:
    """`{address} {name1 name2 ...}`."""

    address: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.address} {' '.join(self.names)}"


@dataclass(frozen=True)
class Change:
    """What a file would become; nothing is written until `Hosts.write`."""

    before: str
    after: str

    @property
    def lines(self) -> list[str]:
        """The difference, as diff prints it."""
        import difflib

        changed = difflib.unified_diff(self.before.splitlines(), self.after.splitlines(), lineterm="", n=0)
        return [line for line in changed if not line.startswith(("---", "+++", "@@"))]


class Hosts:
    """A hosts file. Lines outside the lab's block stay byte for byte as they are."""

    def __init__(self, path: Path = PATH) -> None:
        self.path = path

    @property
    def backup(self) -> Path:
        """Where the file is copied to before the first change."""
        return self.path.with_name(f"{self.path.name}.before-ingress-lab")

    def text(self) -> str:
        """The file as it is; bytes that are not UTF-8 are kept, as somebody else may have written them."""
        try:
            with self.path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def block(self) -> list[Line]:
        """The lines of the lab's block."""
        match = _BLOCK.search(self.text())
        return parse(match["lines"]) if match else []

    def others(self) -> list[Line]:
        """The lines of everybody else."""
        return parse(_BLOCK.sub("", self.text()))

    def added(self, names: Iterable[str], address: str = "127.0.0.1") -> Change:
        """With these names in the block, at this address."""
        entries = {**self._names(), **dict.fromkeys(map(_checked, names), _address(address))}
        return self._with(entries)

    def removed(self, names: Iterable[str] = ()) -> Change:
        """Without these names in the block, or without the block."""
        there, gone = self._names(), list(names)
        unknown = [name for name in gone if name not in there]
        if unknown:
            raise BadArgument(
                phrase(
                    "{unknown} is not in the lab's block of {path}; lab hosts show",
                    unknown=", ".join(unknown),
                    path=self.path,
                )
            )
        return self._with({name: where for name, where in there.items() if gone and name not in gone})

    def write(self, change: Change) -> None:
        """Write in place (in a container the file is a mount that cannot be replaced), after a backup."""
        if change.before != self.text():
            raise LabError(
                phrase("{path} was changed meanwhile by somebody else; look again: lab hosts show", path=self.path)
            )
        try:
            if self.path.exists():
                shutil.copy2(self.path, self.backup)
            with self.path.open(
                "r+" if self.path.exists() else "w", encoding="utf-8", errors="surrogateescape", newline=""
            ) as file:
                file.write(change.after)
                file.truncate()
        except PermissionError as error:
            raise LabError(
                phrase(
                    "{path} may be written by root only. The same again with sudo in front:\n  {command}",
                    path=self.path,
                    command=f"sudo {shlex.join(sys.argv)}",
                )
            ) from error
        except OSError as error:
            raise LabError(
                phrase(
                    "{path} cannot be written: {strerror}; its backup: {backup}",
                    path=self.path,
                    strerror=error.strerror,
                    backup=self.backup,
                )
            ) from error

    def _names(self) -> dict[str, str]:
        return {name: line.address for line in self.block() for name in line.names}

    def _with(self, names: dict[str, str]) -> Change:
        before = self.text()
        rest = _BLOCK.sub("", before)
        if not names:
            return Change(before, rest)
        end = "\r\n" if "\r\n" in rest else "\n"
        gap = "" if not rest or rest.endswith("\n") else end
        lines = "".join(f"{line}{end}" for line in _lines(names))
        return Change(before, f"{rest}{gap}{BEGIN}{end}{lines}{END}{end}")


def parse(text: str) -> list[Line]:
    """The lines that name hosts; comments are left out."""
    rows = [line.partition("#")[0].split() for line in text.splitlines()]
    return [Line(row[0], tuple(row[1:])) for row in rows if len(row) > 1]


def series_names() -> list[str]:
    """The host names of the project's manifests."""
    manifests = paths.project() / "manifests"
    names = {name for path in manifests.rglob("*.yaml") for name in _HOST.findall(path.read_text(encoding="utf-8"))}
    return sorted(names)


def _lines(names: dict[str, str]) -> list[Line]:
    by_address: dict[str, list[str]] = {}
    for name, address in names.items():
        by_address.setdefault(address, []).append(name)
    return [Line(address, tuple(sorted(hosts))) for address, hosts in sorted(by_address.items())]


def _checked(name: str) -> str:
    if name.startswith("*."):
        raise BadArgument(
            phrase(
                '"{name}": /etc/hosts knows no wildcards; name the hosts you need, such as a.{below}',
                name=name,
                below=name[2:],
            )
        )
    if name.lower().rstrip(".") in _MACHINES_OWN | {socket.gethostname().lower()}:
        raise BadArgument(phrase('"{name}" is a name of this machine itself; it stays as it is', name=name))
    if not _NAME.fullmatch(name) or len(name) > 253 or name.replace(".", "").isdigit():
        raise BadArgument(phrase('"{name}" is not a host name', name=name))
    return name.lower()


def _address(address: str) -> str:
    try:
        parsed = ip_address(address)
        if getattr(parsed, "scope_id", None):  # of one machine's interface, and free text for Python
            raise ValueError(address)
        return str(parsed)
    except ValueError:
        raise BadArgument(phrase('"{address}" is not an IP address', address=address)) from None
