"""The wire format of protocol buffers, refused in the words of Go's decoder.

https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, GROUP_END, FIXED32 = 0, 1, 2, 4, 5
_SIZES = {FIXED64: 8, FIXED32: 4}
_LONGEST_VARINT = 10
_SIGN, _ALL = 1 << 63, (1 << 64) - 1


class NotProtobuf(ValueError):
    """The bytes are not the message that they should be; `kind` and `version` are known once the envelope was read."""

    kind = version = ""


def parts(data: bytes, message: str) -> Iterator[tuple[int, int, int | bytes]]:
    """(field number, wire type, value) in the order sent; values are numbers (VARINT) or bytes (all others)."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == GROUP_END:
            raise NotProtobuf(f"proto: {message}: wiretype end group for non-group")
        if not 0 < number < 1 << 31:
            raise NotProtobuf(f"proto: {message}: illegal tag {number} (wire type {tag})")
        if wire == VARINT:
            value, at = varint(data, at)
            yield number, wire, value
            continue
        size, at = _size(data, at, wire)
        if at + size > len(data):
            raise NotProtobuf("unexpected EOF")
        yield number, wire, data[at : at + size]
        at += size


def _size(data: bytes, at: int, wire: int) -> tuple[int, int]:
    """How many bytes the value takes, and where it begins."""
    if wire == BYTES:
        size, at = varint(data, at)
        if size & _SIGN:
            raise NotProtobuf("proto: negative length found during unmarshaling")
        return size, at
    if wire not in _SIZES:
        raise NotProtobuf(f"proto: illegal wireType {wire}")
    return _SIZES[wire], at


def varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, as 64 bits without sign, and where it ends."""
    value = 0
    for index in range(_LONGEST_VARINT):
        if at + index >= len(data):
            raise NotProtobuf("unexpected EOF")
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & _ALL, at + index + 1
    raise NotProtobuf("proto: integer overflow")


def packed(data: bytes) -> Iterator[int]:
    """The numbers of a repeated field that was sent as one value."""
    at = 0
    while at < len(data):
        value, at = varint(data, at)
        yield value
