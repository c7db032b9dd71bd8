"""From the rules of Ingresses to the requests that are asked."""

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labtools.migrate.replay.corpus import corpus
from labtools.migrate.replay.corpus.limits import size
from labtools.migrate.replay.corpus.paths import edges
from labtools.migrate.replay.corpus.rules import rules_of
from labtools.migrate.replay.corpus.samples import literal_prefix, samples
from labtools.migrate.replay.request import STAND_IN, Request, unique

NGINX = "nginx.ingress.kubernetes.io/"


def ingress(
    *paths: str, host: str = "a.example.com", path_type: str = "Prefix", tls: bool = False, **said: str
) -> dict:
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    listed = [{"path": path, "pathType": path_type, "backend": backend} for path in paths]
    spec: dict = {"rules": [{"host": host, "http": {"paths": listed}}]}
    if tls:
        spec["tls"] = [{"hosts": [host], "secretName": "tls"}]
    annotations = {NGINX + name.replace("_", "-"): value for name, value in said.items()}
    return {"kind": "Ingress", "metadata": {"name": "web", "annotations": annotations}, "spec": spec}


def urls(*ingresses: dict) -> list[str]:
    return [request.url for request in corpus(ingresses).requests]


def asked(*ingresses: dict, about: str) -> list[Request]:
    return [request for request in corpus(ingresses).requests if about in request.about]


@pytest.mark.parametrize(
    "target",
    [
        "/apl", "/apl/", "/apl/deeper", "/aplx", "/APL", "//apl", "/apl//deeper", "/apl%2Fdeeper", "/./apl",
        "/other/../apl", "/apl/deeper/%2e%2e/again", "/apl/../other", "/ap", "/%61pl", "/apl/a%20b", "/apl?x=1&y=%2F",
    ],
)  # fmt: skip
def test_a_path_is_asked_at_its_edges(target: str) -> None:
    assert f"http://a.example.com{target}" in urls(ingress("/apl"))


def test_every_path_has_its_main_edges_and_each_kind_all_of_them_once() -> None:
    found = urls(ingress("/one", "/two"))
    assert {f"http://a.example.com/{name}{more}" for name in ("one", "two") for more in ("", "/", "x")} <= set(found)
    assert [url for url in found if "%2F" in url and "?" not in url] == ["http://a.example.com/one%2Fdeeper"]


def test_a_path_in_a_prefix_of_another_is_asked_for_both() -> None:
    found = urls(ingress("/a", "/a/b"))
    assert {"http://a.example.com/a/deeper", "http://a.example.com/a/b", "http://a.example.com/a/bx"} <= set(found)


def test_a_wildcard_host_is_asked_one_and_two_labels_deep() -> None:
    found = urls(ingress("/", host="*.example.com"))
    assert {"http://one.example.com/", "http://two.one.example.com/", "http://example.com/"} <= set(found)


def test_unknown_hosts_and_other_spellings_of_a_host_are_asked() -> None:
    found = urls(ingress("/"))
    assert {"http://A.EXAMPLE.COM/", "http://a.example.com./", "http://unknown.replay.invalid/"} <= set(found)


def test_a_host_with_a_certificate_is_asked_by_https_and_once_without() -> None:
    found = corpus([ingress("/apl", tls=True)]).requests
    assert {urlsplit(request.url).scheme for request in found if request.url.endswith("/aplx")} == {"https"}
    assert [r.headers for r in found if r.url == "http://a.example.com/apl"] == [(), (("X-Forwarded-Proto", "https"),)]


def test_one_regular_expression_makes_all_paths_of_its_host_expressions() -> None:
    one, other = ingress("/x(/|$)(.*)", rewrite_target="/$2"), ingress("/plain", path_type="Exact")
    assert [rule.regex for rule in rules_of([one, other])] == [True, True]
    assert [rule.regex for rule in rules_of([one, ingress("/plain", host="b.example.com")])] == [True, False]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ("/name(/|$)(.*)", "/name/deeper"), ("/[A-Z]{3}", "/AAA"), ("/(api|web)/v[0-9]+", "/api/v0"),
        ("/[^/]+/z", "/n/z"), ("^/x$", "/x"), ("/é", "/%C3%A9"), (r"/\d{2,}", "/77"),
    ],
)  # fmt: skip
def test_a_path_that_an_expression_matches(pattern: str, matched: str) -> None:
    assert samples(pattern)[0] == matched


