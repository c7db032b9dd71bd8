"""SPDY/3.1 frames, as far as port-forwarding uses them.

https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/. Windows are not kept: the Go library on the
other side (moby/spdystream) neither keeps nor sends them.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY, DATA = 1, 2, 3, 6, 7, 0
FIN = 0x01
INTERNAL_ERROR = 6
LARGEST_FRAME = 1 << 20
_VERSION = 3
_HEAD = 8

_NAMES = """options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age
allow authorization cache-control connection content-base content-encoding content-language content-length
content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since
if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate
proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning
www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive origin"""
_TAIL = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
    "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
    "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)


def _dictionary() -> bytes:
    """The words that both sides know before the first header (section 2.6.10.1)."""
    words = [word.replace("_", " ").encode() for word in _NAMES.split()]
    return b"".join(struct.pack(">I", len(word)) + word for word in words) + _TAIL.encode()


DICTIONARY = _dictionary()


class BadFrame(ValueError):
    """The other side does not speak SPDY/3.1."""


@dataclass(frozen=True)
class Frame:
    """`stream` is 0 for frames about the connection; `data` is a data frame's content or a control frame's rest."""

    type: int
    stream: int
    flags: int = 0
    data: bytes = b""


class Reader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now; the rest waits for the next bytes."""
        self._rest += data
        while len(self._rest) >= _HEAD:
            first, second = struct.unpack(">II", self._rest[:_HEAD])
            flags, size = second >> 24, second & 0xFFFFFF
            if size > LARGEST_FRAME:
                raise BadFrame(f"a frame of {size} bytes")
            if len(self._rest) < _HEAD + size:
                return
            body, self._rest = self._rest[_HEAD : _HEAD + size], self._rest[_HEAD + size :]
            yield _frame(first, flags, body)


def _frame(first: int, flags: int, body: bytes) -> Frame:
    if not first >> 31:
        return Frame(DATA, first, flags, body)
    if (first >> 16) & 0x7FFF != _VERSION:
        raise BadFrame(f"version {(first >> 16) & 0x7FFF}")
    if len(body) < 4:
        raise BadFrame("a control frame without content")
    type = first & 0xFFFF
    if type == PING:
        return Frame(type, 0, flags, body)
    return Frame(type, struct.unpack(">I", body[:4])[0] & 0x7FFFFFFF, flags, body[4:])


def data_frame(stream: int, data: bytes, flags: int = 0) -> bytes:
    """A piece of a stream's data (SPDY/3.1, section 2.2.2)."""
    return struct.pack(">II", stream, flags << 24 | len(data)) + data


def control_frame(type: int, body: bytes, flags: int = 0) -> bytes:
    """A control frame with its head (SPDY/3.1, section 2.2.1)."""
    return struct.pack(">II", 1 << 31 | _VERSION << 16 | type, flags << 24 | len(body)) + body


class Headers:
    """Reads and writes header blocks; the compression goes on over all blocks of a connection."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zdict=DICTIONARY)
        self._deflate = zlib.compressobj(zdict=DICTIONARY)

    def read(self, frame: Frame) -> dict[str, str]:
        """The headers of a SYN_STREAM."""
        try:
            block = self._inflate.decompress(frame.data[6:], LARGEST_FRAME)
            count, at, headers = struct.unpack(">I", block[:4])[0], 4, {}
            for _ in range(count):
                name, at = _text(block, at)
                headers[name.lower()], at = _text(block, at)
        except (zlib.error, struct.error, UnicodeDecodeError) as error:
            raise BadFrame(f"headers: {error}") from None
        return headers

    def write(self, headers: dict[str, str]) -> bytes:
        """A header block."""
        texts = [text.encode() for pair in headers.items() for text in pair]
        block = struct.pack(">I", len(headers)) + b"".join(struct.pack(">I", len(text)) + text for text in texts)
        return self._deflate.compress(block) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


def _text(block: bytes, at: int) -> tuple[str, int]:
    size = struct.unpack(">I", block[at : at + 4])[0]
    end = at + 4 + size
    if end > len(block):
        raise BadFrame("headers end early")
    return block[at + 4 : end].decode(), end


def reply(stream: int, headers: bytes) -> bytes:
    """SYN_REPLY: the stream is accepted. `headers` are compressed already, in the order of the frames."""
    return control_frame(SYN_REPLY, struct.pack(">I", stream) + headers)


def reset(stream: int, status: int = INTERNAL_ERROR) -> bytes:
    """RST_STREAM: the stream ends for a reason (SPDY/3.1, section 2.6.3)."""
    return control_frame(RST_STREAM, struct.pack(">II", stream, status))
