"""In which network a socket or a process is made, where the cluster and its Pods have networks of their own.

Each Pod's is named in a folder by the Pod's address: a link to the descriptor by which the cluster's process holds it.
Where the cluster has no network of its own, all is made in this machine's.
"""

import contextlib
import functools
import os
import socket
from collections.abc import Iterator

from loopkube.node.isolation import kernel

VARIABLE = "LOOPKUBE_NETWORK"
"""Tells the processes of a cluster the folder; it is empty where there is no network of the cluster's own."""


def own() -> bool:
    """Whether this process is in a network of the cluster's own."""
    return bool(_folder())


@contextlib.contextmanager
def within(address: str) -> Iterator[None]:
    """What is made meanwhile is in the network of the Pod with this address, where it has one."""
    number = _network_of(address)
    if number < 0:
        yield
        return
    home = _home()
    try:
        kernel.join(number, kernel.NEW_NETWORK)
    finally:
        os.close(number)
    try:
        yield
    finally:
        kernel.join(home, kernel.NEW_NETWORK)


def stream(address: str) -> socket.socket:
    """A TCP socket that may be bound to this address. Raises OSError."""
    with within(address):
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def datagrams(address: str) -> socket.socket:
    """As `stream`, for UDP."""
    with within(address):
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _network_of(address: str) -> int:
    folder = _folder()
    if not folder or not address or address.startswith("127."):
        return -1
    try:
        return os.open(f"{folder}/{address}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # a node's address, or a Pod's that has just gone
        return -1


@functools.cache
def _folder() -> str:
    return os.environ.get(VARIABLE, "")


@functools.cache
def _home() -> int:
    """The network that this process is in while it is not within another one."""
    return os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
