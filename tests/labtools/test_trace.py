"""A followed request: the log's line read, times put together, the log on for one request only, nothing unescaped."""

import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from types import SimpleNamespace

import pytest
from fake_api import refusal
from labtools.trace import log_line, switching, tracing
from labtools.trace.legs import legs_of
from labtools.trace.sending import Sent
from labtools.trace.trace import Trace
from labtools.traefik.asked import Asked, AskedRouter, parse

ID = "a1b2"
SAID = {
    "Duration": 2_000_000, "OriginDuration": 1_500_000, "StartUTC": "2026-11-29T10:00:00.000700001Z",
    "RouterName": "web-n-i-a-com@kubernetes", "ServiceAddr": "10.0.0.1:8080", "KubernetesServiceName": "web",
    "DownstreamStatus": 200, "request_X-Request-Id": ID,
}  # fmt: skip
BEGAN = 1795946400.0
SENT = Sent(BEGAN, connected=0.25, answered=3.0, source="127.0.0.1:4", target="127.0.0.1:80", status=200)


def line_of(**changed: object) -> log_line.Line:
    found = log_line.read([json.dumps(SAID | changed)], ID)
    assert found
    return found


def test_the_line_of_the_request_is_found_among_others() -> None:
    lines = [
        f"2026-11-29T10:00:00Z ERR {ID}",
        json.dumps(SAID | {"request_X-Request-Id": "x", "a": ID}),
        "{",
        json.dumps(SAID),
    ]
    found = log_line.read(lines, ID)
    assert found and (found.router, found.address, found.service, found.status) == (
        "web-n-i-a-com@kubernetes", "10.0.0.1:8080", "web", 200,
    )  # fmt: skip
    assert found.start == pytest.approx(BEGAN + 0.0007, abs=1e-6) and found.written == lines[-1]
    assert log_line.read(lines[:-1], ID) is None
    assert log_line.read([json.dumps({"request_X-Request-Id": ID})], ID) is None


NGINX_LINE = (
    '127.97.1.4 - - [30/Nov/2026:06:20:11 +0000] "GET /older?a=\\x22%5D HTTP/1.1" 200 431 "-" "lab \\x22client" '
    "187 0.012 [n-web-svc-80] [] 127.97.2.9:8080 431 0.009 200 "
)


def nginx_line(text: str) -> log_line.Line:
    found = log_line.read([text + "other", "x " + ID, text + ID], ID)
    assert found
    return found


def test_the_line_of_nginx_is_read_as_it_is_written() -> None:
    found = nginx_line(NGINX_LINE)
    assert (found.duration, found.origin, found.own) == (12.0, 9.0, 3.0)
    assert (found.address, found.upstream, found.status) == ("127.97.2.9:8080", "n-web-svc-80", 200)
    assert (found.start, found.router, found.service, found.whole) == (0.0, "", "", True)
    assert found.written == NGINX_LINE + ID


def test_nginx_asked_a_second_pod_after_the_first_refused() -> None:
    asked = "10.0.0.1:8080, 10.0.0.2:8080 0, 431 0.004, 0.005 502, 200"
    two = NGINX_LINE.replace("127.97.2.9:8080 431 0.009 200", asked)
    found = nginx_line(two)
    assert (found.address, found.origin, found.own) == ("10.0.0.2:8080", 9.0, 3.0)


def test_nginx_answers_itself_and_asks_no_pod() -> None:
    alone = NGINX_LINE.replace("200 431", "503 190")
    alone = alone.replace("[n-web-svc-80] [] 127.97.2.9:8080 431 0.009 200", "[] [] - - - -")
    found = nginx_line(alone)
    assert (found.address, found.origin, found.own, found.status, found.upstream) == ("", None, 12.0, 503, "")
    assert log_line.read([NGINX_LINE.replace("0.012", "soon") + ID], ID) is None


def test_the_service_in_the_name_of_an_upstream() -> None:
    assert tracing._service_of("n-web-svc-80", "n") == "web-svc"
    assert tracing._service_of("other-web-svc-80", "n") == "" and tracing._service_of("", "n") == ""


