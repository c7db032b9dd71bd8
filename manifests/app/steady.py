"""A web application that takes its time. SERVICE is the name that it answers with.

    /work    answers after 0.2 s
    /slow    answers after 1.3 s
    /stall   answers, and then the whole program stands still for 0.3 s

Any other path is answered at once. STARTS_IN: seconds until it listens, as a program has them that loads much.
Told to end (SIGTERM), it ends at once, whatever it has begun.
"""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

SERVICE = os.environ.get("SERVICE", "steady")
POD = os.environ.get("POD_NAME", "")
NODE = os.environ.get("NODE_NAME", "")
PORT = int(os.environ.get("PORT", "8080"))
STARTS_IN = float(os.environ.get("STARTS_IN", "0"))
TAKES = {"/work": 0.2, "/slow": 1.3}  # seconds
STALL = 0.3  # seconds

standing_still = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        with standing_still:  # waits while the program stands still
            pass
        time.sleep(TAKES.get(path, 0.0))
        self.send()
        if path == "/stall":
            with standing_still:
                time.sleep(STALL)

    def send(self) -> None:
        said = {
            "service": SERVICE,
            "pod": POD,
            "node": NODE,
            "path": self.path,
            "host": self.headers.get("Host", ""),
            "headers": dict(self.headers.items()),
            "client": self.client_address[0],
        }
        body = json.dumps(said).encode() + b"\n"
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would also look up its own name in DNS
        self.server_port = self.server_address[1]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 of a container has no default for it
    time.sleep(STARTS_IN)
    with Server(("", PORT), Handler) as server:
        print(f"{SERVICE} listens on port {server.server_port}", flush=True)
        server.serve_forever()
