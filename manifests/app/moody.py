"""A web application with bad days: what it does is in the path. SERVICE is the name that it answers with.

    /                 answers
    /slow?seconds=2   answers after two seconds
    /crash            ends in the middle of the request, without an answer

Any other path gets 404. A body is read, and its length told.
"""

import json
import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import parse_qs, urlsplit

SERVICE = os.environ.get("SERVICE", "moody")
POD = os.environ.get("POD_NAME", "")
NODE = os.environ.get("NODE_NAME", "")
PORT = int(os.environ.get("PORT", "8080"))
LONGEST = 10.0  # seconds that /slow takes at most


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        if parts.path == "/crash":
            print("crash: the process ends", flush=True)
            os._exit(1)
        if parts.path == "/slow":
            time.sleep(min(float(parse_qs(parts.query).get("seconds", ["1"])[0]), LONGEST))
            print("slow: done", flush=True)
        known = parts.path in ("/", "/slow", "/healthz")
        self.send(200 if known else 404, length=len(body))

    do_GET = do_POST = do_PUT = answer

    def send(self, status: int, length: int) -> None:
        said = {
            "service": SERVICE,
            "pod": POD,
            "node": NODE,
            "path": self.path,
            "host": self.headers.get("Host", ""),
            "headers": dict(self.headers.items()),
            "length": length,
            "client": self.client_address[0],
        }
        body = json.dumps(said).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


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
