"""Who listens on the wildcard address: found in /proc, for the Pods that do it all the same (Linux only)."""

import contextlib
from pathlib import Path

_LISTEN = "0A"
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


def wildcard_ports(pid: int) -> list[int]:
    """The ports on which a process or one of its children listens on every address of this machine."""
    candidates = _wildcard_sockets()
    if not candidates:
        return []
    return sorted({candidates[inode] for process in _family(pid) for inode in _sockets(process) & candidates.keys()})


def _wildcard_sockets() -> dict[str, int]:
    """{inode: port} of every socket that listens on the wildcard."""
    port_of = {}
    for table in _TABLES:
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            address, _, port = fields[1].rpartition(":")
            if fields[3] == _LISTEN and not address.strip("0"):
                port_of[fields[9]] = int(port, 16)
    return port_of


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    family = [pid]
    for member in family:
        with contextlib.suppress(OSError):
            family += [int(child) for child in Path(f"/proc/{member}/task/{member}/children").read_text().split()]
    return family


def _sockets(pid: int) -> set[str]:
    """Inodes of the sockets that a process has open."""
    inodes = set()
    with contextlib.suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                target = str(descriptor.readlink())
                if target.startswith("socket:["):
                    inodes.add(target[8:-1])
    return inodes
