"""A stand-in for the Kubernetes API, small enough to be made to fail: it can be cut off, forget, and repeat.

It knows lists, watches, single objects, POST, PUT and PATCH of the kinds that an ingress controller uses; it checks
no form and no right. `requests` holds what was asked of it, `refused` the kind of each watch that got 410 Gone.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

WAIT = 0.02
KINDS = ("ingresses", "ingressclasses", "services", "endpointslices", "leases")


class StandIn:
    """Objects by kind and name, every change as an event, and the faults that a trial plays."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str]] = []
        self.refused: list[str] = []
        self._objects: dict[str, dict[tuple[str, str], dict]] = {kind: {} for kind in KINDS}
        self._events: list[tuple[int, str, str, dict]] = []
        self._version, self._oldest, self._cuts = 1, 0, 0
        self._off = False
        self._changed = threading.Condition()
        self._server = _Server(self)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=[WAIT], daemon=True).start()

    def close(self) -> None:
        self.cut()
        self._server.shutdown()
        self._server.server_close()

    # -- what a trial does -----------------------------------------------------------------------------------------

    def put(self, kind: str, obj: dict) -> None:
        with self._changed:
            self._store(kind, obj)

    def delete(self, kind: str, name: str, namespace: str = "shop") -> None:
        with self._changed:
            self._version += 1
            obj = self._objects[kind].pop((namespace, name))
            obj["metadata"]["resourceVersion"] = str(self._version)
            self._tell("DELETED", kind, obj)

    def repeat(self, kind: str) -> None:
        """Tells the last event of each object once more, as it may happen after an interruption."""
        with self._changed:
            for obj in list(self._objects[kind].values()):
                self._tell("MODIFIED", kind, obj)

    def cut(self) -> None:
        """Every watch ends, and nobody is answered."""
        with self._changed:
            self._off = True
            self._cuts += 1
            self._changed.notify_all()

    def mend(self) -> None:
        with self._changed:
            self._off = False

    def forget(self) -> None:
        """Versions before now are too old from here on, as after five minutes or a compaction of etcd."""
        with self._changed:
            self._version += 1
            self._oldest = self._version

    def object(self, kind: str, name: str, namespace: str = "shop") -> dict:
        return self._objects[kind][namespace, name]

    def count(self, method: str, part: str) -> int:
        """How many requests there were of this method whose path has this part."""
        return sum(m == method and part in path for m, path in list(self.requests))

    # -- what the API does -----------------------------------------------------------------------------------------

    def _store(self, kind: str, obj: dict) -> dict:
        self._version += 1
        meta = obj["metadata"]
        where = (meta.get("namespace", ""), meta["name"])
        event = "MODIFIED" if where in self._objects[kind] else "ADDED"
        stored = json.loads(json.dumps(obj))
        stored["metadata"]["resourceVersion"] = str(self._version)
        self._objects[kind][where] = stored
        self._tell(event, kind, stored)
        return stored

    def _tell(self, event: str, kind: str, obj: dict) -> None:
        self._events.append((int(obj["metadata"]["resourceVersion"]), kind, event, json.loads(json.dumps(obj))))
        self._changed.notify_all()

    def answer(self, method: str, path: str, body: dict) -> tuple[int, dict]:
        """(status, object) of everything that is no watch."""
        with self._changed:
            if self._off:
                return 503, {}
            kind, namespace, name = _place(path)
            if not name and method == "GET":
                return 200, {
                    "items": list(self._objects[kind].values()),
                    "metadata": {"resourceVersion": str(self._version)},
                }
            there = self._objects[kind].get((namespace, name or body.get("metadata", {}).get("name", "")))
            return self._one(method, kind, namespace, there, body)

    def _one(self, method: str, kind: str, namespace: str, there: dict | None, body: dict) -> tuple[int, dict]:
        if method == "POST":
            body["metadata"]["namespace"] = namespace
            return (409, {}) if there else (201, self._store(kind, body))
        if not there:
            return 404, {}
        if method == "PATCH":
            return 200, self._store(kind, {**there, **body})
        if method == "PUT":
            wanted = body["metadata"].get("resourceVersion")
            return (
                (409, {})
                if wanted not in (None, there["metadata"]["resourceVersion"])
                else (200, self._store(kind, body))
            )
        return 200, there

    def watch(self, path: str, version: str) -> Iterator[dict]:
        """Events, until the stand-in is cut off."""
        kind, cuts = _place(path)[0], self._cuts
        with self._changed:
            if self._off:
                return
            if version and int(version) < self._oldest:
                self.refused.append(kind)
                gone = {
                    "code": 410,
                    "reason": "Expired",
                    "message": f"too old resource version: {version} ({self._oldest})",
                }
                yield {"type": "ERROR", "object": gone}
                return
            at = len(self._events) if not version else next(
                (n for n, event in enumerate(self._events) if event[0] > int(version)), len(self._events)
            )  # fmt: skip
            first = [] if version else list(self._objects[kind].values())
        yield from ({"type": "ADDED", "object": obj} for obj in first)
        while True:
            with self._changed:
                while at == len(self._events) and self._cuts == cuts:
                    self._changed.wait(1)
                if self._cuts != cuts:
                    return
                new, at = self._events[at:], len(self._events)
            yield from ({"type": event, "object": obj} for _, of, event, obj in new if of == kind)


def _place(path: str) -> tuple[str, str, str]:
    """(kind, namespace, name) of a path; a subresource is the object's own."""
    words = path.strip("/").split("/")
    namespace = words[words.index("namespaces") + 1] if "namespaces" in words else ""
    kind = next(word for word in words if word in KINDS)
    return kind, namespace, (words[words.index(kind) + 1 :] or [""])[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, api: StandIn) -> None:
        self.api = api
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # HTTPServer would also look up its own name in DNS


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        watched = asked.get("watch") == "true"
        api = self.server.api
        api.requests.append(("WATCH" if watched else self.command, parts.path))
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            if watched and not api._off:
                self._stream(api.watch(parts.path, asked.get("resourceVersion", "")))
                return
            code, obj = api.answer(self.command, parts.path, json.loads(body or b"{}"))
            self._send(code, json.dumps(obj).encode())
        except OSError:
            return  # whoever asked has gone

    do_GET = do_POST = do_PUT = do_PATCH = _answer

    def _send(self, code: int, content: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, events: Iterator[dict]) -> None:
        self.send_response(200)
        self.end_headers()
        for event in events:
            self.wfile.write(json.dumps(event).encode() + b"\n")
            self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""
