"""A stand-in for the lab's entry and its application: answers as the application does, and keeps the raw lines."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from labcore.clusters import Entry


@dataclass
class StandIn:
    """A running server: where it is, and the request lines, peers and server names (SNI) it saw."""

    port: int
    lines: list[str] = field(default_factory=list)
    peers: list[tuple[str, int]] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)

    @property
    def entry(self) -> Entry:
        return Entry("127.0.0.1", self.port, self.port)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        stand_in: StandIn = self.server.stand_in
        stand_in.lines.append(self.requestline)
        stand_in.peers.append(self.client_address)
        path = self.requestline.split(" ")[1]  # BaseHTTPRequestHandler.path would join leading slashes
        if path.startswith("/hang-up"):
            self.close_connection = True
            return
        if path.startswith("/nobody"):
            self.answer(404, b"404 page not found\n", "text/plain")
        elif path.startswith("/moved"):
            self.answer(301, b"", "text/plain", Location="/there")
        else:
            self.answer(
                200, json.dumps(self.words(path)).encode(), "application/json", **{"Set-Cookie": "jar=full; Path=/"}
            )

    do_POST = do_GET

    def words(self, path: str) -> dict:
        return {
            "service": f"{self.headers['Host'].partition('.')[0]}-svc",
            "pod": "web-7c9d8b6f5-x2x7k",
            "node": "lab-worker",
            "path": path,
            "host": self.headers["Host"],
            "method": self.command,
            "headers": dict(self.headers.items()),
            "visits": len(self.server.stand_in.lines),
            "client": self.client_address[0],
        }

    def answer(self, status: int, body: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[StandIn]:
    """The server on a free port; with a TLS context it speaks HTTPS."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.stand_in = StandIn(server.server_address[1])
    if context:
        context.sni_callback = lambda _socket, name, _context: server.stand_in.names.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
