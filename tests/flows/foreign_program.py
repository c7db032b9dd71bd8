"""A program that is not the lab's: several servers, each as somebody else's application would behave."""

import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    status = 200
    body = b"<h1>shop</h1>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        if 300 <= self.status < 400:
            self.send_header("Location", "/login")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def version_string(self) -> str:
        return ""

    def send_header(self, keyword: str, value: str) -> None:
        if keyword != "Server":
            super().send_header(keyword, value)

    def log_message(self, *args: object) -> None:
        pass


def server(port: int, status: int, body: bytes) -> ThreadingHTTPServer:
    made = type("Made", (Handler,), {"status": status, "body": body})
    return ThreadingHTTPServer(("", port), made)


def closing(port: int) -> None:
    """Takes connections, reads, and says nothing."""
    listener = socket.create_server(("", port))
    while True:
        connection, _ = listener.accept()
        connection.recv(65536)
        connection.close()


# 8000: python -m http.server; then an application's own answers; the body of 8003 is the one that Traefik writes.
servers = [
    ThreadingHTTPServer(("", 8000), SimpleHTTPRequestHandler),
    server(8001, 200, b"<h1>shop</h1>"),
    server(8002, 404, b"no such article"),
    server(8003, 404, b"404 page not found\n"),
    server(8004, 403, b"Forbidden"),
    server(8005, 500, b"Traceback"),
    server(8006, 302, b""),
    server(8007, 503, b"maintenance"),
    server(8443, 200, b"secret"),
]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("/app/tls.crt", "/app/tls.key")
servers[-1].socket = context.wrap_socket(servers[-1].socket, server_side=True)
for one in servers:
    threading.Thread(target=one.serve_forever, daemon=True).start()
threading.Thread(target=closing, args=(8009,), daemon=True).start()
time.sleep(10**6)
