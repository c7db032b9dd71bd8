"""nginx.conf as manifests/controllers/nginx renders it: objects in, text out; the real nginx reads every text."""

import json
import re
from pathlib import Path

import nginx_program as program
import programs
import pytest
import yaml
from nginx_program import cluster, ingress, refusal, render, slices

PLAIN = ("/", "hello")


def conf(*ingresses: dict, **more: object) -> str:
    return render(cluster(*ingresses, **more)).text


def server(text: str, host: str) -> str:
    """The server block of a host."""
    start = text.index(f'server_name "{host}"')
    return text[start : text.index("\n    }\n", start)]


def matches(text: str, host: str) -> list[str]:
    """What stands behind `location` in a host's server, in order."""
    return re.findall(r"^ +location (.*) \{$", server(text, host), re.MULTILINE)


def test_the_config_map_is_the_program() -> None:
    (document,) = yaml.safe_load_all((program.FOLDER / "4-program.yaml").read_text())
    files = {file.name: file.read_text() for file in programs.maker().files("nginx")}
    beside = yaml.safe_load((program.FOLDER.parent / "nginx-beside" / "program.yaml").read_text())
    assert document["data"] == beside["data"] == files, "run: python manifests/controllers/make.py"
    assert len(json.dumps(document)) < 1_000_000


def test_one_namespace_is_followed_without_a_right_in_the_whole_cluster() -> None:
    watching = program.MODULES["watching"]
    found = watching.kinds("shop", by_class=False)
    assert "ingressclasses" not in found and all("/namespaces/shop/" in path for path in found.values())
    assert found["services"] == "/api/v1/namespaces/shop/services"
    assert watching.kinds() == watching.KINDS


def test_files_are_small_enough_to_be_read() -> None:
    assert [f.name for f in program.PROGRAM.glob("*.py") if len(f.read_text().splitlines()) > 200] == []


def test_a_prefix_is_a_folder_and_itself() -> None:
    """updateServerLocations: /foo is `/foo/` and `= /foo`, so /foobar is nobody's."""
    text = conf(ingress("a", "a.example", ("/foo", "hello"), ("/", "order")))
    assert matches(text, "a.example") == ['"/foo/"', '= "/foo"', '"/"']


def test_an_exact_path_takes_the_place_of_the_prefix_itself() -> None:
    text = conf(ingress("a", "a.example", ("/foo", "hello"), ("/foo", "Exact", "order")))
    assert matches(text, "a.example") == ['"/foo/"', '= "/foo"', '"/"']
    assert 'service_name "order"' in server(text, "a.example").split('= "/foo"')[1].split("location")[0]


def test_one_regular_expression_makes_all_paths_of_the_host_ones() -> None:
    """enforceRegexModifier, also over Ingresses; the longest text comes first."""
    first = ingress("a", "a.example", ("/foo", "hello"))
    second = ingress("b", "a.example", ("/b.+", "ImplementationSpecific", "order"), annotations={"use-regex": "true"})
    text = conf(first, second)
    assert matches(text, "a.example") == ['~* "^/foo/"', '~* "^/foo"', '~* "^/b.+"', '~* "^/"']
    other = conf(first, ingress("c", "other.example", PLAIN, annotations={"rewrite-target": "/x"}))
    assert "~*" not in server(other, "a.example") and "~*" in server(other, "other.example")


def test_a_wildcard_host_stands_for_one_label() -> None:
    assert 'server_name "~^(?<subdomain>[\\w-]+)\\.foo\\.example$"' in conf(ingress("a", "*.foo.example", PLAIN))


def test_the_older_ingress_has_the_path_and_the_later_one_is_refused() -> None:
    old, new = ingress("old", "a.example", PLAIN), ingress("new", "a.example", ("/", "order"))
    old["metadata"]["creationTimestamp"], new["metadata"]["creationTimestamp"] = "2026-01-01", "2026-01-02"
    rendered = render(cluster(new, old))
    assert rendered.refused == {"shop/new": 'host "a.example" and path "/" is already defined in ingress shop/old'}
    assert rendered.served == ["shop/old"]


def test_a_service_without_ready_pods_answers_503_and_what_nobody_has_404() -> None:
    text = conf(ingress("a", "a.example", ("/a", "empty"), ("/b", "missing"), ("/c", "hello")))
    assert server(text, "a.example").count("return 503;") == 4
    assert "proxy_pass http://upstream-default-backend;" in server(text, "a.example")
    assert "upstream shop-empty-80" not in text
    pods = [slices("empty", "127.0.0.8", ready=False), slices("missing", "127.0.0.9")]
    assert "127.0.0.8" not in conf(ingress("a", "a.example", ("/a", "empty"), ("/b", "missing")), slices=pods)


