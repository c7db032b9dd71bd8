"""Logs of containers read back, by the options of `kubectl logs`; `follow` waits for what is written next."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from loopkube.node import plain_file
from loopkube.node.logs import LIMIT, ContainerLog, older
from loopkube.shared.clock import Clock
from loopkube.shared.links import LogOptions

LONGEST_AGE = 10**9
"""Seconds; nothing here is older."""


async def read(path: Path, options: LogOptions, clock: Clock, live: ContainerLog | None = None) -> AsyncIterator[bytes]:
    """The log in pieces, by the options of `GET pods/NAME/log`; `live` is the log being written, for follow."""
    since = _since(options, clock)
    left = options.limit_bytes
    stored, offset = _stored(path)
    rotations = live.rotations if live else 0
    lines = _lines(stored)
    if options.tail_lines is not None:
        lines = _tail(lines, options.tail_lines)
    while True:
        text = b"".join(_shown(lines, since, options.timestamps))
        if left is not None:
            text, left = text[:left], left - len(text)
        if text:
            yield text
        if not options.follow or live is None or (left is not None and left <= 0):
            return
        lines = []
        while not lines:
            closed = live.closed
            if live.rotations != rotations:
                rotations, rest = live.rotations, _from(older(path), offset)
                lines, offset = _lines(rest), 0
            rest = _from(path, offset)
            offset += len(rest)
            lines += _lines(rest)
            if not lines:
                if closed:
                    return
                await live.changed()


def last_lines(path: Path, lines: int, size: int) -> str:
    """The end of a log as text (for a termination message): at most `lines` lines and `size` bytes."""
    stored, _ = _stored(path)
    tail = _tail(_lines(stored), lines)
    return b"".join(_shown(tail, "", False))[-size:].decode("utf-8", "replace")


def _stored(path: Path) -> tuple[bytes, int]:
    """(everything that is kept of a log, the length of its newest file)."""
    newest = _from(path, 0)
    return _from(older(path), 0) + newest, len(newest)


def _from(path: Path, offset: int) -> bytes:
    try:
        content = plain_file.read(path, 2 * LIMIT, offset)
    except OSError:
        return b""
    return content[: content.rfind(b"\n") + 1]  # a line that is not whole yet belongs to the next look


def _lines(stored: bytes) -> list[bytes]:
    """The lines of a log with their ends: `\n` alone ends one, as a program's text may hold `\r` and the like."""
    return [line + b"\n" for line in stored.split(b"\n")[:-1]]


def _tail(lines: list[bytes], count: int) -> list[bytes]:
    """The last `count` lines of the program; a line stored in parts is one."""
    start = len(lines)
    while start and count >= 0:
        if lines[start - 1].split(b" ", 3)[2] == b"F" or start == len(lines):
            count -= 1
            if count < 0:
                break
        start -= 1
    return lines[start:]


def _shown(lines: list[bytes], since: str, timestamps: bool) -> Iterator[bytes]:
    for line in lines:
        stamp, _, tag, text = line.split(b" ", 3)
        if since and stamp.decode() < since:
            continue
        text = text if tag == b"F" else text[:-1]
        yield stamp + b" " + text if timestamps else text


def _since(options: LogOptions, clock: Clock) -> str:
    """The earliest time to show, in the form of the file (which sorts as text)."""
    if options.since_seconds is not None:
        at = clock.now() - timedelta(seconds=min(options.since_seconds, LONGEST_AGE))
    elif options.since_time:
        at = datetime.fromisoformat(options.since_time)
    else:
        return ""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
