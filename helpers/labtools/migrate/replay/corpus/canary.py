"""What decides between an Ingress and its canary: a header, a cookie, a share of the requests."""

from collections.abc import Iterable, Iterator, Sequence

from labcore.language.messages import phrase

from labtools.migrate.replay.corpus.hosts import plain_target
from labtools.migrate.replay.corpus.rules import Rule, annotations_of, hosts_of, is_canary
from labtools.migrate.replay.corpus.samples import samples
from labtools.migrate.replay.request import Request

SHARE_OF = 40
"""Requests by which a share is counted."""


def canary_requests(ingresses: Iterable[dict], rules: Sequence[Rule]) -> Iterator[Request]:
    """For each canary, at the first path of its host."""
    for ingress in ingresses:
        if not is_canary(ingress):
            continue
        said, hosts = annotations_of(ingress), hosts_of(ingress)
        for rule in [rule for rule in rules if rule.host in hosts][:1]:
            yield from _of_one(rule, said, tuple(name for name in said if name.startswith("canary")))


def _of_one(rule: Rule, said: dict[str, str], about: tuple[str, ...]) -> Iterator[Request]:
    url = rule.url(plain_target(rule))
    if header := said.get("canary-by-header", ""):
        chosen = said.get("canary-by-header-value", "")
        pattern = "" if chosen else said.get("canary-by-header-pattern", "")
        for value, why in (
            (chosen, phrase("the canary's header with the value that chooses it")),
            (_matching(pattern), phrase("the canary's header with a value that its expression matches")),
            ("always", phrase("the canary's header with the value always")),
            ("never", phrase("the canary's header with the value never")),
            ("perhaps", phrase("the canary's header with a value that means nothing")),
        ):
            if value:
                yield Request(url, why, headers=((header, value),), about=about)
    if cookie := said.get("canary-by-cookie", ""):
        for value, why in (
            ("always", phrase("the canary's cookie with the value always")),
            ("never", phrase("the canary's cookie with the value never")),
            ("perhaps", phrase("the canary's cookie with a value that means nothing")),
        ):
            yield Request(url, why, headers=(("Cookie", f"{cookie}={value}"),), about=about)
    if "canary-weight" in said:
        yield Request(url, phrase("the canary's share of many requests"), times=SHARE_OF, about=about)


def _matching(pattern: str) -> str:
    return next(iter(samples(pattern)), "").removeprefix("/") if pattern else ""
