"""The head of an HTTP answer, within bounds: http.client waits while one more byte or 100-Continue comes."""

import http.client
import time
from typing import Any

LARGEST = 1 << 20  # bytes


class Endless(Exception):
    """A head that does not end."""


class _Lines:
    """A connection's file that gives lines until a moment, however slowly their bytes come."""

    def __init__(self, file: Any, end: float) -> None:
        self._file, self._end, self._left = file, end, LARGEST

    def readline(self, limit: int) -> bytes:
        line = b""
        while not line.endswith(b"\n") and len(line) < limit and (seen := self._file.peek(1)):
            piece = self._file.read(min(seen.find(b"\n") + 1 or len(seen), limit - len(line)))
            self._left -= len(piece)
            if self._left < 0 or time.monotonic() > self._end:
                raise Endless
            line += piece
        return line

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def response_class(longest: float) -> type[http.client.HTTPResponse]:
    """For `http.client.HTTPConnection.response_class`: raises Endless after so many seconds."""

    class Response(http.client.HTTPResponse):
        fp: Any

        def begin(self) -> None:
            file = self.fp
            if file is None or self.headers is not None:
                return super().begin()
            self.fp = lines = _Lines(file, time.monotonic() + longest)
            super().begin()
            if self.fp is lines:
                self.fp = file
            return None

    return Response


def bound(manager: Any, longest: float) -> None:
    """Bound the heads that a `urllib3.PoolManager` reads."""
    of = response_class(longest)
    for scheme, usual in manager.pool_classes_by_scheme.items():
        connection = type("Connection", (usual.ConnectionCls,), {"response_class": of})
        pool = type("Pool", (usual,), {"ConnectionCls": connection})
        manager.pool_classes_by_scheme = manager.pool_classes_by_scheme | {scheme: pool}
