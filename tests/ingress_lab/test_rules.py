"""The API's reading of rules, with the examples of the Ingress API reference."""

from collections.abc import Iterable

import pytest
from ingress_lab.ingress import routes
from ingress_lab.ingress.rules import Rule, api_readings, host_matches, path_matches, rules_of

# https://kubernetes.io/docs/concepts/services-networking/ingress/#examples (kind, path, request path, matches)
EXAMPLES = [
    ("Prefix", "/", "/any/path", True),
    ("Exact", "/foo", "/foo", True),
    ("Exact", "/foo", "/bar", False),
    ("Exact", "/foo", "/foo/", False),
    ("Exact", "/foo/", "/foo", False),
    ("Prefix", "/foo", "/foo", True),
    ("Prefix", "/foo", "/foo/", True),
    ("Prefix", "/foo/", "/foo", True),
    ("Prefix", "/foo/", "/foo/", True),
    ("Prefix", "/aaa/bb", "/aaa/bbb", False),
    ("Prefix", "/aaa/bbb", "/aaa/bbb", True),
    ("Prefix", "/aaa/bbb/", "/aaa/bbb", True),
    ("Prefix", "/aaa/bbb", "/aaa/bbb/", True),
    ("Prefix", "/aaa/bbb", "/aaa/bbb/ccc", True),
    ("Prefix", "/aaa/bbb", "/aaa/bbbxyz", False),
    ("Prefix", "/foo", "/FOO", False),
]

# https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards
HOSTS = [
    ("*.foo.com", "bar.foo.com", True),
    ("*.foo.com", "baz.bar.foo.com", False),
    ("*.foo.com", "foo.com", False),
    ("foo.com", "foo.com", True),
    ("Foo.com", "foo.com", True),
    ("foo.com", "bar.foo.com", False),
    ("", "anything", True),
]


def rule(host: str, path: str, path_type: str, service: str, **more: str) -> Rule:
    return Rule(host, path, path_type, service, "80", **more)


def services(rules: Iterable[Rule], url: str) -> list[str]:
    return [found.service for found in api_readings(rules, url)]


@pytest.mark.parametrize(("path_type", "path", "asked", "matches"), EXAMPLES)
def test_paths(path_type: str, path: str, asked: str, matches: bool) -> None:
    assert path_matches(rule("", path, path_type, "s"), asked) is matches


@pytest.mark.parametrize(("wanted", "host", "matches"), HOSTS)
def test_hosts(wanted: str, host: str, matches: bool) -> None:
    assert host_matches(wanted, host) is matches


RULES = [
    rule("b.com", "/", "Prefix", "any"),
    rule("y.a.com", "/", "Prefix", "wild"),
    rule("x.a.com", "/", "Prefix", "root"),
    rule("x.a.com", "/shop", "Prefix", "shop"),
    rule("x.a.com", "/shop/cart", "Prefix", "cart-prefix"),
    rule("x.a.com", "/shop/cart", "Exact", "cart-exact"),
    rule("", "", "", "default"),
]


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("http://x.a.com/", "root"),
        ("http://x.a.com/shop/x?q=/shop/cart", "shop"),
        ("http://x.a.com/shop/cart", "cart-exact"),
        ("http://x.a.com/shop/cart/1", "cart-prefix"),
        ("http://X.A.com:8080/shopping", "root"),
        ("http://y.a.com/shop", "wild"),
        ("http://b.com/", "any"),
    ],
)
def test_precedence_does_not_depend_on_the_order_of_rules(url: str, service: str) -> None:
    for rules in (RULES, RULES[::-1]):
        assert services(rules, url) == [service]


HOSTS_THAT_OVERLAP = [
    rule("", "/a/very/long/path", "Prefix", "any"),
    rule("*.a.com", "/help", "Prefix", "wild"),
    rule("x.a.com", "/", "Prefix", "full"),
    rule("X.a.com", "/help/me", "Prefix", "me"),
]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://x.a.com/", ["full"]),
        ("http://x.a.com/help", ["wild", "full"]),
        ("http://x.a.com/help/me", ["wild", "me"]),
        ("http://y.a.com/help", ["wild"]),
        ("http://x.a.com/a/very/long/path", ["any", "full"]),
        ("http://z.com/a", []),
    ],
)
def test_the_api_gives_no_order_of_hosts_that_fit(url: str, wanted: list[str]) -> None:
    """The reference says that hosts are matched before paths, and nothing on a full name beside a wildcard."""
    assert services(HOSTS_THAT_OVERLAP, url) == wanted


