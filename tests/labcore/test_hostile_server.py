"""A `context:` that leads to a server that is none of Kubernetes', or means no good: one sentence names it."""

import copy
import http.client
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from cluster_objects import classes, endpoint_slice, ingress, pod, service
from fake_api import RESOURCES, FakeApi, refusal
from labcore.clusters import Entry
from labcore.errors import LabError, NoCluster, Refused
from labcore.kube import bounded
from labcore.kube.api import Api
from labcore.kube.discovery import Catalogue, Resource
from labcore.language.untrusted import visible
from labtools import cli
from labtools.doctor.reader import Reader, Unreadable
from labtools.explain.explain import explained

PODS = Resource("", "v1", "Pod", "pods", "pod", True, verbs=("list",))
JSON = {"Content-Type": "application/json"}
ANSWERS: dict[str, tuple[int, dict, bytes]] = {
    "a list": (200, JSON, b"[]"),
    "a number": (200, JSON, b"7"),
    "null": (200, JSON, b"null"),
    "text": (200, {}, b"ok"),
    "nothing": (200, {}, b""),
    "a login page": (200, {"Content-Type": "text/html"}, b"<html>Please log in</html>"),
    "a redirect": (302, {"Location": "http://127.0.0.1:9/steal"}, b""),
    "a lasting redirect": (308, {"Location": "https://example.com/"}, b""),
    "a failure with 200": (200, JSON, b'{"kind": "Status", "status": "Failure", "message": "no", "code": 403}'),
    "a failure of odd types": (200, JSON, b'{"kind": "Status", "status": "Failure", "message": [], "code": "x"}'),
    "no UTF-8": (200, JSON, b'{"a": "\xff\xfe"}'),
    "deep": (200, JSON, b"[" * 100_000),
    "half": (200, JSON, b'{"kind": "PodL'),
    "items are no list": (200, JSON, b'{"metadata": {}, "items": {"a": 1}}'),
    "items are no objects": (200, JSON, b'{"metadata": {}, "items": [1, "x", null]}'),
    "no metadata": (200, JSON, b'{"metadata": {}, "items": [{"spec": {}}]}'),
    "metadata is a list": (200, JSON, b'{"metadata": [], "items": [{"metadata": []}]}'),
    "labels are a list": (
        200,
        JSON,
        b'{"metadata": {"labels": [1]}, "items": [{"metadata": {"name": "a", "labels": [1]}}]}',
    ),
    "spec is text": (200, JSON, b'{"metadata": {}, "spec": "x", "items": [{"metadata": {"name": "a"}, "spec": "x"}]}'),
    "a name is a number": (200, JSON, b'{"metadata": {"name": 5}, "items": [{"metadata": {"name": 5}}]}'),
    "401 in HTML": (401, {"Content-Type": "text/html"}, b"<h1>\x1b]52;c;x\x07401</h1>"),
    "500 as a list": (500, JSON, b"[1]"),
    "503 without a word": (503, {}, b""),
}


