"""Sockets of this machine's network, for a process that has entered another one.

A socket stays in the network that it was made in. So a small process stays outside, and makes one whenever it is asked;
what is done with it, and with whose rights, is the asking process's business.
"""

import contextlib
import socket
import subprocess
import sys

_asked: socket.socket | None = None


def stay() -> None:
    """Start the process that stays outside. It ends with this one."""
    global _asked
    _asked, theirs = socket.socketpair()
    with theirs:
        command = [sys.executable, "-I", "-S", __file__]
        subprocess.Popen(command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, start_new_session=True, cwd="/")


def stream() -> socket.socket:
    """A new TCP socket of this machine's network. Raises OSError."""
    if _asked is None:
        return socket.socket()
    numbers: list[int] = []
    with contextlib.suppress(ConnectionError):
        _asked.sendall(b"?")
        numbers = socket.recv_fds(_asked, 1, 1)[1]
    if not numbers:
        raise OSError("the process that makes sockets of this machine's network has ended: stop and start the cluster")
    return socket.socket(fileno=numbers[0])


def main() -> None:
    """Makes sockets until nobody can ask any more."""
    with socket.socket(fileno=0) as asking:
        while asking.recv(1):
            with socket.socket() as made:
                socket.send_fds(asking, [b"!"], [made.fileno()])


if __name__ == "__main__":
    main()
