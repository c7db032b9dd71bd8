"""Logs of containers."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from loopkube.node import log_reading, logs
from loopkube.node.logs import STDERR, STDOUT, ContainerLog
from loopkube.shared.clock import Clock
from loopkube.shared.links import LogOptions


class Held(Clock):
    def __init__(self) -> None:
        self.at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


async def text(log: ContainerLog, clock: Clock, **options: object) -> str:
    pieces = [p async for p in log_reading.read(log.path, LogOptions(**options), clock, log)]
    return b"".join(pieces).decode()


async def test_lines_are_kept_as_the_cri_keeps_them(tmp_path: Path) -> None:
    log = ContainerLog(tmp_path / "0.log", Held())
    log.write(STDOUT, b"one\ntw")
    log.write(STDERR, b"bad\n")
    log.write(STDOUT, b"o\nrest")
    log.close()
    stamp = "2026-01-02T03:04:05.000000000Z"
    assert log.path.read_text().splitlines() == [
        f"{stamp} stdout F one",
        f"{stamp} stderr F bad",
        f"{stamp} stdout F two",
        f"{stamp} stdout P rest",
    ]
    assert await text(log, Held()) == "one\nbad\ntwo\nrest"
    assert (await text(log, Held(), timestamps=True)).startswith(f"{stamp} one\n")


async def test_only_a_newline_ends_a_line(tmp_path: Path) -> None:
    """Progress bars write `\\r`; Python counts more characters as ends of lines."""
    odd = b"50%\r100%\x0b\x0c\x1c\x1d\x1e\xc2\x85\xe2\x80\xa8end\n\r\n\n"
    log = ContainerLog(tmp_path / "0.log", Held())
    reading = asyncio.create_task(text(log, Held(), follow=True))
    log.write(STDOUT, odd)
    await asyncio.sleep(0)
    log.write(STDOUT, b"a\rb\n")
    log.close()
    assert (await reading).encode() == odd + b"a\rb\n"
    assert (await text(log, Held())).encode() == odd + b"a\rb\n"
    assert await text(log, Held(), tail_lines=1) == "a\rb\n"
    assert (await text(log, Held(), timestamps=True, tail_lines=3)).count("2026-01-02T03:04:05") == 3
    assert log_reading.last_lines(log.path, 1, 2048) == "a\rb\n"


async def test_a_line_that_is_not_whole_is_left_for_later(tmp_path: Path) -> None:
    path = tmp_path / "0.log"
    path.write_bytes(b"2026-01-02T03:04:05.000000000Z stdout F one\n2026-01-02T03:04")
    assert b"".join([piece async for piece in log_reading.read(path, LogOptions(), Held())]) == b"one\n"


async def test_tail_since_and_limit(tmp_path: Path) -> None:
    clock = Held()
    log = ContainerLog(tmp_path / "0.log", clock)
    log.write(STDOUT, b"early\n")
    clock.at += timedelta(seconds=60)
    log.write(STDOUT, b"late\nlast\n")
    assert await text(log, clock, tail_lines=2) == "late\nlast\n"
    assert await text(log, clock, tail_lines=0) == ""
    assert await text(log, clock, tail_lines=99) == "early\nlate\nlast\n"
    assert await text(log, clock, since_seconds=30) == "late\nlast\n"
    assert await text(log, clock, since_time="2026-01-02T03:05:00Z") == "late\nlast\n"
    assert await text(log, clock, limit_bytes=7) == "early\nl"


async def test_a_long_line_is_stored_in_parts_and_read_as_one(tmp_path: Path) -> None:
    log = ContainerLog(tmp_path / "0.log", Held())
    long = "x" * (logs.LONGEST_LINE * 2 + 5)
    log.write(STDOUT, f"before\n{long}\nafter\n".encode())
    assert await text(log, Held()) == f"before\n{long}\nafter\n"
    assert await text(log, Held(), tail_lines=2) == f"{long}\nafter\n"


async def test_a_full_log_makes_place_and_following_goes_on(tmp_path: Path) -> None:
    log = ContainerLog(tmp_path / "0.log", Held(), limit=400)
    seen: list[bytes] = []

    async def follow() -> None:
        async for piece in log_reading.read(log.path, LogOptions(follow=True), Held(), log):
            seen.append(piece)

    follower = asyncio.create_task(follow())
    for number in range(30):
        log.write(STDOUT, f"line {number}\n".encode())
        await asyncio.sleep(0)
    log.close()
    await asyncio.wait_for(follower, 5)
    assert b"".join(seen).decode().split("\n")[:-1] == [f"line {n}" for n in range(30)]
    assert log.path.stat().st_size + logs.older(log.path).stat().st_size <= 800
    assert (await text(log, Held())).endswith("line 29\n")


async def test_pipes_are_read_until_they_end(tmp_path: Path) -> None:
    log = ContainerLog(tmp_path / "0.log", Held())
    read, write = os.pipe()
    ended = log.read_from(read, STDERR)
    os.write(write, b"hello\n" * 1000)
    os.close(write)
    await asyncio.wait_for(ended, 5)
    log.close()
    assert await text(log, Held()) == "hello\n" * 1000
    assert log_reading.last_lines(log.path, 2, 100) == "hello\nhello\n"


@pytest.mark.parametrize("odd", ["gone", "folder", "pipe"])
async def test_a_log_that_the_container_has_exchanged_keeps_its_limit(tmp_path: Path, odd: str) -> None:
    log = ContainerLog(tmp_path / "app.log", Clock(), limit=1000)
    log.path.unlink()
    if odd == "folder":
        log.path.mkdir()
        (tmp_path / "app.log.1").write_bytes(b"2026-01-02T03:04:05.000000000Z stdout F in the way\n")
    elif odd == "pipe":
        os.mkfifo(log.path)
    for _ in range(50):
        log.write("stdout", b"x" * 90 + b"\n")
    assert log._size <= 1000
    assert len(await text(log, Clock())) <= 2000
    log.close()
