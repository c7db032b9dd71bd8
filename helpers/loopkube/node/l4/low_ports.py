"""Ports below 1024 for a user who may not listen on them: where an address of the cluster is listened on instead.

On a stock Linux they are root's (net.ipv4.ip_unprivileged_port_start). An address of the cluster is nobody else's, so
its port is moved up there, above the ports that the system gives out by itself, and whoever connects to such an
address moves it, too. Where every port may be had nothing is moved. Port numbers that people see are never the moved
ones. The Python of Pods has a copy of this file (node/python_image.py): it imports nothing of loopkube.
"""

import functools
import os

VARIABLE = "LOOPKUBE_LOWEST_PORT"
"""Tells the processes of a cluster what its first one has found: all must move the same ports."""
OWN = ("127.18.", *(f"127.{number}." for number in range(96, 111)), "127.244.")
"""How the addresses of nodes, Services and Pods begin (`addresses.py`)."""
UP = 64000
_MAPPED = "::ffff:"  # an IPv4 address as an IPv6 socket writes it
_START = "/proc/sys/net/ipv4/ip_unprivileged_port_start"


def moved(host: str, port: int, lowest: int) -> tuple[str, int]:
    """Where (host, port) is listened on, when ports from `lowest` on may be had."""
    return (host, port + _up(lowest)) if 0 < port < lowest and _is_own(host) else (host, port)


def named(host: str, port: int, lowest: int) -> tuple[str, int]:
    """The address that people know, for one that is listened on: the way back of `moved`."""
    return (host, port - _up(lowest)) if 0 < port - _up(lowest) < lowest and _is_own(host) else (host, port)


def here(host: str, port: int) -> tuple[str, int]:
    """`moved`, for this process's cluster."""
    return moved(host, port, lowest())


@functools.cache
def lowest() -> int:
    """The lowest port that the programs of this process's cluster may listen on; 0 when they may have every port."""
    given = os.environ.get(VARIABLE, "")
    return int(given) if given.isdigit() else _tried()


def _tried() -> int:
    """Asks the system by trying: whoever has the right to low ports need not be root, and root may lack it."""
    import socket

    try:
        with open(_START) as file:  # noqa: PTH123 - pathlib is slow to import
            start = int(file.read())
    except (OSError, ValueError):
        start = 1024
    with socket.socket() as trial:
        try:
            trial.bind(("127.0.0.1", start - 1))
        except PermissionError:
            return start
        except (OSError, OverflowError):  # taken, which says that it may be had; or there is none below
            pass
    return 0


def _is_own(host: str) -> bool:
    return type(host) is str and host.removeprefix(_MAPPED).startswith(OWN)


def _up(lowest: int) -> int:
    return min(UP, 65536 - lowest)
