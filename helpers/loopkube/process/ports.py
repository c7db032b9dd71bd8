"""The ports that the cluster takes on 127.0.0.1, and who has one that is taken."""

import contextlib
import json
import os
import pwd
import socket
from collections.abc import Iterator
from pathlib import Path

from loopkube.node.network import outside

SERVE = "loopkube.process.serve"
CLAIMS = "127.18.255.254"
_LISTENING = "0A"


class PortTaken(Exception):
    """A port of 127.0.0.1 is in use. What is not known of its holder is "" or 0.

    `process` and `pid` are the program's; `folder` is that of a local cluster, whose entry holds the port; `user` is
    the person whose process it is.
    """

    def __init__(self, port: int, process: str = "", pid: int = 0, folder: str = "", user: str = "") -> None:
        self.port, self.process, self.pid, self.folder, self.user = port, process, pid, folder, user
        who = f" by {process} (process {pid})" if pid else ""
        super().__init__(f"port {port} of 127.0.0.1 is in use{who}")


class PortForbidden(Exception):
    """A port of 127.0.0.1 that this user may not listen on."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} of 127.0.0.1 is for root only")


def claim_ports(*ports: int) -> None:
    """Raise PortTaken or PortForbidden for the first port that cannot be listened on (0 means: any free one)."""
    for port in ports:
        with outside.stream() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError as error:
                raise PortForbidden(port) from error
            except OSError as error:
                raise taken(port) from error


def claim_entry(*ports: int) -> list[socket.socket]:
    """Keep the clusters that start at the same time off each other's entry: the claims, held until they are closed.

    A cluster listens only when its node starts, so each binds the same port of an address that nothing else uses
    first. Raises PortTaken and PortForbidden.
    """
    with contextlib.ExitStack() as stack:
        claims = [stack.enter_context(outside.stream()) for _ in ports]
        for claim, port in zip(claims, ports, strict=True):
            try:
                claim.bind((CLAIMS, port))
            except PermissionError as error:
                raise PortForbidden(port) from error
            except OSError as error:
                raise taken(port) from error
        claim_ports(*ports)
        stack.pop_all()
        return claims


def taken(port: int) -> PortTaken:
    """Who has it, as far as the system tells: a cluster of this or another person, or a program."""
    for pid, folder, ports in clusters():
        if port in ports and pid != os.getpid():
            return PortTaken(port, "", pid, folder, _user(pid))
    process, pid = owner(port)
    return PortTaken(port, process, pid, "", _user(pid) if pid else _user_of_socket(port))


def clusters() -> Iterator[tuple[int, str, tuple[int, int]]]:
    """(process, folder, ports of the entry) of each local cluster of this machine."""
    import psutil

    for process in psutil.process_iter(["cmdline"]):
        argv = process.info["cmdline"] or []
        if SERVE not in argv or len(argv) < argv.index(SERVE) + 4:
            continue
        folder, _, settings = argv[argv.index(SERVE) + 1 : argv.index(SERVE) + 4]
        with contextlib.suppress(ValueError, KeyError, TypeError):
            known = json.loads(settings)
            yield process.pid, folder, (known["http_port"], known["https_port"])


def owner(port: int) -> tuple[str, int]:
    """(program, pid) that listens on a TCP port, or ("", 0) where the system does not tell."""
    import psutil

    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return "", 0
    for connection in connections:
        if (
            connection.status == psutil.CONN_LISTEN
            and connection.laddr
            and connection.laddr.port == port
            and connection.pid
        ):
            try:
                return psutil.Process(connection.pid).name(), connection.pid
            except psutil.NoSuchProcess:
                break
    return "", 0


def _user(pid: int) -> str:
    import psutil

    try:
        return psutil.Process(pid).username()
    except (psutil.Error, KeyError):
        return ""


def _user_of_socket(port: int) -> str:
    """Linux tells whose socket it is, though not which process', to everybody."""
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with contextlib.suppress(OSError, ValueError, KeyError):
            for line in table.read_text().splitlines()[1:]:
                columns = line.split()
                if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                    return pwd.getpwuid(int(columns[7])).pw_name
    return ""