def test_a_client_in_a_pod_tells_one_time_and_nginx_whole_milliseconds() -> None:
    sent = Sent(0.0, answered=13.4, status=200, in_one=True)
    legs = legs_of(sent, nginx_line(NGINX_LINE), at_pod=True)
    assert [leg.time for leg in legs] == ["1 ms", "3 ms", "9 ms", "0 ms"]
    assert sum(leg.milliseconds for leg in legs) == pytest.approx(sent.total)
    traefik = legs_of(sent, line_of(), at_pod=True)
    assert [leg.time for leg in traefik] == ["11.4 ms", "0.50 ms", "1.50 ms", "0.00 ms"]


def test_the_parts_of_the_way_make_the_whole() -> None:
    legs = legs_of(SENT, line_of(), at_pod=True)
    assert [round(leg.milliseconds, 2) for leg in legs] == [0.25, 0.45, 0.5, 1.5, 0.55]
    assert sum(leg.milliseconds for leg in legs) == pytest.approx(SENT.total)


def test_two_clocks_that_disagree_are_not_compared() -> None:
    legs = legs_of(SENT, line_of(StartUTC="2026-11-29T09:00:00Z"), at_pod=True)
    assert [round(leg.milliseconds, 2) for leg in legs] == [0.25, 1.0, 0.5, 1.5, 0.0]
    assert "counted with the way there" in legs[-1].name


def test_a_controller_that_answers_itself_asks_no_pod() -> None:
    found = line_of(ServiceAddr="")
    assert (found.origin, found.own) == (None, 2.0)
    assert [leg.path[-1] for leg in legs_of(SENT, found, at_pod=False)] == [0, 2, 2, 0]


def test_without_a_line_the_answer_is_one_part() -> None:
    assert [leg.milliseconds for leg in legs_of(SENT, None, at_pod=True)] == [0.25, 3.0]
    assert legs_of(SENT, None, at_pod=True)[-1].path == (0, 1, 2, 3, 2, 1, 0)
    assert [leg.milliseconds for leg in legs_of(replace(SENT, secured=2.0), None, at_pod=False)] == [0.25, 2.0, 3.0]


def router(*, logs: bool = False, provider: str = "kubernetes", namespace: str = "n") -> AskedRouter:
    return AskedRouter("web-n-i", provider, "", 1, ("web",), False, "", ingress=(namespace, "i"), logs=logs)


class Ingresses:
    """An API with one Ingress, that notes which annotations it is given."""

    def __init__(self, annotations: dict[str, str] | None = None, *, refuses: bool = False) -> None:
        self.annotations, self.refuses, self.given = dict(annotations or {}), refuses, []

    def resources(self) -> SimpleNamespace:
        return SimpleNamespace(named=lambda kind: SimpleNamespace(path=lambda *names: "/".join((kind, *names))))

    def request(self, method: str, path: str, body: dict | None = None, **_: object) -> dict:
        assert path == "ingresses/n/i"
        if method == "patch" and self.refuses:
            raise refusal(403, "Forbidden", "no")
        if method == "patch" and body:
            self.given.append(body["metadata"]["annotations"])
        return {"metadata": {"annotations": self.annotations}}


def switched(api: Ingresses, one: AskedRouter | None) -> bool:
    told = [Asked((replace(one, logs=on),), {}) for on in (False, True)] if one else []
    with switching.logging(api, one, "n", lambda: told.pop(0)) as is_on:  # type: ignore[arg-type]
        return is_on


OWN, NGINX = switching.ANNOTATIONS.values()


@pytest.mark.parametrize(("provider", "name"), switching.ANNOTATIONS.items())
def test_the_log_is_on_for_one_request(provider: str, name: str) -> None:
    api = Ingresses()
    assert switched(api, router(provider=provider)) is True
    assert api.given == [{name: "true"}, {name: None}]


def test_an_annotation_that_was_there_comes_back() -> None:
    api = Ingresses({OWN: "false"})
    assert switched(api, router()) is True and api.given[-1] == {OWN: "false"}


@pytest.mark.parametrize(
    ("api", "one", "on"),
    [
        (Ingresses(), None, False),
        (Ingresses(), router(logs=True), True),
        (Ingresses(), router(provider="kubernetesgateway"), False),
        (Ingresses(), router(namespace="other"), False),
        (Ingresses(refuses=True), router(), False),
    ],
)
def test_nothing_is_changed_where_it_need_not_or_may_not(api: Ingresses, one: AskedRouter | None, on: bool) -> None:
    assert switched(api, one) is on and api.given == []


