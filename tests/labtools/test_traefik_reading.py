"""Traefik's rules one by one; that the real program follows them is shown by tests/flows/test_traefik_reading.py."""

import pytest
from cluster_objects import endpoint_slice, ingress, objects, ready, service
from ingress_lab.ingress import controller_flags
from labtools.traefik.goregexp import compiled, replace_all
from labtools.traefik.reading import Routing
from labtools.traefik.request import clean, request_of
from labtools.traefik.rewriting import rewritten
from labtools.traefik.router import Match, host_fits, quoted

T, N = "traefik.ingress.kubernetes.io/", "nginx.ingress.kubernetes.io/"


def outcomes(url: str, *found: dict, told: tuple[str, ...] = ()) -> set[str]:
    there = objects(*found, *ready("a", "b", "c"), flags=told)
    used = controller_flags.of_pods(there.pods.values())
    assert used is not None
    return set(Routing.of(there, used).read(url).outcomes)


@pytest.mark.parametrize(
    ("match", "text", "length"),
    [
        (Match(("a.com",), "Prefix", "/"), 'Host("a.com") && PathPrefix("/")', 32),
        (Match(("a.com",), "Prefix", "/x/"), 'Host("a.com") && (Path("/x") || PathPrefix("/x/"))', 50),
        (Match((), "Path", "/é"), 'Path("/é")', 11),
        (Match(("a.com", "b.com")), '(Host("a.com") || Host("b.com"))', 32),
        (Match((), "PathRegexp", '(?i)^/a"\\d'), 'PathRegexp("(?i)^/a\\"\\\\d")', 26),
    ],
)
def test_rule_texts(match: Match, text: str, length: int) -> None:
    assert (match.text, match.length) == (text, length)


@pytest.mark.parametrize(
    "narrow",
    [
        "--providers.kubernetesingress.namespaces=$(NAMESPACE)",
        "--providers.kubernetesingress.ingressclass=habit",
        "--providers.kubernetesingressnginx.watchnamespace=here",
        "--providers.kubernetesingressnginx.controllerclass=example.com/edge",
    ],
)
def test_a_second_traefik_of_a_notebook_is_not_the_one_at_the_entry(narrow: str) -> None:
    def pod(name: str, *args: str) -> dict:
        return {
            "metadata": {"name": name},
            "spec": {"containers": [{"name": "t", "image": "traefik:v3.7", "args": [*args]}]},
        }

    second, first = pod("edge-1", narrow), pod("traefik-1", "--providers.kubernetesingress=true")
    assert controller_flags.of_pods([second, first]) == controller_flags.of_pods([first])
    alone = controller_flags.of_pods([second])
    assert alone is not None and alone.is_narrow


def test_quoted_as_go_does() -> None:
    assert quoted('a"b\\c\n\x01é') == '"a\\"b\\\\c\\n\\x01é"'


@pytest.mark.parametrize(
    ("wanted", "host", "fits"),
    [
        ("a.com", "A.com", True), ("a.com", "a.com.", True), ("*.a.com", "x.a.com", True),
        ("*.a.com", "x.a.com.", True), ("*.a.com", "y.x.a.com", False), ("*.a.com", "a.com", False),
    ],
)  # fmt: skip
def test_hosts(wanted: str, host: str, fits: bool) -> None:
    assert host_fits(wanted, host) is fits


@pytest.mark.parametrize(
    ("asked", "path", "escaped"),
    [
        ("/a//b", "/a/b", "/a/b"), ("/a/../b/", "/b/", "/b/"), ("/%66oo", "/foo", "/foo"), ("", "/", "/"),
        ("/a%2fb", "/a%2Fb", "/a%2Fb"), ("/%2e%2e/x", "/x", "/x"), ("/a%20b", "/a b", "/a%20b"),
        ("/é", "/é", "/%C3%A9"), ("/a|b", "/a|b", "/a%7Cb"), ("/a/./", "/a/", "/a/"),
    ],
)  # fmt: skip
def test_a_path_is_tidied_before_rules_are_tried(asked: str, path: str, escaped: str) -> None:
    request = request_of(f"http://A.com:80{asked}?q=/x")
    assert (request.host, request.path, request.escaped, request.status) == ("a.com", path, escaped, 0)


def test_a_broken_encoding_is_refused_at_the_door() -> None:
    assert request_of("http://a.com/%zz").status == 400
    assert outcomes("http://a.com/%zz", ingress(("a.com", "/", "Prefix", "a"))) == {"400"}


def test_clean_keeps_what_is_no_part_of_the_way() -> None:
    assert [clean(p) for p in ("/", "//", "/a/", "x", "a/../b", "/..")] == ["/", "/", "/a/", "x", "b", "/"]


@pytest.mark.parametrize("pattern", ["(?=a)", "(?!a)", "(?<=a)b", r"(a)\1", "a++", "(a", "(?>a)", "(?#a)"])
def test_what_go_cannot_read(pattern: str) -> None:
    assert compiled(pattern) is None


