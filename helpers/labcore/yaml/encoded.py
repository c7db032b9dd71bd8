"""Files of text in whatever way they were saved: UTF-8, UTF-16 (PowerShell) or CP949 (Korean Windows), LF or CRLF."""

import codecs
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from labcore.errors import BadManifest
from labcore.language.messages import phrase

LARGEST = 32 << 20  # bytes
_MARKS = (  # the longer ones first: UTF-32's begins as UTF-16's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WITHOUT = ("utf-8", "cp949")


@dataclass(frozen=True)
class Written:
    """A file's text with plain line ends, and how it was written."""

    data: bytes
    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def as_bytes(self, text: str) -> bytes:
        """Another text in the same way; lines that stay keep their ends, new ones end as most do."""
        ends = self.data[len(self.mark) :].decode(self.encoding)
        return self.mark + _with_ends(ends, self.text, text).encode(self.encoding)


def read(path: Path) -> Written:
    """The text of a regular file; raises BadManifest for what is none, or cannot be read."""
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise BadManifest(
                    phrase("{path} is not a regular file (a pipe, a device, a folder)", path=path), str(path)
                )
            if status.st_size > LARGEST:
                raise BadManifest(
                    phrase("{path} has {size} MB, which no manifest has", path=path, size=status.st_size >> 20),
                    str(path),
                )
            data = file.read()
    except OSError as error:
        why = phrase("{path} cannot be read: {why}", path=path, why=error.strerror)
        raise BadManifest(why, str(path)) from error
    return decoded(data, str(path))


def decoded(data: bytes, where: str) -> Written:
    """Text of a file by its byte order mark, else as UTF-8, else as Korean Windows writes it (cp949). Raises
    BadManifest."""
    mark, encodings = next(((m, (e,)) for m, e in _MARKS if data.startswith(m)), (b"", _unmarked(data)))
    body = data[len(mark) :]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding) == body:
            return Written(data, text.replace("\r\n", "\n"), encoding, mark)
    raise BadManifest(
        phrase("{where} is in an encoding that is none of UTF-8, UTF-16 and CP949; save it as UTF-8", where=where),
        where,
    )


def _unmarked(data: bytes) -> tuple[str, ...]:
    """A manifest begins with a letter of ASCII, so a NUL beside it tells UTF-16."""
    if data[1:2] == b"\0":
        return ("utf-16-le",)
    return ("utf-16-be",) if data[:1] == b"\0" else _WITHOUT


def _with_ends(written: str, before: str, after: str) -> str:
    """`after` with the line ends of `written`, of which `before` is the text with plain ones."""
    if "\r\n" not in written:
        return after
    ends = [line.endswith("\r") for line in written.split("\n")[:-1]]
    most = "\r\n" if 2 * sum(ends) >= len(ends) else "\n"
    if all(ends):
        return after.replace("\n", "\r\n")
    by_line = dict(zip(before.split("\n"), ("\r\n" if end else "\n" for end in ends), strict=False))
    lines = after.split("\n")
    return "".join(line + by_line.get(line, most) for line in lines[:-1]) + lines[-1]