ANNOTATIONS = {
    "rewrite-target": ({"rewrite-target": "/new/$1"}, 'rewrite "(?i)/x(.*)" "/new/$1" break;'),
    "rewrite to the same path": ({"rewrite-target": "/x(.*)"}, 'location = "/x(.*)"'),
    "app-root": ({"app-root": "/foo"}, 'return 302 "$scheme://$http_host/foo";'),
    "app-root elsewhere": ({"app-root": "foo"}, None),
    "force-ssl-redirect": ({"force-ssl-redirect": "true"}, 'return 308 "https://$redirect_host$uri_without_slash";'),
    "kept slash": (
        {"force-ssl-redirect": "true", "preserve-trailing-slash": "true"},
        'return 308 "https://$redirect_host$request_uri";',
    ),
    "permanent": ({"permanent-redirect": "http://other.example/a"}, 'return 301 "http://other.example/a";'),
    "permanent code": (
        {"permanent-redirect": "http://other.example", "permanent-redirect-code": "308"},
        'return 308 "http://other.example";',
    ),
    "temporal": ({"temporal-redirect": "http://other.example"}, 'return 302 "http://other.example";'),
    "temporal code out of range": (
        {"temporal-redirect": "http://other.example", "temporal-redirect-code": "308"},
        'return 302 "http://other.example";',
    ),
    "allow": ({"whitelist-source-range": "10.0.0.0/8, 1.2.3.4"}, "allow 1.2.3.4;"),
    "deny": ({"denylist-source-range": "10.0.0.1/8"}, "deny 10.0.0.0/8;"),
    "rps": ({"limit-rps": "5"}, "burst=25 nodelay;"),
    "rpm": ({"limit-rpm": "5", "limit-burst-multiplier": "2"}, "burst=10 nodelay;"),
    "connections": ({"limit-connections": "3"}, " 3;"),
    "body": ({"proxy-body-size": "8m"}, "client_max_body_size 8m;"),
    "timeout": ({"proxy-read-timeout": "7"}, "proxy_read_timeout 7s;"),
    "timeout with a unit is none": ({"proxy-read-timeout": "7s"}, "proxy_read_timeout 60s;"),
    "next": ({"proxy-next-upstream": "http_502 non_idempotent"}, "proxy_next_upstream http_502 non_idempotent;"),
    "buffering": ({"proxy-buffering": "on"}, "proxy_buffering on;"),
    "buffer size": ({"proxy-buffer-size": "8k", "proxy-buffers-number": "8"}, "proxy_buffers 8 8k;"),
    "vhost": ({"upstream-vhost": "inner.example"}, 'proxy_set_header Host "inner.example";'),
    "prefix": (
        {"rewrite-target": "/$1", "x-forwarded-prefix": "/x"},
        'proxy_set_header X-Forwarded-Prefix "/x";',
    ),
    "https": ({"backend-protocol": "HTTPS"}, "proxy_pass https://shop-hello-80;"),
    "grpc": ({"backend-protocol": "grpc"}, "grpc_pass grpc://shop-hello-80;"),
    "satisfy": ({"satisfy": "any"}, "satisfy any;"),
    "cors": ({"enable-cors": "true"}, "add_header Access-Control-Allow-Origin "),
    "external": ({"auth-url": "http://auth.example/v"}, 'set $target "http://auth.example/v";'),
    "signin": (
        {"auth-url": "http://auth.example", "auth-signin": "http://in.example/?a=b"},
        'return 302 "http://in.example/?a=b&rd=$pass_access_scheme://$http_host$escaped_request_uri";',
    ),
    "cache": (
        {"auth-url": "http://auth.example", "auth-cache-key": "$remote_user", "auth-cache-duration": "200 201 30m"},
        "proxy_cache_valid 200 201 30m;",
    ),
    "affinity": ({"affinity": "cookie", "session-cookie-name": "S"}, "hash $hash_"),
    "hash": ({"upstream-hash-by": "$request_uri"}, 'hash "$request_uri" consistent;'),
    "service": ({"service-upstream": "true"}, "server 10.0.0.9:80 max_fails=0;"),
    "mirror": ({"mirror-target": "http://m.example$request_uri"}, 'proxy_set_header Host "m.example";'),
    "errors": ({"custom-http-errors": "404,503"}, "error_page 404 = @custom_upstream-default-backend_404;"),
    "alias": ({"server-alias": "b.example, c.example"}, 'server_name "a.example" "b.example" "c.example";'),
    "fcgi": ({"backend-protocol": "FCGI"}, "proxy_pass http://shop-hello-80;"),
    "no authority": ({"auth-tls-secret": "shop/none"}, "return 403;"),
    "log": ({"enable-rewrite-log": "true"}, "rewrite_log on;"),
    "www": ({"from-to-www-redirect": "true"}, 'server_name "www.a.example";'),
}