def test_default_backend_and_nothing() -> None:
    only = [rule("a.com", "/x", "Exact", "x"), rule("", "", "", "default")]
    assert services(iter(only), "http://a.com/y") == ["default"]
    assert services(only[:1], "http://a.com/y") == []


def test_the_api_gives_no_order_of_two_ingresses_with_one_host_and_path() -> None:
    rules = [
        rule("a.com", "/", "Prefix", "late", created="2026-01-02T00:00:00Z", ingress="a"),
        rule("a.com", "/", "Prefix", "early", created="2026-01-01T00:00:00Z", ingress="b"),
    ]
    assert services(rules, "http://a.com/") == ["late", "early"]


def test_rules_of_an_ingress() -> None:
    paths = [{"path": "/a", "pathType": "Exact", "backend": {"service": {"name": "a", "port": {"name": "http"}}}}]
    ingress = {
        "metadata": {"name": "i", "namespace": "n"},
        "spec": {
            "ingressClassName": "nginx",
            "rules": [{"host": "a.com", "http": {"paths": paths}}, {"host": "empty.com"}],
            "defaultBackend": {"service": {"name": "d", "port": {"number": 80}}},
        },
    }
    assert rules_of([ingress]) == [
        Rule("a.com", "/a", "Exact", "a", "http", "i", "n", "nginx"),
        Rule("", "", "", "d", "80", "i", "n", "nginx"),
    ]


def http_route(host: str, *rules: dict, name: str = "r") -> dict:
    spec = {"parentRefs": [{"name": "edge"}], "rules": list(rules)} | ({"hostnames": [host]} if host else {})
    return {"metadata": {"name": name, "namespace": "n"}, "spec": spec}


def routed(path: str, service: str, kind: str = "PathPrefix", **match: object) -> dict:
    matches = [{"path": {"type": kind, "value": path}} | match]
    return {"matches": matches, "backendRefs": [{"name": service, "port": 80}]}


@pytest.mark.parametrize(
    ("url", "wins"),
    [
        ("http://shop.a.com/x", ["exact"]),
        ("http://shop.a.com/x/y", ["prefix"]),
        ("http://shop.a.com/", ["all"]),
        ("http://b.c.a.com/", ["wild"]),  # of an Ingress, a wildcard is one label
        ("http://a.com/", ["any"]),
    ],
)
def test_the_reading_of_http_routes(url: str, wins: list[str]) -> None:
    header = routed("/x/y/z", "team", headers=[{"name": "X-Team", "value": "red"}])
    shop = [routed("/", "all"), routed("/x", "prefix"), routed("/x", "exact", "Exact"), header]
    some = [
        http_route("shop.a.com", *shop),
        http_route("*.a.com", routed("/", "wild")),
        http_route("", routed("/", "any")),
    ]
    for order in (some, some[::-1]):
        assert [r.service for r in api_readings(routes.rules_of(order), url)] == wins


def test_rules_of_an_http_route_say_conditions_shares_and_redirects() -> None:
    weights = {"backendRefs": [{"name": "a", "port": 80, "weight": 3}, {"name": "b", "port": 80, "namespace": "far"}]}
    moved = {"filters": [{"type": "RequestRedirect", "requestRedirect": {"statusCode": 301}}]}
    match = {"method": "POST", "headers": [{"name": "X", "value": "y"}], "queryParams": [{"name": "q", "value": "1"}]}
    found = routes.rules_of([http_route("a.com", weights, moved, {"matches": [match]})])
    said = [(r.service, r.port, r.share, r.conditions) for r in found]
    assert said == [
        ("a", "80", "3", ""),
        ("far/b", "80", "1", ""),
        ("301", "", "", ""),
        ("500", "", "", "POST, X: y, ?q=1"),
    ]
    assert {(r.path, r.path_type, r.kind, r.class_name) for r in found} == {("/", "PathPrefix", "HTTPRoute", "edge")}
