"""Stands in for the applications of ingress-nginx's own tests: says what it saw, or does what the path asks for."""

import base64
import json
import os
import ssl
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ALLOWED = f"Basic {base64.b64encode(b'user:password').decode()}"

SEEN: set[str] = set()
"""Paths that were asked for: what arrived by a mirror can be seen afterwards."""


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def answer(self) -> None:
        SEEN.add(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        words = [word for word in url.path.split("/") if word]
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        status, headers = int(asked.get("status", 200)), {}
        if words[:1] == ["sleep"]:
            time.sleep(float(words[1]))
        elif words[:1] == ["seen"]:
            status = 200 if f"/{words[1]}" in SEEN else 404
        elif words[:1] == ["status"]:
            status = int(words[1])
        elif words[:1] == ["basic-auth"]:
            status = 200 if self.headers.get("Authorization") == ALLOWED else 401
        elif words[:2] == ["cookies", "set"]:
            headers["Set-Cookie"] = f"{words[2]}={words[3]}"
        if "hsts" in asked:
            headers["Strict-Transport-Security"] = "max-age=3600; preload"
        if "redirect" in asked:
            status, headers["Location"] = 302, asked["redirect"]
        self.send(status, headers, len(body))

    do_GET = do_POST = do_HEAD = do_OPTIONS = answer

    def send(self, status: int, headers: dict[str, str], got: int) -> None:
        seen = {name.lower(): value for name, value in self.headers.items()}
        me = {"service": os.environ["SERVICE"], "pod": os.environ["POD_NAME"], "path": self.path}
        text = json.dumps(me | {"method": self.command, "headers": seen, "body": got}).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(text)}.items():
            self.send_header(name, str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        pass


server = ThreadingHTTPServer(("", 8080), Echo)
if os.environ.get("CERTIFICATE"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain("/certificate/tls.crt", "/certificate/tls.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
