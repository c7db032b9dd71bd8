"""The small application of every experiment: it answers each request with what it saw.

SERVICE is the name it answers with, PATHS the paths it knows (separated by spaces; without it, every path),
PORT where it listens. POD_NAME and NODE_NAME come from the downward API.
A request with `?seconds=0.5` is answered half a second later, so that many of them are under way at the same time.
"""

import json
import os
import re
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

SERVICE = os.environ.get("SERVICE", "app")
POD = os.environ.get("POD_NAME", "")
NODE = os.environ.get("NODE_NAME", "")
PORT = int(os.environ.get("PORT", "8080"))
PATHS = os.environ.get("PATHS", "").split()
LATER = re.compile(r"(?:^|&)seconds=(\d(?:\.\d)?)(?:&|$)")

visits = 0
visits_lock = threading.Lock()


def count_visit() -> int:
    """One more visit of this process; the count is lost when the process ends."""
    global visits
    with visits_lock:
        visits += 1
        return visits


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def answer(self) -> None:
        self.read_body()
        path, _, query = self.path.partition("?")
        if path == "/healthz":
            self.send(200, {"status": "ok"})
            return
        if later := LATER.search(query):
            time.sleep(float(later[1]))
        status = 200 if not PATHS or path in PATHS else 404
        seen = self.what_was_seen()
        self.send(status, seen)
        print(f"{self.command} {self.path} {status} host={seen['host']} visits={seen['visits']}", flush=True)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def read_body(self) -> None:
        """Takes the body off the connection, so that the next request on it starts where it should."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def what_was_seen(self) -> dict:
        headers: dict[str, str] = {}
        for name, value in self.headers.items():
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return {
            "service": SERVICE,
            "pod": POD,
            "node": NODE,
            "path": self.path,
            "host": self.headers.get("Host", ""),
            "method": self.command,
            "headers": headers,
            "visits": count_visit(),
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


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would also look up its own name in DNS
        self.server_port = self.server_address[1]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 of a container has no default for it
    with Server(("", PORT), Handler) as server:
        print(f"{SERVICE} listens on port {server.server_port}", flush=True)
        server.serve_forever()
