"""A shop that knows its visitors: a cookie names the visitor, and each visit is counted.

The counts are in the memory of this process, so every Pod has its own, and they are lost with the Pod. With STORE,
the host of a shop that counts for all, nothing is kept here. SERVICE is the name it answers with; POD_NAME and
NODE_NAME come from the downward API.
"""

import json
import os
import secrets
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

SERVICE = os.environ.get("SERVICE", "shop")
POD = os.environ.get("POD_NAME", "")
NODE = os.environ.get("NODE_NAME", "")
PORT = int(os.environ.get("PORT", "8080"))
STORE = os.environ.get("STORE", "")

visits: Counter[str] = Counter()
visits_lock = threading.Lock()


def count_visit(visitor: str) -> int:
    """One more visit of this visitor."""
    if STORE:
        return ask_store(visitor)
    with visits_lock:
        visits[visitor] += 1
        return visits[visitor]


def ask_store(visitor: str) -> int:
    """The store's count; a Service that is new may refuse connections until every node knows of it."""
    deadline = time.monotonic() + 2
    while True:
        with closing(HTTPConnection(STORE, timeout=5)) as connection:
            try:
                connection.connect()
            except ConnectionRefusedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
                continue
            connection.request("GET", "/", headers={"Cookie": f"visitor={visitor}"})
            return json.load(connection.getresponse())["visits"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def do_GET(self) -> None:
        if self.path == "/healthz":
            self.send({"status": "ok"})
            return
        known = SimpleCookie(self.headers.get("Cookie", "")).get("visitor")
        visitor = known.value if known else secrets.token_hex(8)
        seen = {
            "service": SERVICE,
            "pod": POD,
            "node": NODE,
            "path": self.path,
            "host": self.headers.get("Host", ""),
            "headers": dict(self.headers.items()),
            "visits": count_visit(visitor),
            "client": self.client_address[0],
        }
        self.send(seen, cookie="" if known else f"visitor={visitor}; Path=/; HttpOnly")

    def send(self, content: dict, cookie: str = "") -> None:
        body = json.dumps(content).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if cookie:
            self.send_header("Set-Cookie", cookie)
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
