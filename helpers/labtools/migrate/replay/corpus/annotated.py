"""What an annotation of ingress-nginx makes worth asking, beside the edges of its paths."""

from collections.abc import Callable, Iterable, Iterator

from labcore.language.messages import phrase

from labtools.migrate.replay.corpus import limits
from labtools.migrate.replay.corpus.hosts import plain_target
from labtools.migrate.replay.corpus.rules import Rule
from labtools.migrate.replay.request import STAND_IN, Request

Asking = Callable[[Rule, str], Iterable[Request]]


def annotation_requests(rule: Rule) -> Iterator[Request]:
    """For every annotation of a rule's Ingress that something particular can be asked about."""
    for name, value in rule.annotations.items():
        for names, asking in _ASKING.items():
            if name in names:
                yield from asking(rule, value)


def _url(rule: Rule, **more: object) -> str:
    return rule.url(plain_target(rule), **more)  # type: ignore[arg-type]


def _cors(rule: Rule, value: str) -> Iterator[Request]:
    allowed = rule.annotations.get("cors-allow-origin", "*").split(",")[0].strip()
    origin = "https://page.replay.invalid" if allowed == "*" else allowed.replace("*", "one")
    about = ("enable-cors", *(name for name in rule.annotations if name.startswith("cors-")))
    preflight = (("Access-Control-Request-Method", "PUT"), ("Access-Control-Request-Headers", "X-Own"))
    for sent, why in (
        (origin, phrase("a page of an origin that may ask")),
        ("https://other.replay.invalid", phrase("a page of another origin")),
    ):
        yield Request(_url(rule), why, headers=(("Origin", sent),), about=about)
        yield Request(_url(rule), why, method="OPTIONS", headers=(("Origin", sent), *preflight), about=about)


def _basic(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name.startswith(("auth-", "satisfy")))
    yield Request(_url(rule), phrase("no name and password"), about=about)
    yield Request(
        _url(rule), phrase("a wrong password"), headers=(("Authorization", "Basic cmVwbGF5Ondyb25n"),), about=about
    )
    yield Request(
        _url(rule), phrase("the name and password of the stand-in's Secret, replay:replay"),
        headers=(("Authorization", "Basic cmVwbGF5OnJlcGxheQ=="),), about=about,
    )  # fmt: skip


def _external(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name.startswith("auth-"))
    for status, why in (
        (200, phrase("the service that is asked for permission answers 200")),
        (401, phrase("the service that is asked for permission answers 401")),
        (403, phrase("the service that is asked for permission answers 403")),
        (500, phrase("the service that is asked for permission answers 500")),
    ):
        yield Request(_url(rule), why, headers=((STAND_IN, f"auth={status}"),), about=about)


def _client_certificate(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name.startswith("auth-tls-"))
    yield Request(_url(rule, secure=True), phrase("a client without a certificate of its own"), about=about)


def _affinity(rule: Rule, value: str) -> Iterator[Request]:
    about = ("affinity", *(name for name in rule.annotations if name.startswith("session-cookie")))
    yield Request(
        _url(rule), phrase("the cookie of session affinity, by HTTP or HTTPS as the rule has it"), about=about
    )
    yield Request(_url(rule, secure=True), phrase("the cookie of session affinity, by HTTPS"), about=about)
    yield Request(_url(rule), phrase("a client that sends the cookie back"), times=6, jar=True, about=about)
    name = rule.annotations.get("session-cookie-name", "INGRESSCOOKIE")
    yield Request(
        _url(rule), phrase("a cookie of session affinity that the proxy never made"),
        headers=(("Cookie", f"{name}=unknown"),), about=about,
    )  # fmt: skip


def _same_key(rule: Rule, value: str) -> Iterator[Request]:
    yield Request(_url(rule), phrase("the same client, again and again: one Pod or several"), times=6,
                  about=("upstream-hash-by", "load-balance", "service-upstream"))  # fmt: skip


def _app_root(rule: Rule, value: str) -> Iterator[Request]:
    yield Request(rule.url("/"), phrase("the root of the host"), about=("app-root",))
    yield Request(rule.url("/?x=1"), phrase("the root of the host, with a query"), about=("app-root",))


def _redirect(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if "redirect" in name)
    yield Request(_url(rule), phrase("a redirect to another address"), about=about)
    yield Request(f"{_url(rule)}?x=1", phrase("a redirect, with a query"), about=about)
    yield Request(_url(rule), phrase("a redirect, by another method"), method="POST", body=10, about=about)


def _www(rule: Rule, value: str) -> Iterator[Request]:
    other = rule.host.removeprefix("www.") if rule.host.startswith("www.") else f"www.{rule.host}"
    about = ("from-to-www-redirect",)
    yield Request(_url(rule, host=other), phrase("the host with www. instead of without, or the reverse"), about=about)
    yield Request(rule.url("/deeper?x=1", host=other), phrase("the same with a path and a query"), about=about)


