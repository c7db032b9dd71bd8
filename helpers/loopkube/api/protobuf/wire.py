"""The wire format of protocol buffers: https://protobuf.dev/programming-guides/encoding/."""

import struct
from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


class NotProtobuf(ValueError):
    """The bytes are not an object in protobuf form."""


def pairs(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field numbers and raw values of a message: numbers as int, everything else as bytes."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        wire = tag & 7
        if wire == VARINT:
            value, at = varint(data, at)
            yield tag >> 3, value
            continue
        if wire == BYTES:
            size, at = varint(data, at)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(wire, 0)
        if not size and wire != BYTES:
            raise NotProtobuf(f"wire type {wire} is not known")
        if at + size > len(data):
            raise NotProtobuf("the message ends early")
        yield tag >> 3, data[at : at + size]
        at += size


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where the next field begins."""
    value = 0
    for index in range(_LONGEST_VARINT):
        if at + index >= len(data):
            break
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    raise NotProtobuf("a number ends early")


def signed(value: int | bytes) -> int:
    """int32 and int64: negative ones take all ten bytes."""
    if not isinstance(value, int):
        raise NotProtobuf("bytes where a number should be")
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value


def content(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise NotProtobuf("a number where bytes should be")
    return value


def double(value: int | bytes) -> float:
    data = content(value)
    if len(data) != 8:
        raise NotProtobuf("a float of the wrong size")
    return struct.unpack("<d", data)[0]