class Odd(BaseHTTPRequestHandler):
    """Answers everything in one way."""

    answer: tuple[int, dict, bytes] = (200, {}, b"")
    endless = False
    head = b""
    seen: list[str] = []

    def do_GET(self) -> None:
        status, headers, body = self.answer
        self.seen.append(self.path)
        try:
            while self.head:
                self.wfile.write(self.head)
                time.sleep(0.05)
        except OSError:
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if not self.endless:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
            while self.endless:
                self.wfile.write(body)
                time.sleep(0.05 if len(body) < 10 else 0)
        except OSError:
            pass

    do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, *words: object) -> None:
        return None


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Odd]]:
    handler = type("Handler", (Odd,), {"seen": []})
    made = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, args=(0.01,), daemon=True).start()
    file = tmp_path / "kubeconfig"
    config = {
        "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{made.server_port}"}}],
        "users": [{"name": "u", "user": {"token": "secret"}}],
        "contexts": [{"name": "odd", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "odd",
    }
    file.write_text(yaml.safe_dump(config))
    monkeypatch.setenv("KUBECONFIG", str(file))
    monkeypatch.setenv("INGRESS_LAB_HOME", str(tmp_path / "state"))
    yield handler
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_ends_in_one_sentence(server: type[Odd], name: str, capsys) -> None:
    server.answer = ANSWERS[name]
    api = Api.connect(None, "odd")
    for ask in (lambda: api.get(PODS, "n", "a"), lambda: api.list(PODS, "n"), api.resources):
        try:
            ask()
        except LabError as error:
            assert "127.0.0.1" in error.message or isinstance(error, Refused)
    with pytest.raises(LabError):
        api.list(PODS, "n")
    for command in (["up"], ["status"], ["reset"], ["explain", "http://a.com/", "--no-request"]):
        assert cli.main([*command, "--cluster", "context:odd"]) in (0, 1)
        said = capsys.readouterr()
        assert visible(said.out + said.err) == said.out + said.err and (said.out + said.err).strip()


def test_no_redirect_is_followed_with_the_token(server: type[Odd]) -> None:
    server.answer = (307, {"Location": "/elsewhere"}, b"")
    with pytest.raises(NoCluster, match="leads elsewhere: /elsewhere"):
        Api.connect(None, "odd").request("get", "/version")
    assert server.seen == ["/version"]


@pytest.mark.parametrize("body", [b"x" * 1_000_000, b" "], ids=["endless", "drip"])
def test_an_answer_without_end_is_left(server: type[Odd], body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded.Pool.__init__, "__defaults__", (1.0,))
    monkeypatch.setattr(bounded, "LARGEST", 5_000_000)
    server.answer, server.endless = (200, JSON, body), True
    begin = time.monotonic()
    with pytest.raises(NoCluster, match="does not end"):
        Api.connect(None, "odd").request("get", "/version")
    assert time.monotonic() - begin < 10


@pytest.mark.parametrize("query", ["watch=true", "watch=True", "x=1&follow=True", "follow=true"])
def test_what_streams_is_not_cut(server: type[Odd], query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LARGEST", 10)
    server.answer = (200, JSON, b"x" * 1000)
    pool = Api.connect(None, "odd").official.rest_client.pool_manager
    host = Api.connect(None, "odd").official.configuration.host
    assert pool.request("GET", f"{host}/log?{query}", preload_content=False).read() == b"x" * 1000
    with pytest.raises(NoCluster):
        pool.request("GET", f"{host}/log?wwwatch=true&follow=false", preload_content=False)


def test_a_right_answer_is_taken(server: type[Odd]) -> None:
    right = {"metadata": {"name": "a", "labels": {"x": "y"}}, "spec": {"containers": []}}
    server.answer = (
        200,
        JSON,
        json.dumps({"metadata": {"resourceVersion": "1"}, "items": [right | {"status": None}]}).encode(),
    )
    assert Api.connect(None, "odd").list(PODS, "n")["items"] == [right]


@pytest.mark.parametrize(
    "line",
    [
        b"7",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"type": 1, "object": {}}',
        b'{"type": "ADDED"}',
        b'{"type": "A", "object": 7}',
    ],
    ids=str,
)
def test_an_odd_event_of_a_watch_is_one_sentence(server: type[Odd], line: bytes) -> None:
    server.answer = (200, JSON, line + b"\n")
    with pytest.raises(NoCluster, match="does not answer as a Kubernetes API does"):
        list(Api.connect(None, "odd").watch(PODS, "n", since="1", seconds=1))


def test_events_of_a_watch_are_taken_as_they_come(server: type[Odd]) -> None:
    spec = {"containers": []}
    events = [{"type": "ADDED", "object": {"metadata": {"name": name}, "spec": spec}} for name in ("a", "b")]
    events.append({"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": "1"}, "spec": {"containers": None}}})
    gone = {"kind": "Status", "metadata": {}, "status": "Failure", "code": 410, "reason": "Expired"}
    events.append({"type": "ERROR", "object": gone})
    server.answer = (200, JSON, b"\n\n".join(json.dumps(event).encode() for event in events) + b"\n")
    assert list(Api.connect(None, "odd").watch(PODS, "n", since="1", seconds=1)) == events


def test_a_line_of_a_watch_that_does_not_end_is_left(server: type[Odd], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "LARGEST", 5_000_000)
    server.answer, server.endless = (200, JSON, b"x" * 1_000_000), True
    with pytest.raises(NoCluster, match="does not end"):
        list(Api.connect(None, "odd").watch(PODS, "n", since="1", seconds=20))


