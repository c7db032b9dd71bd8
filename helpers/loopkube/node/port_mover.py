"""Leads programs that are not Python to moved ports (`low_ports.py`), where this user may not have ports below 1024.

The kernel asks this process at each `connect` and `bind` of a container's program (seccomp user notification, see
seccomp_unotify(2)). A thread looks at the address in the program's memory, moves its port there, and has the kernel go
on. It needs no privilege: whoever may debug a program may do it, and with Yama's usual setting (ptrace_scope 1) that
is an ancestor, as the node agent is of every container. The call stays the program's own, so that one that is
interrupted or that waits is as ever. Where the kernel refuses any of it, the call goes on as it is.

Nobody is left waiting: containers die with this process, and a call without a listener ends at once (ENOSYS).
"""

import contextlib
import fcntl
import functools
import logging
import os
import platform
import re
import select
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from loopkube.node import runner
from loopkube.node.l4 import low_ports

log = logging.getLogger(__name__)
_FIRST_KERNEL = (5, 9)
"""From here on a call may go on after the question, and it is told when the last program with a filter has ended."""
_RECEIVE, _SEND, _IS_VALID = 0xC0502100, 0xC0182101, 0x40082102  # linux/seccomp.h
_NOTICE, _ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_CONTINUE = 1
_TRIAL_HOST, _TRIAL_PORT, _TRIAL_SECONDS = "127.18.255.254", 9, 2.0
_ALLOW, _ASK = 0x7FFF0000, 0x7FC00000
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # where struct seccomp_data has them
_SHAPES: dict[int, struct.Struct] = {
    socket.AF_INET: struct.Struct("!2xH4s"),
    socket.AF_INET6: struct.Struct("!2xH4x16s"),
}
_LONGEST = max(shape.size for shape in _SHAPES.values())


@dataclass(frozen=True)
class System:
    """Numbers of linux/audit.h and of the system calls on one kind of processor."""

    architecture: int
    seccomp: int
    asked: tuple[int, ...]

    @property
    def program(self) -> bytes:
        """The filter: `connect` and `bind` are asked about, all else goes on."""
        steps = [(_LOAD, 0, 0, _ARCHITECTURE), (_IF_EQUAL, 0, len(self.asked) + 1, self.architecture)]
        steps += [(_LOAD, 0, 0, _NUMBER)]
        steps += [(_IF_EQUAL, len(self.asked) - index, 0, call) for index, call in enumerate(self.asked)]
        steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ASK)]
        return b"".join(struct.pack("=HBBI", *step) for step in steps)


_SYSTEMS = {"x86_64": System(0xC000003E, 317, (42, 49)), "aarch64": System(0xC00000B7, 277, (203, 200))}


