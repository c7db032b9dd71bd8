"""What the cluster's processes say, on stderr: `cluster.log`, kept small, and nothing said over and over.

All of them append to one file, and so may a crash of the interpreter; so it is emptied in place, after what it holds
was copied to `cluster.log.1`, instead of being renamed.
"""

import logging
import os
import shutil
import stat
import sys
import time
from pathlib import Path
from typing import TextIO

LIMIT = 5 * 1024 * 1024
SILENCE = 60.0
"""Seconds within which the same message or traceback is not said again."""
REMEMBERED = 500
FORMAT = "%(asctime)s %(name)s %(levelname)s %(message)s"


def configure(stream: TextIO = sys.stderr, file: Path | None = None) -> None:
    """Log to `stream`; `file` is where that leads, when its size is this process's affair."""
    handler = LogFile(stream, file)
    handler.addFilter(Repeated())
    logging.basicConfig(handlers=[handler], level=logging.INFO, format=FORMAT)


class LogFile(logging.StreamHandler):
    """Empties the file when it is full; its last content stays beside it."""

    def __init__(self, stream: TextIO, file: Path | None, limit: int = LIMIT) -> None:
        super().__init__(stream)
        self._file, self._limit = file, limit

    def emit(self, record: logging.LogRecord) -> None:
        """Writes the line, and keeps the file below its largest size."""
        super().emit(record)
        if self._file:
            self._keep_small(self._file)

    def _keep_small(self, file: Path) -> None:
        try:
            status = os.fstat(self.stream.fileno())
            if status.st_size > self._limit and stat.S_ISREG(status.st_mode):
                shutil.copyfile(file, file.with_name(file.name + ".1"))
                os.ftruncate(self.stream.fileno(), 0)
        except (OSError, ValueError):
            return  # a full disk: the next message tries again


class Repeated(logging.Filter):
    """Lets a message or traceback pass once in SILENCE; then it says how often there was one more."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """False for what was said within the last SILENCE seconds; how often is told with the next."""
        key, now = _key(record), time.monotonic()
        at, more = self._said.pop(key, (-SILENCE, 0))
        if now - at < SILENCE:
            self._said[key] = at, more + 1
            return False
        self._said[key] = now, 0
        if len(self._said) > REMEMBERED:
            del self._said[next(iter(self._said))]
        if more:
            record.msg, record.args = f"{record.getMessage()} (and {more} more times before)", ()
        return True


def _key(record: logging.LogRecord) -> tuple:
    """What makes two messages the same; for a traceback it is where it comes from, whatever it happened to."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return record.name, record.levelno, record.getMessage()
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    where = (trace.tb_frame.f_code.co_filename, trace.tb_lineno) if trace else ()
    return record.name, record.levelno, type(error), str(error)[:32], where
