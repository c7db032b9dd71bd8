"""What is asked about the name of a host, and about its certificate."""

from collections.abc import Iterator, Sequence

from labcore.language.messages import phrase

from labtools.migrate.replay.corpus.rules import Rule
from labtools.migrate.replay.corpus.samples import samples
from labtools.migrate.replay.request import Request

UNKNOWN = "unknown.replay.invalid"


def host_requests(rules: Sequence[Rule]) -> Iterator[Request]:
    """For each host of the rules once, at its first path."""
    seen: set[str] = set()
    for rule in rules:
        if rule.host in seen:
            continue
        seen.add(rule.host)
        if rule.host:
            yield from _named(rule, full=len(seen) == 1)
    yield Request(f"http://{UNKNOWN}/", phrase("a host that no rule names"))


def _named(rule: Rule, *, full: bool) -> Iterator[Request]:
    target = plain_target(rule)
    wildcard = rule.host.startswith("*.")
    if wildcard:
        bare = rule.host[2:]
        yield Request(rule.url(target), phrase("a wildcard host, one label deep"))
        yield Request(rule.url(target, host=f"two.one.{bare}"), phrase("a wildcard host, two labels deep"))
        yield Request(rule.url(target, host=bare), phrase("a wildcard's domain itself"))
    if not full and not wildcard:
        return
    host = rule.sent_to
    yield Request(rule.url(target, host=host.upper()), phrase("the host in capital letters"))
    yield Request(rule.url(target, host=f"{host}."), phrase("the host with a dot at its end"))
    yield Request(rule.url(target), phrase("a Host header with a port"), headers=(("Host", f"{host}:8080"),))
    if not wildcard:
        yield Request(rule.url(target, host=f"sub.{host}"), phrase("a label more than the host of the rule has"))
    yield Request(rule.url("/no-rule-has-this-path"), phrase("a path that may have no rule"))


def tls_requests(rules: Sequence[Rule]) -> Iterator[Request]:
    """HTTP against HTTPS for hosts with and without a certificate; names that no certificate has."""
    seen: set[tuple[str, bool]] = set()
    for rule in rules:
        if (rule.host, rule.tls) in seen:
            continue
        seen.add((rule.host, rule.tls))
        target = plain_target(rule)
        if rule.tls:
            yield Request(rule.url(target, secure=True), phrase("which certificate is shown for this host"))
            yield Request(
                rule.url(target, secure=False), phrase("plain HTTP to a host that has a certificate"),
                about=("ssl-redirect",),
            )  # fmt: skip
            yield Request(
                rule.url(target, secure=False),
                phrase("plain HTTP, and a client that claims X-Forwarded-Proto: https"),
                headers=(("X-Forwarded-Proto", "https"),), about=("ssl-redirect",),
            )  # fmt: skip
        elif len(seen) == 1:
            yield Request(rule.url(target, secure=True), phrase("HTTPS to a host without a certificate of its own"))
    if any(rule.tls for rule in rules):
        yield Request(f"https://{UNKNOWN}/", phrase("which certificate is shown for a name that no rule has"))


def plain_target(rule: Rule) -> str:
    """A path of the rule that a request may send as it is."""
    return next(iter(samples(rule.path)), rule.path) if rule.regex else rule.path
