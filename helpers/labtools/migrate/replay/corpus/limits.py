"""Requests at a limit and one over it: bodies, headers of answers, rates, connections."""

import re
from collections.abc import Iterator

from labcore.language.messages import phrase

from labtools.migrate.replay.corpus.hosts import plain_target
from labtools.migrate.replay.corpus.rules import Rule
from labtools.migrate.replay.request import STAND_IN, Request

BURST = 5
"""ingress-nginx lets through so many times a rate at once: the default of limit-burst-multiplier."""
MOST_REQUESTS, MOST_BYTES = 150, 64 * 1024 * 1024
_SIZE = re.compile(r"\s*(\d+)\s*([kmg]?)b?\s*", re.IGNORECASE)


def size(written: str) -> int | None:
    """Bytes, as nginx reads a size; None for none, and for 0, which is no limit."""
    match = _SIZE.fullmatch(written)
    return int(match[1]) * 1024 ** " kmg".index(match[2].lower() or " ") or None if match else None


def body(rule: Rule, value: str) -> Iterator[Request]:
    limit, url, about = size(value), rule.url(plain_target(rule)), ("proxy-body-size",)
    if limit is None:
        limit, about = 1024 * 1024, ("proxy-body-size",)
    if limit > MOST_BYTES:
        return
    yield Request(url, phrase("a body as long as the limit"), method="POST", body=limit, about=about)
    yield Request(url, phrase("a body one byte over the limit"), method="POST", body=limit + 1, about=about)


def headers(rule: Rule, value: str) -> Iterator[Request]:
    limit = size(value)
    for length in (limit // 2, limit + 1024) if limit and limit <= 1024 * 1024 else ():
        yield Request(
            rule.url(plain_target(rule)), phrase("an answer whose headers take a given size"),
            headers=((STAND_IN, f"header-size={length}"),), about=("proxy-buffer-size",),
        )  # fmt: skip


def rate(rule: Rule, value: str) -> Iterator[Request]:
    """A burst that a rate by the second or minute, five times over, lets through; and one that it does not."""
    multiplier = rule.annotations.get("limit-burst-multiplier", "")
    at_once = int(value) * (int(multiplier) if multiplier.isdigit() else BURST) + 1 if value.isdigit() else 0
    about = ("limit-rps", "limit-rpm", "limit-burst-multiplier")
    if not 0 < at_once * 2 <= MOST_REQUESTS:
        return
    yield Request(
        rule.url(plain_target(rule)), phrase("twice as many requests at once as ingress-nginx's burst lets through"),
        times=at_once * 2, about=tuple(name for name in about if name in rule.annotations),
    )  # fmt: skip


def connections(rule: Rule, value: str) -> Iterator[Request]:
    many = int(value) if value.isdigit() else 0
    if not 0 < many <= MOST_REQUESTS // 4:
        return
    yield Request(
        rule.url(plain_target(rule)), phrase("twice as many open requests of one client as may be"),
        headers=((STAND_IN, "sleep=0.5"),), times=many * 2, together=True, about=("limit-connections",),
    )  # fmt: skip
