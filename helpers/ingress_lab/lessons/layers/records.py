"""What the packets of a connection say, thing by thing: TLS records, however TCP has cut them into segments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ingress_lab.lessons.layers.dissecting import CHANGE_CIPHER_SPEC, Facts, is_tls, is_whole, tls_of

_AROUND = 1 << 32  # sequence numbers begin again from 0 here


def said(packets: Iterable[Facts]) -> Iterator[Facts]:
    """One each for a TLS record, where its last byte arrives; anything else packet by packet."""
    sides: dict[tuple, _Side] = {}
    for facts in packets:
        side = sides.setdefault((facts.network["source"], facts.transport["source"]), _Side())
        new = side.new(facts.transport["number"], facts.data)
        side.tls = side.tls or is_tls(new)
        if not facts.is_data or not side.tls:
            yield facts
            continue
        for record in side.records(new):
            yield replace(facts, data=record, http={}, tls=tls_of(record, encrypted=side.encrypted))
            side.encrypted = side.encrypted or record[0] == CHANGE_CIPHER_SPEC


@dataclass
class _Side:
    """What one side has sent so far: up to which byte, the beginning of a record, whether handshakes are encrypted."""

    next: int | None = None
    rest: bytes = b""
    tls: bool = False
    encrypted: bool = False

    def new(self, number: int, data: bytes) -> bytes:
        """The bytes that did not come before; after a gap, a record that began before it is given up."""
        known = 0 if self.next is None else (self.next - number) % _AROUND
        if known > _AROUND // 2:
            known, self.rest = 0, b""
        if len(data) > known:
            self.next = (number + len(data)) % _AROUND
        return data[known:]

    def records(self, data: bytes) -> Iterator[bytes]:
        self.rest += data
        while is_tls(self.rest) and is_whole(self.rest):
            end = 5 + int.from_bytes(self.rest[3:5])
            record, self.rest = self.rest[:end], self.rest[end:]
            yield record
        if len(self.rest) > 5 and not is_tls(self.rest):
            self.rest = b""  # after a gap: the next segment may begin with a record again
