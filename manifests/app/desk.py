"""A small application: it answers each request with what it saw.

SERVICE is the name it answers with, PATHS the paths it knows (separated by spaces; without it, every path). It listens
at HOST (without it, at every address), port PORT. /healthz says that all is well. Every REFRESH seconds it reads its
catalogue anew, which takes WORK seconds; /healthz waits for it.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

SERVICE = os.environ.get("SERVICE", "desk")
POD = os.environ.get("POD_NAME", "")
HOST = os.environ.get("HOST", "")
PORT = int(os.environ.get("PORT", "8080"))
PATHS = os.environ.get("PATHS", "").split()
REFRESH = float(os.environ.get("REFRESH", "0"))
WORK = float(os.environ.get("WORK", "0"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        if path == "/healthz":
            time.sleep(refreshing(time.time()))
            self.send(200, {"status": "ok"})
            return
        known = not PATHS or path in PATHS
        print(f"{self.command} {self.path} {200 if known else 404}", flush=True)
        self.send(200 if known else 404, self.what_was_seen())

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer

    def what_was_seen(self) -> dict:
        return {
            "service": SERVICE,
            "pod": POD,
            "path": self.path,
            "host": self.headers.get("Host", ""),
            "method": self.command,
            "headers": dict(self.headers.items()),
            "client": self.client_address[0],
        }

    def send(self, status: int, content: dict) -> None:
        body = json.dumps(content).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: `answer` prints one line a request, and none for probes."""


def refreshing(now: float) -> float:
    """Seconds until the catalogue is read, where that is under way."""
    return max(0.0, WORK - now % REFRESH) if REFRESH else 0.0


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    allow_reuse_port = True

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would also look up its own name in DNS
        self.server_port = self.server_address[1]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 of a container has no default for it
    with Server((HOST, PORT), Handler) as server:
        print(f"{SERVICE} listens on port {server.server_port}", flush=True)
        server.serve_forever()