def test_an_expression_that_only_another_engine_reads_is_asked_at_its_beginning() -> None:
    assert samples("/api/[") == []
    assert "http://a.example.com/api" in urls(ingress("/api/[", use_regex="true"))


def test_what_begins_an_expression() -> None:
    assert [literal_prefix(p) for p in ("/a(/|$)(.*)", "/ab?c", "^/x$", "[a-z]")] == ["/a", "/a", "/x", ""]


@pytest.mark.parametrize(("said", "bytes_sent"), [("4k", 4096), ("2m", 2097152), ("100", 100)])
def test_bodies_at_a_limit_and_one_over_it(said: str, bytes_sent: int) -> None:
    found = asked(ingress("/", proxy_body_size=said), about="proxy-body-size")
    assert [request.body for request in found] == [bytes_sent, bytes_sent + 1]


def test_a_size_as_nginx_writes_it() -> None:
    assert [size(written) for written in ("1m", "8K", "10", "0", "much")] == [1048576, 8192, 10, None, None]


def test_a_rate_is_asked_at_twice_its_burst() -> None:
    assert [r.times for r in asked(ingress("/", limit_rps="2"), about="limit-rps")] == [22]
    assert asked(ingress("/", limit_rps="5000"), about="limit-rps") == []


def test_a_canary_is_asked_by_header_cookie_and_share() -> None:
    canary = ingress("/", canary="true", canary_by_header="X-Canary", canary_by_cookie="c", canary_weight="20")
    found = asked(ingress("/"), canary, about="canary")
    assert [dict(r.headers).get("X-Canary") for r in found[:3]] == ["always", "never", "perhaps"]
    assert [dict(r.headers).get("Cookie") for r in found[3:6]] == ["c=always", "c=never", "c=perhaps"]
    assert [r.times for r in found[6:]] == [40]


def test_permission_is_told_to_the_stand_in() -> None:
    found = asked(ingress("/", auth_url="http://auth.example.com/check"), about="auth-url")
    assert [dict(r.headers)[STAND_IN] for r in found] == ["auth=200", "auth=401", "auth=403", "auth=500"]


def test_each_request_is_asked_once_and_keeps_what_it_is_about() -> None:
    first, second = Request("http://a/", "one", about=("x",)), Request("http://a/", "two", about=("y",))
    assert unique([first, second]) == [first]
    assert unique([first, second])[0].about == ("x", "y")


def test_no_rules_ask_nothing_and_a_limit_says_what_it_left_out() -> None:
    assert corpus([]).requests == ()
    whole = corpus([ingress("/a")])
    assert corpus([ingress("/a")], most=10).left_out == len(whole.requests) - 10


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "Ingress"}, {"metadata": None, "spec": None}, {"spec": {"rules": [{}]}},
        {"spec": {"rules": [{"http": {"paths": [{"path": None}]}}]}}, {"spec": {"defaultBackend": {"service": {}}}},
    ],
)  # fmt: skip
def test_an_ingress_with_little_in_it_is_read(odd: dict) -> None:
    corpus([odd])


paths = st.from_regex(r"(/[a-zA-Z0-9._-]{1,8}){0,3}/?", fullmatch=True).map(lambda path: path or "/")


@given(paths, st.booleans())
@settings(max_examples=60, deadline=None, derandomize=True, database=None)
def test_every_edge_is_a_request_target(path: str, full: bool) -> None:
    for target, why in edges(path, full=full):
        assert target.startswith("/")
        assert re.fullmatch(r"[!-~]+", target)
        assert why


@given(st.lists(paths, min_size=1, max_size=4), st.booleans())
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_the_same_rules_ask_the_same_and_nothing_twice(written: list[str], tls: bool) -> None:
    first, second = corpus([ingress(*written, tls=tls)]), corpus([ingress(*written, tls=tls)])
    assert first == second
    assert len(set(first.requests)) == len(first.requests)


@given(st.from_regex(r"/[a-z]{1,4}(\(/\|\$\)\(\.\*\)|/\[a-z\]\{2\}|/\.\*|\(a\|b\)|/\[\^/\]\+)?", fullmatch=True))
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_samples_match_their_expression(pattern: str) -> None:
    found = samples(pattern)
    assert found
    assert all(re.match(pattern, unquote(path)) for path in found)
