"""From the rules of Ingresses to the requests that show whether two proxies read them alike.

Pure functions of plain dictionaries. Read in this order: `rules` (the paths), `paths` and `samples` (their edges),
`hosts`, `general`, `annotated` with `limits`, `canary`; then `corpus` below, which puts them together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labtools.migrate.replay.corpus.annotated import annotation_requests
from labtools.migrate.replay.corpus.canary import canary_requests
from labtools.migrate.replay.corpus.general import general_requests
from labtools.migrate.replay.corpus.hosts import host_requests, tls_requests
from labtools.migrate.replay.corpus.paths import edges, expression_edges
from labtools.migrate.replay.corpus.rules import Rule, rules_of
from labtools.migrate.replay.request import Request, unique

MOST = 600
"""Requests of a corpus at most, unless more are asked for."""
_OF_PATHS = ("rewrite-target", "use-regex")


@dataclass(frozen=True)
class Corpus:
    """The requests in the order in which they are asked, and how many more there would have been."""

    requests: tuple[Request, ...]
    left_out: int = 0


def corpus(ingresses: Sequence[dict], *, most: int = MOST) -> Corpus:
    """The same requests for the same Ingresses. A path of a kind that was asked for before gets its main edges only."""
    rules = rules_of(ingresses)
    found = unique(
        [
            *_path_requests(rules),
            *host_requests(rules),
            *tls_requests(rules),
            *(request for rule in _first_of_each_ingress(rules) for request in annotation_requests(rule)),
            *canary_requests(ingresses, rules),
            *(request for rule in rules[:1] for request in general_requests(rule)),
        ]
        if rules
        else []
    )
    return Corpus(tuple(found[:most]), max(0, len(found) - most))


def _path_requests(rules: Sequence[Rule]) -> Iterator[Request]:
    """First what every path gets, so that a corpus that is cut short has all paths in it."""
    for rule in rules:
        yield from _edges(rule, full=False)
    kinds: set[tuple] = set()
    for rule in rules:
        if rule.kind not in kinds:
            kinds.add(rule.kind)
            yield from _edges(rule, full=True)


def _edges(rule: Rule, *, full: bool) -> Iterator[Request]:
    about = tuple(name for name in _OF_PATHS if name in rule.annotations)
    read = expression_edges if rule.regex else edges
    for target, why in read(rule.path, full=full):
        yield Request(rule.url(target), why, about=about)


def _first_of_each_ingress(rules: Sequence[Rule]) -> list[Rule]:
    first: dict[str, Rule] = {}
    for rule in rules:
        first.setdefault(rule.ingress, rule)
    return list(first.values())
