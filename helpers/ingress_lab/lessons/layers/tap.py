"""Frames as they pass the network interfaces of this machine. Linux, with root or CAP_NET_RAW."""

import ipaddress
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ingress_lab.lessons.layers import port_filter

_ALL_PROTOCOLS = 0x0003
_OUTGOING = 4  # PACKET_OUTGOING: on the loopback interface each frame is seen once more as it leaves
_WITH_ETHERNET_HEADER = (1, 772)  # ARPHRD_ETHER, ARPHRD_LOOPBACK


@dataclass(frozen=True)
class Frame:
    """One frame, from its Ethernet header on, when it was seen (seconds since the epoch), and on which interface."""

    time: float
    data: bytes
    interface: str = ""

    @property
    def tcp(self) -> "Segment | None":
        """The ends and flags of the TCP segment in it; None for any other frame."""
        kind = self.data[12:14]
        if kind == b"\x08\x00" and self.data[23:24] == b"\x06":
            start, ends = 14 + (self.data[14] & 15) * 4, (self.data[26:30], self.data[30:34])
        elif kind == b"\x86\xdd" and self.data[20:21] == b"\x06":
            start, ends = 54, (self.data[22:38], self.data[38:54])
        else:
            return None
        if len(self.data) < start + 14:
            return None
        source, target = struct.unpack("!HH", self.data[start : start + 4])
        addresses = [str(ipaddress.ip_address(end)) for end in ends]
        return Segment((addresses[0], source), (addresses[1], target), self.data[start + 13])


@dataclass(frozen=True)
class Segment:
    """Source and destination (address and port) of a TCP segment, and its flags as a number."""

    source: tuple[str, int]
    target: tuple[str, int]
    flags: int

    @property
    def ends(self) -> bool:
        """FIN: this side sends no more."""
        return bool(self.flags & 0x01)

    @property
    def resets(self) -> bool:
        """RST: the connection is over for both sides at once."""
        return bool(self.flags & 0x04)


def permitted() -> bool:
    """May this process look at frames?"""
    try:
        _open().close()
    except (OSError, AttributeError):  # not permitted; not Linux
        return False
    return True


def _open() -> socket.socket:
    return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ALL_PROTOCOLS))


class Tap:
    """Collects the frames of TCP connections with a port, while it is open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.frames: list[Frame] = []
        self._changed = threading.Condition()
        self._open = True
        self._socket = _open()
        port_filter.attach(self._socket, port)
        self._socket.settimeout(0.1)
        self._thread = threading.Thread(target=self._collect, daemon=True)

    def __enter__(self) -> "Tap":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()

    def wait(self, enough: Callable[[list[Frame]], bool], timeout: float) -> bool:
        """Wait until the frames so far are `enough`; False when they are not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: enough(self.frames), timeout)

    def _collect(self) -> None:
        while self._open:
            try:
                data, (name, _, kind, hardware, *_) = self._socket.recvfrom(65_700)
            except TimeoutError:
                continue
            if hardware not in _WITH_ETHERNET_HEADER or (name == "lo" and kind == _OUTGOING):
                continue
            frame = Frame(time.time(), data, name)
            segment = frame.tcp
            if segment is None or self._port not in (segment.source[1], segment.target[1]):
                continue
            with self._changed:
                self.frames.append(frame)
                self._changed.notify_all()