def test_replacing_as_go_does() -> None:
    everything = compiled("(.*)")
    assert everything and replace_all(everything, "abc", "<$1>") == "<abc>"
    word = compiled("(?<first>[a-z])([0-9])")
    assert word and replace_all(word, "a1-b2", "${2}x$first$2y$$") == "1xa$-2xb$"


@pytest.mark.parametrize(
    ("path", "rule", "target", "made", "status"),
    [
        ("/apl2/x", "/apl2", "/", "//x", 400), ("/apl2x", "/apl2", "/", "/x", 0), ("/APL2", "/apl2", "/", "/", 0),
        ("/apl2/x", "/apl2(/|$)(.*)", "/$2", "/x", 0), ("/a/a", "/a", "/b", "/b/b", 0),
        ("/a/x", "/a/(.*)", "https://b.test/$1", "https://b.test/x", 302), ("/a", "/a(.*)", "$1", "", 500),
        ("/a/x", "/a/(.*)", "/n/../$1", "/n/../x", 400), ("/a", "", "/n$1", "/n", 0), ("/b", "/(?=a)", "/", "/b", 0),
    ],
)  # fmt: skip
def test_rewriting(path: str, rule: str, target: str, made: str, status: int) -> None:
    assert rewritten(path, (rule, target)) == (made, status)


def test_the_longest_text_wins_not_the_exact_path() -> None:
    rules = ingress(("a.com", "/x", "Exact", "a"), ("a.com", "/x", "Prefix", "b"), ("a.com", "/", "Prefix", "c"))
    assert outcomes("http://a.com/x", rules) == {"b"}
    assert outcomes("http://a.com/xy", rules) == {"c"}
    wild = ingress(("*.a.com", "/long/path", "Prefix", "a"), ("x.a.com", "/", "Prefix", "b"))
    assert outcomes("http://x.a.com/long/path", wild) == {"a"}


def test_without_strict_matching_a_prefix_ends_anywhere() -> None:
    rules = ingress(("a.com", "/x", "Prefix", "a"))
    assert outcomes("http://a.com/xy", rules) == {"404"}
    assert outcomes("http://a.com/xy", rules, told=("--providers.kubernetesingress.strictprefixmatching=false",)) == {
        "a"
    }


def test_equally_long_texts_are_a_draw() -> None:
    one = ingress(("a.com", "/x", "Prefix", "a"), name="one")
    two = ingress(("a.com", "/x", "Prefix", "b"), name="two", class_name="nginx")
    assert outcomes("http://a.com/x", one, two) == {"a", "b"}
    assert outcomes("http://a.com/x", one, ingress(("a.com", "/x", "Prefix", "a"), name="two")) == {"a"}


def test_names_that_fall_together_inside_traefik() -> None:
    shop = ingress(("cart.a.com", "/", "Prefix", "a"), name="shop")
    cart = ingress(("a.com", "/", "Prefix", "b"), name="shop-cart")
    assert outcomes("http://a.com/", shop, cart) == {"b", "404"}
    other = ingress(("a.com", "/", "Prefix", "b"), name="shop-cart", class_name="nginx")
    assert outcomes("http://a.com/", shop, other) == {"b"}


def test_what_is_missing_differs_between_the_providers() -> None:
    for class_name, missing, empty in (("traefik", "a", "503"), ("nginx", "503", "503")):
        gone = ingress(("a.com", "/x", "Prefix", "gone"), ("a.com", "/", "Prefix", "a"), class_name=class_name)
        assert outcomes("http://a.com/x", gone) == {missing}
        nobody = ingress(("a.com", "/x", "Prefix", "none"), ("a.com", "/", "Prefix", "a"), class_name=class_name)
        assert outcomes("http://a.com/x", nobody, service("none")) == {empty}
    off = ("--providers.kubernetesingress.allowemptyservices=false",)
    alone = ingress(("a.com", "/", "Prefix", "none"))
    assert outcomes("http://a.com/", alone, service("none"), endpoint_slice("none", "x", ready=False), told=off) == {
        "404"
    }


def test_default_backends() -> None:
    beside = {"default": "b"}
    rule = ("a.com", "/x", "Prefix", "a")
    assert outcomes("http://a.com/y", ingress(rule, **beside)) == {"404"}
    assert outcomes("http://a.com/y", ingress(rule, class_name="nginx", **beside)) == {"b"}
    assert outcomes("http://b.com/y", ingress(rule, class_name="nginx", **beside)) == {"404"}
    assert outcomes("http://b.com/y", ingress(**beside)) == {"b"}
    older = ingress(name="old", class_name="nginx", default="a", created="2025-01-01")
    assert outcomes("http://b.com/y", older, ingress(name="new", class_name="nginx", **beside)) == {"a"}