class PortMover(threading.Thread):
    """`channel` gives what a program needs to be asked about."""

    def __init__(self, lowest: int) -> None:
        super().__init__(name="port mover", daemon=True)
        self._lowest = lowest
        self._poll = select.epoll()
        self._channels: dict[int, socket.socket] = {}

    def channel(self) -> socket.socket:
        """A socket for one new process, which sends its listener through it (runner.py), or closes it."""
        ours, theirs = socket.socketpair()
        self._channels[ours.fileno()] = ours
        self._poll.register(ours.fileno(), select.EPOLLIN)
        return theirs

    def run(self) -> None:
        """Answers the kernel, which holds a system call for each question; an error in one must not hold the others."""
        while True:
            for number, event in self._poll.poll():
                try:
                    self._on_event(number, event)
                except Exception:
                    log.exception("a question of a program was not answered")

    def _on_event(self, number: int, event: int) -> None:
        channel = self._channels.pop(number, None)
        if channel:
            self._poll.unregister(number)
            with channel:
                for listener in socket.recv_fds(channel, 1, 1, socket.MSG_CMSG_CLOEXEC)[1]:
                    self._poll.register(listener, select.EPOLLIN)
        elif event & select.EPOLLIN:
            self._answer(number)
        else:  # the last program with this filter has ended
            self._poll.unregister(number)
            os.close(number)

    def _answer(self, listener: int) -> None:
        notice = bytearray(_NOTICE.size)
        with contextlib.suppress(OSError):  # whoever asked has been killed meanwhile
            fcntl.ioctl(listener, _RECEIVE, notice)
            identity, thread, _, _, _, _, _, pointer, length, *_ = _NOTICE.unpack(notice)
            try:
                self._look(listener, identity, thread, pointer, length & 0xFFFF)
            finally:
                fcntl.ioctl(listener, _SEND, _ANSWER.pack(identity, 0, 0, _CONTINUE))

    def _look(self, listener: int, identity: int, thread: int, pointer: int, length: int) -> None:
        """Move the port of the address at `pointer` of a program's memory."""
        with contextlib.suppress(OSError, OverflowError):
            memory = os.open(f"/proc/{thread}/mem", os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.ioctl(listener, _IS_VALID, struct.pack("=Q", identity))  # it is still that program's number
                port = moved_port(os.pread(memory, min(length, _LONGEST), pointer), self._lowest)
                if port:
                    os.pwrite(memory, struct.pack("!H", port), pointer + 2)
            finally:
                os.close(memory)


def moved_port(address: bytes, lowest: int) -> int:
    """The port to which a sockaddr is to be led, or 0 to leave it."""
    family = int.from_bytes(address[:2], "little")
    shape = _SHAPES.get(family)
    if shape is None or len(address) < shape.size:
        return 0
    port, host = shape.unpack(address[: shape.size])
    moved = low_ports.moved(socket.inet_ntop(family, host), port, lowest)[1]
    return moved if moved != port else 0


def system() -> System | None:
    """This one's numbers, or None where programs cannot be asked about."""
    match = re.match(r"(\d+)\.(\d+)", platform.release())
    kernel = (int(match[1]), int(match[2])) if match else (0, 0)
    return _SYSTEMS.get(platform.machine()) if platform.system() == "Linux" and kernel >= _FIRST_KERNEL else None


@functools.cache
def mover() -> PortMover | None:
    """The one of this process; None where ports are not moved, or the kernel cannot ask."""
    if not low_ports.lowest() or system() is None:
        return None
    made = PortMover(low_ports.lowest())
    made.start()
    return made


@functools.cache
def trial() -> bool:
    """Whether a program is really led to a moved port: kernel, Yama and sandboxes have a say in it."""
    if system() is None:
        return False
    asking = PortMover(_TRIAL_PORT + 1)
    asking.start()
    dial = f"import socket; socket.create_connection(('{_TRIAL_HOST}', {_TRIAL_PORT}), 1)"
    command = [sys.executable, "python", "-I", "-S", "-c", dial]
    try:
        with socket.create_server(low_ports.moved(_TRIAL_HOST, _TRIAL_PORT, _TRIAL_PORT + 1)), asking.channel() as end:
            running = [sys.executable, "-I", "-S", runner.__file__, str(os.getpid()), "-", "0", "", _told(end), "", ""]
            done = subprocess.run(
                [*running, *command], pass_fds=[end.fileno()], stderr=subprocess.DEVNULL, timeout=_TRIAL_SECONDS
            )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


@contextlib.contextmanager
def asked_about(program: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """(what runner.py is told, descriptors to pass on) to have a program asked about; nothing for Python's own."""
    asking = mover()
    if asking is None or os.path.realpath(program) == os.path.realpath(sys.executable):
        yield "", ()
        return
    with asking.channel() as channel:
        yield _told(channel), (channel.fileno(),)


def _told(channel: socket.socket) -> str:
    """What runner.py needs to know."""
    numbers = system()
    return f"{channel.fileno()}:{numbers.seccomp}:{numbers.program.hex()}" if numbers else ""
