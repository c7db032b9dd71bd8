"""The cluster's log: no larger than it may be, and nothing over and over."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopkube.shared import log_file
from loopkube.shared.log_file import LogFile, Repeated


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(stream: io.StringIO) -> Iterator[logging.Logger]:
    yield from logger(LogFile(stream, None))


def logger(handler: LogFile) -> Iterator[logging.Logger]:
    handler.addFilter(Repeated())
    found = logging.getLogger("test-log-file")
    found.propagate = False
    found.addHandler(handler)
    yield found
    found.removeHandler(handler)


def test_the_same_is_said_once(log: logging.Logger, stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1000):
        log.error("cannot listen on %s", "127.96.0.1:443")
        log.error("another")
        try:
            raise OSError(24, "Too many open files", f"/tmp/{number}")
        except OSError:
            log.exception("pod %s", number)
    said = stream.getvalue()
    assert said.count("cannot listen") == said.count("another") == said.count("Traceback") == 1
    monkeypatch.setattr(log_file, "SILENCE", 0.0)
    log.error("cannot listen on %s", "127.96.0.1:443")
    assert stream.getvalue().endswith("cannot listen on 127.96.0.1:443 (and 999 more times before)\n")


def test_what_differs_is_said(log: logging.Logger, stream: io.StringIO) -> None:
    for error in (KeyError("a"), KeyError("b"), ValueError("a")):
        try:
            raise error
        except (KeyError, ValueError):
            log.exception("failed")
    assert stream.getvalue().count("Traceback") == 3


def test_the_memory_is_bounded() -> None:
    repeated = Repeated()
    for number in range(3 * log_file.REMEMBERED):
        assert repeated.filter(logging.makeLogRecord({"msg": f"message {number}"}))
    assert len(repeated._said) == log_file.REMEMBERED


def test_the_file_stays_small(tmp_path: Path) -> None:
    file = tmp_path / "cluster.log"
    with file.open("a") as stream:
        for log in logger(LogFile(stream, file, limit=1000)):
            for number in range(200):
                log.error("message %s", number)
                assert file.stat().st_size < 1100
            stream.write("written past the handler\n")
    kept = (tmp_path / "cluster.log.1").read_text() + file.read_text()
    assert len(kept) < 2200 and "message 199\n" in kept and kept.endswith("written past the handler\n")
