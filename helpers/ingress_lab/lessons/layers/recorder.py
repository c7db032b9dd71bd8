"""A proxy that records one connection: who sent which bytes, and when. It needs no permission."""

import selectors
import socket
import threading
import time
from dataclasses import dataclass, field

Address = tuple[str, int]


@dataclass(frozen=True)
class Piece:
    """Bytes in one direction."""

    time: float
    from_client: bool
    data: bytes


@dataclass
class Recording:
    """One connection: its two ends as the server saw them, and the bytes in order. b"" is a side's end."""

    client: Address = ("", 0)
    server: Address = ("", 0)
    pieces: list[Piece] = field(default_factory=list)


class Recorder:
    """Listens on a port of 127.0.0.1 for one connection and passes it on to `target`."""

    def __init__(self, target: Address, timeout: float = 10.0) -> None:
        self.recording = Recording()
        self._target, self._timeout = target, timeout
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(timeout)
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return self._listener.getsockname()[1]

    def __enter__(self) -> "Recorder":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(self._timeout)
        self._listener.close()

    def _run(self) -> None:
        try:
            inner, _ = self._listener.accept()
            with inner, socket.create_connection(self._target, self._timeout) as outer:
                self.recording.client, self.recording.server = outer.getsockname()[:2], outer.getpeername()[:2]
                self._pass_on(inner, outer)
        except OSError:
            return  # what was recorded so far is the recording; the client reports the failure

    def _pass_on(self, inner: socket.socket, outer: socket.socket) -> None:
        """Bytes both ways until both sides have ended."""
        with selectors.DefaultSelector() as ready:
            ready.register(inner, selectors.EVENT_READ, outer)
            ready.register(outer, selectors.EVENT_READ, inner)
            while ready.get_map():
                readable = ready.select(self._timeout)
                if not readable:
                    return
                for key, _ in readable:
                    source: socket.socket = key.fileobj  # type: ignore[assignment]
                    data = source.recv(65_536)
                    self.recording.pieces.append(Piece(time.time(), source is inner, data))
                    if data:
                        key.data.sendall(data)
                    else:
                        ready.unregister(source)
                        key.data.shutdown(socket.SHUT_WR)