def test_classes() -> None:
    rule = ("a.com", "/", "Prefix", "a")
    assert outcomes("http://a.com/", ingress(rule, class_name="other")) == {"404"}
    assert outcomes("http://a.com/", ingress(rule, class_name=None)) == {"a"}
    for name in ("traefik", "nginx"):
        old = {"kubernetes.io/ingress.class": name}
        assert outcomes("http://a.com/", ingress(rule, class_name=None, annotations=old)) == {"a"}
    told = ("--providers.kubernetesingress.namespaces=elsewhere",)
    assert outcomes("http://a.com/", ingress(rule), told=told) == {"404"}


def test_annotations_of_traefik() -> None:
    low = ingress(("a.com", "/x", "Prefix", "a"), name="low", annotations={f"{T}router.priority": "1"})
    assert outcomes("http://a.com/x", low, ingress(("a.com", "/", "Prefix", "b"))) == {"b"}
    wrong = ingress(("a.com", "/", "Prefix", "a"), annotations={f"{T}router.priority": "high"})
    assert outcomes("http://a.com/", wrong) == {"404"}
    tls = ingress(("a.com", "/", "Prefix", "a"), annotations={f"{T}router.tls": "true"})
    assert (outcomes("http://a.com/", tls), outcomes("https://a.com/", tls)) == ({"404"}, {"a"})
    web = ingress(("a.com", "/", "Prefix", "a"), annotations={f"{T}router.entrypoints": "web"})
    assert (outcomes("http://a.com/", web), outcomes("https://a.com/", web)) == ({"a"}, {"404"})
    regexp = {f"{T}router.pathmatcher": "PathRegexp"}
    assert outcomes(
        "http://a.com/x/y", ingress(("a.com", "/[y]", "ImplementationSpecific", "a"), annotations=regexp)
    ) == {"a"}


def test_annotations_of_ingress_nginx() -> None:
    def nginx(path_type: str, path: str, tls: bool = False, **said: str) -> dict:
        notes = {N + key.replace("_", "-"): value for key, value in said.items()}
        return ingress(("a.com", path, path_type, "a"), class_name="nginx", annotations=notes, tls=tls)

    assert outcomes("http://a.com/XY", nginx("Prefix", "/x", use_regex="true")) == {"a"}
    assert outcomes("http://a.com/XY", nginx("Prefix", "/x", use_regex="1")) == {"404"}
    assert outcomes("http://a.com/x/y", nginx("Prefix", "/x", rewrite_target="/")) == {"400"}
    assert outcomes("http://a.com/x", nginx("Prefix", "/x~")) == {"404"}
    assert outcomes("http://a.com/x", nginx("Prefix", "/x", tls=True)) == {"308"}
    assert outcomes("https://a.com/x", nginx("Prefix", "/x", tls=True)) == {"a"}
    assert outcomes("http://a.com/x", nginx("Prefix", "/x", tls=True, ssl_redirect="false")) == {"a"}
    assert outcomes("http://a.com/", nginx("Prefix", "/x", app_root="/x")) == {"302"}
    assert outcomes("http://www.a.com/", nginx("Prefix", "/x", from_to_www_redirect="true")) == {"308"}
    assert outcomes("http://b.com/x", nginx("Prefix", "/x", server_alias="b.com")) == {"a"}
    assert outcomes(
        "http://a.com/x", nginx("Prefix", "/x", permanent_redirect="https://b.com", permanent_redirect_code="999")
    ) == {"301"}
    assert outcomes("http://a.com/x", nginx("Prefix", "/x", server_snippet="return 200;")) == {"404"}


def test_one_annotation_makes_all_paths_of_its_host_regular_expressions() -> None:
    notes = {f"{N}rewrite-target": "/new"}
    one = ingress(("a.com", "/x", "Prefix", "a"), name="one", class_name="nginx", annotations=notes)
    two = ingress(("a.com", "/y", "Prefix", "b"), name="two", class_name="nginx", namespace="n")
    assert outcomes("http://a.com/Yes", one, two) == {"b"}
    assert outcomes("http://a.com/Yes", two) == {"404"}


def test_a_canary_stands_beside_a_service() -> None:
    main = ingress(("a.com", "/", "Prefix", "a"), name="main", class_name="nginx")
    other = ingress(("b.com", "/", "Prefix", "a"), name="other", class_name="nginx")
    for weight, seen in (("0", {"a"}), ("30", {"a", "b"}), ("100", {"b"})):
        notes = {f"{N}canary": "true", f"{N}canary-weight": weight}
        canary = ingress(("a.com", "/", "Prefix", "b"), name="canary", class_name="nginx", annotations=notes)
        assert outcomes("http://a.com/", main, other, canary) == seen
        assert outcomes("http://b.com/", main, other, canary) == seen


def test_the_projects_own_flags_are_read_from_its_manifests() -> None:
    told = controller_flags.of_manifests()
    assert told.own and told.nginx and told.own_option("strictprefixmatching") and told.version == "v3.7"
    assert (told.entry_points("http"), told.entry_points("https")) == ({"web": False}, {"websecure": True})
