"""The cluster's own network: a namespace that its process enters at its start, with all that it starts later.

In it are the addresses of nodes and Services; a bridge for each node leads to the Pods. What this machine shall reach,
the entry and the API, is listened on from outside (outside.py).
"""

import fcntl
import functools
import importlib.util
import os
import socket
import struct
import sys
from pathlib import Path

from loopkube.node.isolation import kernel
from loopkube.node.network import outside, sockets
from loopkube.shared import addresses

_SETTINGS = {"ipv4/ip_unprivileged_port_start": "0", "ipv4/ip_forward": "1"}
"""Every port is a Pod's or a node's to have, and the node leads from one bridge to another."""
_ADD_BRIDGE, _GET_FLAGS, _SET_FLAGS, _UP = 0x89A0, 0x8913, 0x8914, 1  # linux/sockios.h, net/if.h
_REQUEST = struct.Struct("16sh22x")  # struct ifreq


@functools.cache
def refusal() -> str:
    """Why there can be no such network here; `` where there can. A child tries: a process cannot leave it again."""
    if sys.platform != "linux":
        return "only Linux has namespaces"
    if not importlib.util.find_spec("pyroute2"):
        return "the package pyroute2 is not installed"
    read, write = os.pipe()
    child = os.fork()
    if not child:
        _try(write)
    os.close(write)
    with os.fdopen(read) as words:
        why = words.read()
    os.waitpid(child, 0)
    return why


def _try(words: int) -> None:
    """Does what `enter` does, and makes a bridge, as nothing works without one. Never returns."""
    try:
        _enter()
        with socket.socket() as sock:
            fcntl.ioctl(sock, _ADD_BRIDGE, b"trial\0")
    except OSError as error:
        os.write(words, str(error).encode())
    finally:
        os._exit(0)


def enter(folder: Path) -> None:
    """From here on this process is in it. It has one thread still, or the kernel refuses.

    `folder` is where the networks of Pods are named (sockets.py).
    """
    outside.stay()  # before it is left
    _enter()
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.iterdir():  # by one that was killed
        left.unlink()
    os.environ[sockets.VARIABLE] = str(folder)  # for all that this process starts
    addresses.in_own_network()


def _enter() -> None:
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(kernel.NEW_NETWORK | (kernel.NEW_USER if user else 0))
    if user:
        kernel.keep_numbers(user, group)
        # it may do in this network what root may, and so may the L4 proxy
        kernel.pass_on_capabilities()
    for name, value in _SETTINGS.items():
        Path("/proc/sys/net", name).write_text(value)
    with socket.socket() as sock:
        flags = _REQUEST.unpack(fcntl.ioctl(sock, _GET_FLAGS, _REQUEST.pack(b"lo", 0)))[1]
        fcntl.ioctl(sock, _SET_FLAGS, _REQUEST.pack(b"lo", flags | _UP))