@pytest.mark.parametrize(("annotations", "expected"), ANNOTATIONS.values(), ids=ANNOTATIONS)
def test_what_an_annotation_becomes(annotations: dict, expected: str | None) -> None:
    path = ("/x(.*)", "ImplementationSpecific", "hello")
    text = conf(ingress("a", "a.example", path, annotations=annotations))
    assert expected in text if expected else text == conf(ingress("a", "a.example", path))


def test_nginx_takes_all_of_it(tmp_path: Path) -> None:
    """All annotations, each on a host of its own, in one configuration."""
    every = [
        ingress(f"i{number}", f"{number}.example", ("/x(.*)", "ImplementationSpecific", "hello"), annotations=given)
        for number, (given, _) in enumerate(ANNOTATIONS.values())
    ]
    canary = ingress(
        "canary", "0.example", ("/x(.*)", "ImplementationSpecific", "order"),
        annotations={"canary": "true", "canary-weight": "10", "canary-by-header": "X-C", "canary-by-cookie": "c"},
    )  # fmt: skip
    rendered = render(cluster(*every, canary, resolvers=("127.0.0.1",)))
    assert refusal(rendered.text, tmp_path, rendered.files) == ""


def test_two_prefixes_that_differ_by_their_last_slash_are_the_same_location_twice(tmp_path: Path) -> None:
    """As in v1.15.1, where updateServerLocations looks for no double: nginx refuses the whole configuration."""
    rendered = render(cluster(ingress("a", "a.example", ("/foo", "hello"), ("/foo/", "order"))))
    refused = refusal(rendered.text, tmp_path, rendered.files)
    assert 'duplicate location "/foo/"' in refused
    assert rendered.culprit(refused, int(refused.split("nginx.conf:")[1].split()[0])) == "shop/a"


def test_snippets_come_in_as_they_are_where_they_are_allowed_and_nowhere_else(tmp_path: Path) -> None:
    given = {"configuration-snippet": "add_header X-Own told;", "server-snippet": "location /own {\n  return 418;\n}"}
    shop = ingress("shop", "a.example.com", PLAIN, annotations=given)
    assert "Snippet directives are disabled" in render(cluster(shop)).refused["shop/shop"]
    rendered = render(cluster(shop, snippets_allowed=True))
    text = server(rendered.text, "a.example.com")
    assert "add_header X-Own told;" in text and "return 418;" in text
    assert refusal(rendered.text, tmp_path, rendered.files) == ""
    stream = ingress("shop", "a.example.com", PLAIN, annotations={"stream-snippet": "x;"})
    assert "Snippet directives are disabled" in render(cluster(stream, snippets_allowed=True)).refused["shop/shop"]


def test_a_session_cookie_ends_at_a_date_where_nginx_can_reckon_one(tmp_path: Path) -> None:
    given = {"affinity": "cookie", "session-cookie-expires": "3600"}
    shop = ingress("shop", "a.example.com", PLAIN, annotations=given)
    rendered = render(cluster(shop))
    assert "Expires=$cookie_ends" in rendered.text and "Max-Age" not in rendered.text
    assert refusal(rendered.text, tmp_path, rendered.files) == ""
    assert "Max-Age=3600" in conf(shop, modules=frozenset())


def test_the_readme_counts_the_annotations() -> None:
    """All 136 of annotations-risk.md of v1.15.1; `whitelist` is another name of two."""
    done = {name for name in program.MODULES["options"].NAMES if "whitelist" not in name}
    left, snippets = program.MODULES["unsupported"].WHY, program.MODULES["unsupported"].SNIPPETS
    assert not done & left.keys() and not done & snippets
    counted = f"Of the {len(done) + len(left) + len(snippets)} annotations"
    text = " ".join((program.FOLDER / "README.md").read_text().split())
    assert counted in text and f"{len(done)} are carried out" in text
    assert f"{len(left)} are not, and {len(snippets)} are snippets" in text


