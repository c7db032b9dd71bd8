"""The program of a stand-in: it answers for every Service of a namespace, and says what it saw.

SERVICES says which Service answers at which port: "10001=web 10002=api"; those that SECURE names speak TLS, with the
certificate in CERTIFICATES. A request may say how it is to be answered, in the header X-Stand-In: "status=503;
location=/x; set-cookie=a=1; header-size=5000; sleep=2; drip=4", each value percent-encoded where it holds a ";". A
request to /permission asks for permission: "auth=401" is the status of its answer, whose headers say by which method it
came, and what else was sent along. POD_NAME comes from the downward API.
"""

import json
import os
import signal
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from urllib.parse import unquote

POD = os.environ.get("POD_NAME", "")
SERVICES = dict(pair.split("=", 1) for pair in os.environ.get("SERVICES", "10001=app").split())
SECURE = os.environ.get("SECURE", "").split()
CERTIFICATES = os.environ.get("CERTIFICATES", "")
DRIP = 0.4  # seconds between two pieces of a body
LONGEST = 10.0  # seconds that a request may make an answer wait


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def answer(self) -> None:
        length = self.read_body()
        if self.path == "/healthz":
            self.send(200, [], {})
            return
        told = self.told()
        time.sleep(min(float(told.get("sleep", "0")), LONGEST))
        asked_for_permission = self.path.partition("?")[0] == "/permission"
        status = int(told.get("auth", "200") if asked_for_permission else told.get("status", "200"))
        more = [("X-Answered-By", self.service()), ("X-Answered-Pod", POD)]
        more += [(name, told[name.lower()]) for name in ("Location", "Set-Cookie") if name.lower() in told]
        if asked_for_permission:
            more += [("X-Permission-Method", self.command), ("X-Permission-Sent", self.headers.get("X-Own", ""))]
        if "header-size" in told:
            more.append(("X-Filled", "f" * int(told["header-size"])))
        self.send(status, more, self.what_was_seen(length))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_PROPFIND = answer

    def told(self) -> dict[str, str]:
        pairs = (part.strip().partition("=") for part in self.headers.get("X-Stand-In", "").split(";"))
        return {name: unquote(value) for name, _, value in pairs if name}

    def service(self) -> str:
        return SERVICES.get(str(self.connection.getsockname()[1]), "")

    def read_body(self) -> int:
        """Takes the body off the connection, so that the next request on it starts where it should."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            length = 0
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                length += len(self.rfile.read(size + 2)) - 2
            self.rfile.readline()
            return length
        return len(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def what_was_seen(self, length: int) -> dict:
        return {
            "service": self.service(),
            "pod": POD,
            "method": self.command,
            "path": self.requestline.split(" ")[1],  # `self.path` has one slash at its beginning, however many came
            "protocol": self.request_version,
            "host": self.headers.get("Host", ""),
            "headers": [[name, value] for name, value in self.headers.items()] + self.what_tls_told(),
            "length": length,
        }

    def what_tls_told(self) -> list[list[str]]:
        """The name that was asked for, and whether a client certificate came, as two more headers."""
        if not isinstance(self.connection, ssl.SSLSocket):
            return []
        asked = getattr(self.connection, "asked_for", None) or ""
        return [["X-TLS-Name", asked], ["X-TLS-Client", "yes" if self.connection.getpeercert(True) else "no"]]

    def send(self, status: int, more: list[tuple[str, str]], content: dict) -> None:
        body = json.dumps(content).encode() + b"\n" if status not in (204, 304) else b""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.write(body, int(self.told().get("drip", "1")))

    def write(self, body: bytes, pieces: int) -> None:
        """In so many pieces, with a pause before each but the first."""
        size = -(-len(body) // max(pieces, 1)) or 1
        for at in range(0, len(body), size):
            if at:
                self.wfile.flush()
                time.sleep(DRIP)
            self.wfile.write(body[at : at + size])

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True
    tls: ssl.SSLContext | None = None

    def finish_request(self, request, client_address) -> None:  # type: ignore[no-untyped-def, override]
        """In the thread of the connection: a handshake that hangs holds up no other."""
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request: object, client_address: object) -> None:
        """Silent: a proxy that does not trust this certificate ends the handshake."""

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would also look up its own name in DNS
        self.server_port = self.server_address[1]


def secured() -> ssl.SSLContext:
    """Takes any client certificate, and remembers the name that was asked for."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=f"{CERTIFICATES}/ca.crt")
    context.load_cert_chain(f"{CERTIFICATES}/tls.crt", f"{CERTIFICATES}/tls.key")
    context.verify_mode = ssl.CERT_OPTIONAL
    context.sni_callback = lambda connection, name, _: setattr(connection, "asked_for", name)
    return context


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 of a container has no default for it
    servers = [Server(("", int(port)), Handler) for port in SERVICES]
    for server, service in zip(servers, SERVICES.values(), strict=True):
        server.tls = secured() if service in SECURE else None
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"stands in for {', '.join(SERVICES.values())}", flush=True)
    servers[0].serve_forever()
