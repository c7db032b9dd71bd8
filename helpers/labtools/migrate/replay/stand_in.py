"""The program of a stand-in: it answers for every Service of a namespace, and says what it saw.

SERVICES says which Service answers at which port: "10001=web 10002=api"; those that SECURE names speak TLS, with the
certificate in CERTIFICATES. A request may say how it is to be answered, in the header X-Stand-In: "status=503;
location=/x; set-cookie=a=1; header-size=5000; sleep=2; drip=4", each value percent-encoded where it holds a ";".
"status-1=503" is an answer of the Pod with the NUMBER 1 alone; "hold=3" leaves the body unread for so many seconds,
"sip=8" reads it in so many parts; "time-body=yes" tells whether the body came in pieces; "fill=9000" makes the answer
so much longer. A request to /permission asks for permission: "auth=401" is the status of its answer, whose headers say
by which method it came, and what else was sent along. POD_NAME comes from the downward API. A Service whose name ends
in "-deaf" neither takes a connection nor refuses one.
"""

import json
import os
import signal
import socket
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
NUMBER = os.environ.get("NUMBER", "")
CERTIFICATES = os.environ.get("CERTIFICATES", "")
DRIP = 0.4  # seconds between two pieces of a body
LONGEST = 10.0  # seconds that a request may make an answer wait


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keeps the connection open between requests
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    timeout = 600

    def answer(self) -> None:
        told = self.told()
        time.sleep(min(float(told.get("hold", "0")), LONGEST))
        began = time.monotonic()
        length = self.read_body(int(told.get("sip", "1")))
        took = time.monotonic() - began
        if self.path == "/healthz":
            self.send(200, [], {})
            return
        time.sleep(min(float(told.get("sleep", "0")), LONGEST))
        asked_for_permission = self.path.partition("?")[0] == "/permission"
        usual = told.get(f"status-{NUMBER}", told.get("status", "200"))
        status = int(told.get("auth", "200") if asked_for_permission else usual)
        more = [("X-Answered-By", self.service()), ("X-Answered-Pod", POD)]
        more += [(name, told[name.lower()]) for name in ("Location", "Set-Cookie") if name.lower() in told]
        if asked_for_permission:
            more += [("X-Permission-Method", self.command), ("X-Permission-Sent", self.headers.get("X-Own", ""))]
        if "header-size" in told:
            more.append(("X-Filled", "f" * int(told["header-size"])))
        seen = self.what_was_seen(length)
        if "time-body" in told:
            seen["headers"].append(["X-Body-Came", "in pieces" if took > DRIP else "at once"])
        self.send(status, more, seen | {"filled": "f" * int(told.get("fill", "0"))})

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_PROPFIND = answer

    def told(self) -> dict[str, str]:
        pairs = (part.strip().partition("=") for part in self.headers.get("X-Stand-In", "").split(";"))
        return {name: unquote(value) for name, _, value in pairs if name}

    def service(self) -> str:
        return SERVICES.get(str(self.connection.getsockname()[1]), "")

    def read_body(self, parts: int) -> int:
        """Takes the body off the connection, so that the next request on it starts where it should."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            length = 0
            while size := int(self.rfile.readline().partition(b";")[0], 16):
                length += len(self.rfile.read(size + 2)) - 2
            self.rfile.readline()
            return length
        left = whole = int(self.headers.get("Content-Length") or 0)
        while left and parts > 1:
            left -= len(self.rfile.read(min(left, whole // parts + 1)))
            time.sleep(DRIP)
        return whole - left + len(self.rfile.read(left))

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


def deaf(port: int) -> list[socket.socket]:
    """A port with a full queue, while these are kept: a client's connection is neither taken nor refused."""
    listener = socket.create_server(("", port), backlog=0)
    waiting = [socket.socket() for _ in range(4)]
    for each in waiting:
        each.setblocking(False)
        each.connect_ex((os.environ.get("POD_IP", "127.0.0.1"), port))
    return [listener, *waiting]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # process 1 of a container has no default for it
    kept = [deaf(int(port)) for port, service in SERVICES.items() if service.endswith("-deaf")]
    heard = {int(port): service for port, service in SERVICES.items() if not service.endswith("-deaf")}
    servers = [Server(("", port), Handler) for port in heard]
    for server, service in zip(servers, heard.values(), strict=True):
        server.tls = secured() if service in SECURE else None
    for server in servers[1:]:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"stands in for {', '.join(SERVICES.values())}", flush=True)
    servers[0].serve_forever()