class Plain(Reader):
    """The doctor's reader, without TLS."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "")

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, self._port, timeout=1.5)


@pytest.fixture
def reader(server: type[Odd], monkeypatch: pytest.MonkeyPatch) -> Plain:
    monkeypatch.setattr("ssl.create_default_context", lambda **how: None)
    return Plain(Api.connect(None, "odd").official.configuration.host)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_doctor_reads_every_answer_or_says_why_not(server: type[Odd], reader: Plain, name: str) -> None:
    server.answer = ANSWERS[name]
    for ask in (lambda: reader.get("/a"), lambda: reader.items("/b"), lambda: reader.may("u", "get", "", "pods")):
        try:
            ask()
        except Unreadable as error:
            assert "API" in error.message
    if name not in ("no metadata", "a failure with 200", "a failure of odd types"):
        with pytest.raises(Unreadable):
            reader.items("/b")


@pytest.mark.parametrize("body", [b"x" * 1_000_000, b" "], ids=["endless", "drip"])
def test_the_doctor_leaves_an_answer_without_end(
    server: type[Odd], reader: Plain, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labtools.doctor.reader._LONGEST", 1.0)
    monkeypatch.setattr(bounded, "LARGEST", 5_000_000)
    server.answer, server.endless = (200, JSON, body), True
    begin = time.monotonic()
    with pytest.raises(Unreadable, match="does not end"):
        reader.get("/a")
    assert time.monotonic() - begin < 10


CONTINUE = b"HTTP/1.1 100 Continue\r\n"
HEADS = {"continue": CONTINUE + b"\r\n", "drip": b"H", "large": (CONTINUE + b"A: b\r\n\r\n") * 9999}


@pytest.mark.parametrize("head", HEADS)
def test_a_head_without_end_is_left(
    server: type[Odd], reader: Plain, head: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labtools.doctor.reader._LONGEST", 0.5)
    monkeypatch.setattr(bounded.Pool.__init__, "__defaults__", (0.5,))
    server.head = HEADS[head]
    begin = time.monotonic()
    with pytest.raises(NoCluster, match="does not end"):
        Api.connect(None, "odd").request("get", "/version")
    with pytest.raises(Unreadable, match="does not end"):
        reader.get("/a")
    assert time.monotonic() - begin < 10


def places(found: object, *before: object) -> Iterator[tuple]:
    """Where in an object something stands."""
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, value in inner:
        yield (*before, key)
        yield from places(value, *before, key)


WAY = {
    "/apis/networking.k8s.io/v1/ingresses/": ingress(("a.com", "/", "Prefix", "web"), tls=True, default="web"),
    "/apis/networking.k8s.io/v1/ingressclasses/": classes()[0],
    "/apis/discovery.k8s.io/v1/endpointslices/": endpoint_slice("web", "p", ready=False),
    "/api/v1/services/": service("web"),
    "/api/v1/pods/": pod("p", "web", ready=False),
}


SECRETS = Resource("", "v1", "Secret", "secrets", "secret", True, verbs=("get", "list"))


class Told(FakeApi):
    """Lists what it was told to, whoever asks for what."""

    def __init__(self) -> None:
        super().__init__()
        self._catalogue = Catalogue([*RESOURCES, SECRETS])

    def _get(self, path: str, query: dict) -> dict:
        if path.rpartition("/")[2] not in {resource.plural for resource in self._catalogue.all()}:
            raise refusal(404, "NotFound", f'"{path}" not found')
        items = [obj for where, obj in self.objects.items() if where.rpartition("/")[0] == path]
        return {"items": items, "metadata": {"resourceVersion": "1"}}


def explanation(objects: dict[str, dict]) -> str:
    api = Told()
    api.objects = {f"{where}{number}": obj for number, (where, obj) in enumerate(objects.items())}
    return str(explained("http://a.com/", api, Entry("127.0.0.1", 1, 1), namespace="n", probe=False))


def test_the_way_that_the_next_test_changes_is_explained() -> None:
    assert "Pod" in explanation(WAY) and "not ready" in explanation(WAY)


@pytest.mark.parametrize("path", WAY)
@pytest.mark.parametrize("wrong", [[1], {"a": 1}, 5, "x", None, True], ids=str)
def test_a_field_of_a_wrong_type_is_one_sentence(path: str, wrong: object) -> None:
    """In each place of each object on a request's way: it is explained as if nothing were, or one sentence says it."""
    for *before, last in places(WAY[path]):
        changed = copy.deepcopy(WAY)
        place = changed[path]
        for key in before:
            place = place[key]
        place[last] = wrong
        try:
            explanation(changed)
        except NoCluster as error:
            assert "does not answer as a Kubernetes API does" in str(error), str(error)
        except Exception as error:
            raise AssertionError(f"{(*before, last)} = {wrong!r}") from error


WRONG = [([], "spec"), ({"ports": {}}, "spec.ports"), ({"ports": [{"port": "x"}]}, "spec.ports[0].port")]


@pytest.mark.parametrize(("spec", "field"), WRONG)
def test_the_sentence_names_the_server_the_object_and_the_field(server: type[Odd], spec: object, field: str) -> None:
    services = Resource("", "v1", "Service", "services", "service", True, verbs=("list",))
    one = {"metadata": {"namespace": "n", "name": "web"}, "spec": spec}
    server.answer = (200, JSON, json.dumps({"metadata": {}, "items": [one]}).encode())
    with pytest.raises(NoCluster) as said:
        Api.connect(None, "odd").list(services, "n")
    assert "http://127.0.0.1:" in str(said.value)
    assert f"in services n/web, {field} is not there or of a wrong type" in str(said.value)
