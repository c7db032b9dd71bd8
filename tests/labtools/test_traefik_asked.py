"""What Traefik tells of its routers: rule texts read, states taken over, and the objects' reading corrected."""

import pytest
from cluster_objects import ingress, objects, ready
from ingress_lab.ingress.controller_flags import Flags
from labtools.explain.explain import written
from labtools.explain.findings import read as read_url
from labtools.traefik.asked import Asked, parse
from labtools.traefik.asking import last_complaint
from labtools.traefik.pod_port import NotReached, parsed
from labtools.traefik.rule import read

RULES = [
    ('Host("a.com") && PathPrefix("/")', "a.com", "/x", True),
    ('Host("a.com") && PathPrefix("/")', "b.com", "/x", False),
    ('Host("a.com") && (Path("/x") || PathPrefix("/x/"))', "a.com", "/xy", False),
    ('Host("a.com") && (Path("/x") || PathPrefix("/x/"))', "a.com", "/x/y", True),
    ('(Host("a.com") || Host("b.com")) && PathRegexp("(?i)^/x/(.*)")', "b.com", "/X/1", True),
    ('Host("*.a.com")', "b.a.com", "/", True),
    ("PathPrefix(`/api`) && !Path(`/api/no`)", "a.com", "/api/no", False),
    ("HostRegexp(`^[a-z]+\\.com$`)", "a.com", "/", True),
    ('Path("/a\\"b")', "a.com", '/a"b', True),
]


@pytest.mark.parametrize(("rule", "host", "path", "fits"), RULES)
def test_rule_texts(rule: str, host: str, path: str, fits: bool) -> None:
    test = read(rule)
    assert test is not None and test(host, path) is fits


@pytest.mark.parametrize("rule", ["", "Host(", 'Host("a") &&', 'Header("a", "b")', 'Host("a") Host("b")', 'Nope("a")'])
def test_what_is_not_read_fits_nothing(rule: str) -> None:
    assert read(rule) is None


def router(service: str, rule: str = 'Host("a.com") && PathPrefix("/")', **more: object) -> dict:
    entry_points = more.pop("entries", ["web"])
    return {"entryPoints": entry_points, "rule": rule, "priority": 33, "service": service, "status": "enabled", **more}


def told(routers: dict[str, dict], *alive: str) -> Asked:
    services = {f"{n}@kubernetes": {"loadBalancer": {"servers": [{"url": "http://10.0.0.1:80"}]}} for n in alive}
    return parse({"routers": routers, "services": services})


RULE = ("a.com", "/", "Prefix", "web")


def outcomes(asked: Asked, *found: dict) -> set[str]:
    controller = read_url("http://a.com/", objects(*found), asked=asked).controller
    assert controller is not None
    return set(controller.outcomes)


def test_the_objects_reading_is_corrected() -> None:
    there = (ingress(RULE), *ready("web"))
    assert outcomes(told({"n-i-a-com@kubernetes": router("n-web-80")}, "n-web-80"), *there) == {"web"}
    assert outcomes(told({"n-i-a-com@kubernetes": router("n-web-80")}), *there) == {"503"}
    assert outcomes(told({}), *there) == {"404"}
    disabled = router("n-web-80", status="disabled", error=['entryPoint "http" doesn\'t exist'])
    assert outcomes(told({"n-i-a-com@kubernetes": disabled}, "n-web-80"), *there) == {"404"}
    secure = router("n-web-80", entries=["websecure"], tls={})
    assert outcomes(told({"websecure-n-i-a-com@kubernetes": secure}, "n-web-80"), *there) == {"404"}


def test_of_two_ingresses_with_one_name_traefik_tells_which_is_kept() -> None:
    one = ingress(("cart.a.com", "/", "Prefix", "web"), name="shop")
    other = ingress(("a.com", "/", "Prefix", "other"), name="shop-cart")
    there = (one, other, *ready("web", "other"))
    kept = told({"n-shop-cart-a-com@kubernetes": router("n-other-80")}, "n-other-80")
    assert outcomes(kept, *there) == {"other"}
    lost = told(
        {"n-shop-cart-a-com@kubernetes": router("n-web-80", 'Host("cart.a.com") && PathPrefix("/")')}, "n-web-80"
    )
    assert outcomes(lost, *there) == {"404"}
    said = written(read_url("http://a.com/", objects(*there), namespace="n", asked=lost))
    assert said.fault is not None and said.fault.link == "Rule" and "only one of the two is kept" in said.fault.why


def test_two_equally_long_rules_stay_a_draw() -> None:
    there = (ingress(RULE, name="one"), ingress(("a.com", "/", "Prefix", "other"), name="two"), *ready("web", "other"))
    both = {"n-one-a-com@kubernetes": router("n-web-80"), "n-two-a-com@kubernetes": router("n-other-80")}
    assert outcomes(told(both, "n-web-80", "n-other-80"), *there) == {"web", "other"}
    both["n-two-a-com@kubernetes"]["priority"] = 40
    assert outcomes(told(both, "n-web-80", "n-other-80"), *there) == {"other"}


def test_a_router_that_is_no_ingress_is_named() -> None:
    file = router("api@internal", "PathPrefix(`/`)", priority=99)
    found = read_url("http://a.com/", objects(ingress(RULE), *ready("web")), asked=told({"mine@file": file}))
    assert any("mine" in note and "PathPrefix(`/`)" in note for note in found.notes)


def test_shares_of_a_weighted_service_count() -> None:
    parts = {"weighted": {"services": [{"name": "a"}, {"name": "b"}]}}
    servers = [{"url": "http://10.0.0.2"}, {"url": "http://10.0.0.3", "fenced": True}]
    services = {"w@kubernetes": parts, "b@kubernetes": {"loadBalancer": {"servers": servers}}}
    assert parse({"services": services}).servers["w@kubernetes"] == ("http://10.0.0.2",)


def test_where_it_tells() -> None:
    assert not Flags.of(["--ping"]).tells
    flags = Flags.of(["--api=true", "--entrypoints.traefik.address=10.1.2.3:9000"])
    assert flags.tells and flags.inner_port == 9000


def test_its_last_complaint_about_an_ingress() -> None:
    lines = [
        'T ERR Cannot resolve auth secret, skipping ingress error="no" ingress=i namespace=n providerName=p',
        "T ERR Error while updating ingress status ingress=i namespace=n",
        "T ERR Something else ingress=j namespace=n",
    ]
    assert last_complaint(lines, "n", "i") == 'Cannot resolve auth secret, skipping ingress error="no"'
    assert last_complaint(lines, "n", "k") == ""


def test_http_over_a_pods_port() -> None:
    assert parsed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n") == (200, b"ok")
    with pytest.raises(NotReached):
        parsed(b"\x15\x03\x01")
