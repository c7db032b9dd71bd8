"""scapy's side: frames and recordings as packets, and capture files. Imported only when a capture is looked at."""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from labcore.errors import BadArgument
from labcore.language.messages import phrase
from labcore.machine import paths
from loopkube.cluster import private

from ingress_lab.lessons.layers.recorder import Address, Piece, Recording
from ingress_lab.lessons.layers.tap import Frame

_LARGEST = 65_483  # bytes of data in one segment, as on the loopback interface


@contextlib.contextmanager
def _own_cache() -> Iterator[None]:
    """scapy writes caches when it is imported: into the lab's state folder, not into the learner's home."""
    names = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, str(private.folder(paths.state() / "cache"))))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def scapy() -> Any:
    """The parts of scapy that are used here, as one namespace."""
    from types import SimpleNamespace

    with _own_cache():
        from scapy.layers.http import HTTP, HTTPRequest, HTTPResponse
        from scapy.layers.inet import IP, TCP
        from scapy.layers.inet6 import IPv6
        from scapy.layers.l2 import Ether
        from scapy.packet import Raw
        from scapy.utils import PcapReader, PcapWriter
    _by_its_bytes_alone(TCP)
    return SimpleNamespace(
        Ether=Ether, IP=IP, IPv6=IPv6, TCP=TCP, Raw=Raw, HTTP=HTTP, HTTPRequest=HTTPRequest, HTTPResponse=HTTPResponse,
        PcapReader=PcapReader, PcapWriter=PcapWriter,
    )  # fmt: skip


def tls() -> Any:
    """scapy's TLS records and handshakes; they take as long to load as all the rest."""
    scapy()
    with _own_cache():
        from scapy.layers.tls import all as found
    _by_its_bytes_alone(scapy().TCP)
    return found


def _by_its_bytes_alone(tcp: Any) -> None:
    """scapy takes what goes to port 80, 443 or 8080 for HTTP or TLS; here the same request reads the same on any port,
    and `dissecting` looks at what it holds."""
    tcp.payload_guess = []


def of_frames(frames: Iterable[Frame], client: Address, server: Address, named: int) -> list[Any]:
    """The packets of one connection; `named` is the port of the server that people know.

    On its way into a container a frame passes several interfaces, a bridge and a cable: what each side sends is taken
    where it was seen first.
    """
    packets = []
    where: dict[Address, str] = {}
    for frame in frames:
        segment = frame.tcp
        if not segment or {segment.source, segment.target} != {client, server}:
            continue
        if where.setdefault(segment.source, frame.interface) == frame.interface:
            packet = scapy().Ether(frame.data)
            packet.time = frame.time
            _name_port(packet, server, named)
            packets.append(packet)
    return packets


def _name_port(packet: Any, server: Address, named: int) -> None:
    if named != server[1]:
        tcp = packet[scapy().TCP]
        setattr(tcp, "dport" if ends(packet)[1] == server else "sport", named)


def ends(packet: Any) -> tuple[Address, Address]:
    """Source and destination: address and TCP port."""
    s = scapy()
    net = packet[s.IP] if s.IP in packet else packet[s.IPv6]
    return (net.src, packet[s.TCP].sport), (net.dst, packet[s.TCP].dport)


def of_recording(recording: Recording) -> list[Any]:
    """Packets that carry what was recorded, with the headers that TCP, IP and Ethernet would have written."""
    return list(_Dialogue(recording).packets())


class _Dialogue:
    """Counts bytes in both directions, as TCP does; from 0, as Wireshark shows it."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._next = {True: 0, False: 0}

    def packets(self) -> Iterator[Any]:
        pieces = self._recording.pieces
        start = pieces[0].time if pieces else 0.0
        yield self._packet(True, "S", start)
        yield self._packet(False, "SA", start)
        yield self._packet(True, "A", start)
        for piece in pieces:
            yield from self._data(piece) if piece.data else self._end(piece)

    def _data(self, piece: Piece) -> Iterator[Any]:
        for offset in range(0, len(piece.data), _LARGEST):
            yield self._packet(piece.from_client, "PA", piece.time, piece.data[offset : offset + _LARGEST])
        yield self._packet(not piece.from_client, "A", piece.time)

    def _end(self, piece: Piece) -> Iterator[Any]:
        yield self._packet(piece.from_client, "FA", piece.time)
        yield self._packet(not piece.from_client, "A", piece.time)

    def _packet(self, from_client: bool, flags: str, time: float, data: bytes = b"") -> Any:
        s = scapy()
        source, target = self._recording.client, self._recording.server
        if not from_client:
            source, target = target, source
        net = s.IPv6 if ":" in source[0] else s.IP
        mac = "00:00:00:00:00:00"
        tcp = s.TCP(
            sport=source[1], dport=target[1], flags=flags, seq=self._next[from_client],
            ack=self._next[not from_client] if "A" in flags else 0,
        )  # fmt: skip
        made = s.Ether(src=mac, dst=mac) / net(src=source[0], dst=target[0]) / tcp
        self._next[from_client] += len(data) + ("S" in flags) + ("F" in flags)
        packet = s.Ether(bytes(made / s.Raw(data)) if data else bytes(made))
        packet.time = time
        return packet


def write(packets: Iterable[Any], file: Path) -> None:
    """A capture file, readable by its owner only: it holds what was sent."""
    if not file.parent.is_dir():
        private.folder(file.parent)
    file.touch(mode=0o600)
    file.chmod(0o600)
    with scapy().PcapWriter(str(file), linktype=1) as writer:
        for packet in packets:
            writer.write(packet)


def read(file: Path) -> list[Any]:
    """The packets of a capture file."""
    if not file.is_file():
        raise BadArgument(phrase("there is no capture file {file}", file=file))
    try:
        with scapy().PcapReader(str(file)) as reader:
            return list(reader)
    except Exception as error:  # scapy raises Scapy_Exception, struct.error and others on a file that is not a capture
        raise BadArgument(phrase("{file} is not a capture file: {error}", file=file, error=error)) from error