def test_every_file_of_the_program_is_in_the_readme_or_read_by_name() -> None:
    text = (program.FOLDER / "README.md").read_text()
    assert [file.name for file in program.PROGRAM.glob("*.py") if file.name not in text] == []


def test_what_has_no_equal_here_is_named() -> None:
    given = {
        "load-balance": "ewma",
        "affinity-mode": "persistent",
        "backend-protocol": "FCGI",
        "ssl-passthrough": "true",
        "auth-keepalive": "5",
        "rewrite_target": "/",
        "proxy-body-size": "8r",
    }
    notes = render(cluster(ingress("a", "a.example", PLAIN, annotations=given))).notes
    told = " ".join(f"{note.reason}: {note.message}" for note in notes)
    words = ("ewma", "persistent", "FCGI", "ssl-passthrough", "auth-keepalive", "rewrite_target", "'8r' is invalid")
    assert [word for word in words if word not in told] == []
    assert {note.ingress for note in notes} == {"shop/a"} and len(notes) == len(words)


HOSTILE = (
    '"; return 200 "x',
    "'; }",
    "a;b",
    "}\nserver { listen 1; }",
    "$(x)",
    "${remote_addr}",
    "$request_id",
    "\\",
    '\\"; }',
    "a\r\nSet-Cookie: x",
    "# c",
    "{",
    "lua_x;",
    "x" * 5000,
    "\u2028;",
)


RULES = program.MODULES["options"].RULES


def hostile(value: str) -> list[dict]:
    """Ingresses with the value in each annotation that takes it, and as host, path, Service and name."""
    taken = sorted(name for name, rule in RULES.items() if rule.valid(value))
    other = {"enable-cors": "true", "affinity": "cookie"}
    given = [({name: value} if name == "canary" else other | {name: value}) for name in taken]
    made = [ingress(f"i{n}", f"{n}.example", PLAIN, annotations=each) for n, each in enumerate(given)]
    made.append(ingress("host", value, PLAIN))
    made.append(ingress("path", "path.example", (value, "ImplementationSpecific", "hello")))
    made.append(
        ingress("regex", "r.example", (value, "ImplementationSpecific", "hello"), annotations={"use-regex": "1"})
    )
    made.append(ingress("name", "name.example", ("/x" + value, "ImplementationSpecific", value), annotations=other))
    made[-1]["metadata"] |= {"name": value, "namespace": value}
    return made


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value[:20]))
def test_nothing_of_a_value_becomes_a_directive(value: str, tmp_path: Path) -> None:
    """nginx finds no word in it, and stops at most at a variable, an expression or a length that it does not know."""
    rendered = render(cluster(*hostile(value), resolvers=("127.0.0.1",)))
    assert words(rendered.text) <= KNOWN_WORDS
    refused = refusal(rendered.text, tmp_path, rendered.files)
    known = ("too long parameter", "variable", "pcre")
    assert not refused or any(word in refused for word in known), refused


def test_what_an_annotation_may_not_hold_is_not_written(tmp_path: Path) -> None:
    for value in ('"; return 299 "x', "a\nb 299", "299;"):
        wrong = [name for name, rule in RULES.items() if not rule.valid(value)]
        assert len(wrong) > 100
        text = conf(
            *(ingress(f"i{n}", f"{n}.example", PLAIN, annotations={name: value}) for n, name in enumerate(wrong))
        )
        assert "299" not in text


def words(text: str) -> set[str]:
    """The directives that a text uses, and the bare words of its maps."""
    return {line.split()[0] for line in directives(text) if re.match(r"[a-z_]", line)}


def directives(text: str) -> list[str]:
    """Each directive's text, as nginx's own reader would cut it: by `;`, `{` and `}` outside of quotes."""
    found, current, quote, escaped = [], "", "", False
    for char in re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE):
        if quote:
            current += char
            quote = "" if char == quote and not escaped else quote
            escaped = char == "\\" and not escaped
        elif char in "\"'" and (not current or current[-1] in " \t\n"):
            quote, current = char, current + char
        elif char in ";{}" and not current.endswith("$"):
            found += [current.strip()] if current.strip() else []
            current = ""
        else:
            current += char
    return found


KNOWN_WORDS: set[str] = set()


@pytest.fixture(scope="module", autouse=True)
def _known_words() -> None:
    every = [
        ingress(f"i{number}", f"{number}.example", ("/x(.*)", "ImplementationSpecific", "hello"), annotations=given)
        for number, (given, _) in enumerate(ANNOTATIONS.values())
    ]
    KNOWN_WORDS.update(words(conf(*every, resolvers=("127.0.0.1",))))