def _force_ssl(rule: Rule, value: str) -> Iterator[Request]:
    about = ("force-ssl-redirect",)
    yield Request(_url(rule, secure=False), phrase("plain HTTP where HTTPS is forced"), about=about)
    yield Request(
        _url(rule, secure=False), phrase("plain HTTP, and a client that claims X-Forwarded-Proto: https"),
        headers=(("X-Forwarded-Proto", "https"),), about=about,
    )  # fmt: skip


def _alias(rule: Rule, value: str) -> Iterator[Request]:
    for alias in value.split(",")[:3]:
        host = alias.strip()
        if host and not host.startswith("~"):
            host = host.replace("*.", "one.", 1)
            yield Request(_url(rule, host=host), phrase("another name of the host"), about=("server-alias",))


def _source_range(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name.endswith("-source-range"))
    inside = value.split(",")[0].split("/")[0].strip()
    yield Request(_url(rule), phrase("a client of this machine, 127.0.0.1"), about=about)
    yield Request(_url(rule), phrase("a client that claims an address of the range"),
                  headers=(("X-Forwarded-For", inside),), about=about)  # fmt: skip


def _error_pages(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name in ("custom-http-errors", "default-backend"))
    statuses = [status.strip() for status in rule.annotations.get("custom-http-errors", "503").split(",")][:3]
    for status in (*statuses, "418"):
        yield Request(_url(rule), phrase("the application answers with an error"),
                      headers=((STAND_IN, f"status={status}"),), about=about)  # fmt: skip


def _cookies_rewritten(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name.startswith("proxy-cookie-"))
    domain = rule.annotations.get("proxy-cookie-domain", "").split(" ")[0] or "inner.replay.invalid"
    path = rule.annotations.get("proxy-cookie-path", "").split(" ")[0] or "/"
    path = path if path.startswith("/") else "/"
    cookie = f"a=1; Domain={domain}; Path={path}"
    yield Request(_url(rule), phrase("the application sets a cookie"),
                  headers=((STAND_IN, f"set-cookie={cookie.replace(';', '%3B')}"),), about=about)  # fmt: skip


def _location_rewritten(rule: Rule, value: str) -> Iterator[Request]:
    about = tuple(name for name in rule.annotations if name.startswith("proxy-redirect-"))
    origin = rule.annotations.get("proxy-redirect-from", "")
    inner = origin if origin.startswith(("http", "/")) else "http://inner.replay.invalid/"
    yield Request(_url(rule), phrase("the application redirects"),
                  headers=((STAND_IN, f"status=302; location={inner}"),), about=about)  # fmt: skip


def _late(rule: Rule, value: str) -> Iterator[Request]:
    if value.isdigit() and int(value) <= 3:
        yield Request(_url(rule), phrase("an application that answers a second after the timeout"),
                      headers=((STAND_IN, f"sleep={int(value) + 1}"),), about=("proxy-read-timeout",))  # fmt: skip


def _plainly(name: str) -> Asking:
    def ask(rule: Rule, value: str) -> Iterator[Request]:
        yield Request(_url(rule), phrase("a plain request, for what the annotation changes in it"), about=(name,))

    return ask


_PLAIN = (
    "backend-protocol", "configuration-snippet", "connection-proxy-header", "custom-headers", "proxy-http-version",
    "server-snippet", "upstream-vhost", "x-forwarded-prefix", "mirror-target", "http2-push-preload",
)  # fmt: skip
_ASKING: dict[tuple[str, ...], Asking] = {
    ("enable-cors",): _cors,
    ("auth-type",): _basic,
    ("auth-url",): _external,
    ("auth-tls-secret",): _client_certificate,
    ("affinity",): _affinity,
    ("upstream-hash-by", "load-balance", "service-upstream"): _same_key,
    ("app-root",): _app_root,
    ("permanent-redirect", "temporal-redirect"): _redirect,
    ("from-to-www-redirect",): _www,
    ("force-ssl-redirect",): _force_ssl,
    ("server-alias",): _alias,
    ("whitelist-source-range", "denylist-source-range", "allowlist-source-range"): _source_range,
    ("custom-http-errors", "default-backend"): _error_pages,
    ("proxy-cookie-domain", "proxy-cookie-path"): _cookies_rewritten,
    ("proxy-redirect-from", "proxy-redirect-to"): _location_rewritten,
    ("proxy-read-timeout",): _late,
    ("limit-rps",): limits.rate,
    ("limit-rpm",): limits.rate,
    ("limit-connections",): limits.connections,
    ("proxy-body-size",): limits.body,
    ("proxy-buffer-size",): limits.headers,
    **{(name,): _plainly(name) for name in _PLAIN},
}
