"""What is asked once in a corpus, at its first path: methods, headers, cookies, bodies and long requests."""

from collections.abc import Iterator

from labcore.language.messages import phrase

from labtools.migrate.replay.corpus.hosts import plain_target
from labtools.migrate.replay.corpus.rules import Rule
from labtools.migrate.replay.request import STAND_IN, Request

METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
DEFAULT_BODY = 1024 * 1024
"""What ingress-nginx lets through without an annotation: proxy-body-size is 1m."""


def general_requests(rule: Rule) -> Iterator[Request]:
    url = rule.url(plain_target(rule))
    for method in METHODS:
        yield Request(url, phrase("another method"), method=method)
    yield from _headers(url)
    yield from _bodies(url, rule)
    yield Request(url, phrase("a request header of 9 kB"), headers=(("X-Long", "l" * 9_000),))
    separator = "&" if "?" in url else "?"
    yield Request(f"{url}{separator}long={'l' * 9_000}", phrase("a URL of 9 kB"))
    yield Request(
        url, phrase("an answer whose headers take 5 kB"), headers=((STAND_IN, "header-size=5000"),),
        about=("proxy-buffer-size",),
    )  # fmt: skip


def _headers(url: str) -> Iterator[Request]:
    yield Request(url, phrase("a cookie"), headers=(("Cookie", "first=1; second=2"),))
    yield Request(url, phrase("a header with an underscore in its name"), headers=(("X_Under_Score", "1"),))
    yield Request(url, phrase("a client that claims another address"), headers=(("X-Forwarded-For", "203.0.113.7"),))
    yield Request(
        url, phrase("a client that claims another host"), headers=(("X-Forwarded-Host", "other.replay.invalid"),)
    )
    yield Request(
        url, phrase("a client that offers another protocol"), headers=(("Connection", "Upgrade"), ("Upgrade", "h2c"))
    )


def _bodies(url: str, rule: Rule) -> Iterator[Request]:
    if "proxy-body-size" in rule.annotations:
        return
    about = ("proxy-body-size",)
    yield Request(
        url, phrase("a body of 1 MiB, the most that ingress-nginx takes by default"), method="POST",
        body=DEFAULT_BODY, about=about,
    )  # fmt: skip
    yield Request(
        url, phrase("a body one byte over what ingress-nginx takes by default"), method="POST",
        body=DEFAULT_BODY + 1, about=about,
    )  # fmt: skip