def test_traefik_tells_middlewares_and_whose_router_it_is() -> None:
    body = {
        "rule": 'Host("a.com")', "middlewares": ["to-https@kubernetes"],
        "observability": {"accessLogs": True, "metadata": {"ingress": {"namespace": "n", "name": "i"}}},
    }  # fmt: skip
    middleware = {"redirectScheme": {"scheme": "https"}, "status": "enabled", "usedBy": ["r@kubernetes"]}
    told = parse({"routers": {"r@kubernetes": body}, "middlewares": {"to-https@kubernetes": middleware}})
    one = told.named("r@kubernetes")
    assert one and (one.middlewares, one.ingress, one.logs) == (("to-https@kubernetes",), ("n", "i"), True)
    assert told.middlewares == {"to-https@kubernetes": "redirectScheme"}


TRACE = Trace(
    "http://a.com/", SENT, "traefik-x", "edge", 80, "web-n-i-a-com@kubernetes", 'Host("a.com")', (), "web", 2,
    "10.0.0.1:8080", "web-1", "web", "web-1", "worker", legs_of(SENT, line_of(), at_pod=True), "{}",
)  # fmt: skip


def test_in_words() -> None:
    assert repr(TRACE).splitlines() == [
        "GET http://a.com/ -> 200, 3.2 ms",
        "  client",
        "       127.0.0.1:4",
        "  -> port 80 of node edge",
        "       reached at 127.0.0.1:80",
        "  -> ingress controller, Pod traefik-x",
        "       router web-n-i-a-com",
        '       Host("a.com")',
        "       no middleware",
        "     EndpointSlice of web, looked up",
        "       2 addresses, chosen: 10.0.0.1:8080",
        "  -> Pod web-1",
        "       on node worker",
        "       answers 200",
        "       the controller's log names this Pod, too",
        "  the connection is opened: 0.25 ms",
        "  to the controller: 0.45 ms",
        "  in the controller itself: 0.50 ms",
        "  to the Pod, its work, and back: 1.50 ms",
        "  back to the client: 0.55 ms",
    ]
    assert TRACE.hops == ("client", "node", "controller", "EndpointSlice", "Pod") and TRACE.confirmed


def test_what_an_answer_says_stays_text() -> None:
    evil = '</text><script>alert(1)</script>" onload="x\x1b[2J'
    drawn = replace(TRACE, pod=evil, service=evil, pod_node=evil, rule=evil, middlewares=(evil,))
    svg = drawn._repr_mimebundle_()[0]["image/svg+xml"]
    root = ElementTree.fromstring(svg)
    assert "\x1b" not in svg and "\x1b" not in drawn._repr_mimebundle_()[0]["text/plain"]
    assert not [e for e in root.iter() if e.tag.endswith("script")]
    assert not [name for e in root.iter() for name in e.attrib if name.startswith("on")]


def test_another_pod_than_the_log_names_is_not_confirmed() -> None:
    assert not replace(TRACE, pod="web-2").confirmed
    assert replace(TRACE, sent=Sent(BEGAN, error="refused"), pod="", chosen="").hops == ("client",)
    none = replace(TRACE, sent=Sent(BEGAN, error="connection refused"), legs=())
    assert "connection refused" in none._repr_mimebundle_()[0]["image/svg+xml"]


def test_a_request_of_which_the_log_tells_nothing_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A trace right before may just have switched the log off."""
    answered, ids = SENT, []
    monkeypatch.setattr(tracing.sending, "send", lambda url, entry, request_id: ids.append(request_id) or answered)
    lines = {2: ({}, log_line.Line())}
    monkeypatch.setattr(tracing.log_line, "find", lambda api, pods, request_id, longest: lines.get(len(ids)))
    assert tracing._sent(None, "http://a.example.com/", None, [{}]) == (answered, lines[2])
    assert len(set(ids)) == 2

    lines.clear()
    ids.clear()
    assert tracing._sent(None, "http://a.example.com/", None, [{}]) == (answered, None) and len(ids) == 3
    assert tracing._sent(None, "http://a.example.com/", None, []) == (answered, None) and len(ids) == 4
