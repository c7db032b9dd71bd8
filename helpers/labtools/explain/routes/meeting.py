"""One match of one rule at a listener: does a request meet it, and which of several goes first?

By the specification: the most specific host, then Exact, the longest prefix, a method, the most headers, the most
query parameters, the oldest route, its name, the first rule. Traefik adds numbers up instead: Exact 100,000; a prefix
10,000 and 100 for each character; a method 1,000; a header 100; a query parameter 10; 1 for each character of the
longest host.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from ingress_lab.ingress.routes import conditions
from labcore.language.messages import phrase

from labtools.explain.routes.attachment import Attachment, most_specific
from labtools.explain.routes.gateways import key_of
from labtools.traefik.request import Request

MISFITS = {  # nearest last
    "scheme": phrase("its listener is for another protocol"),
    "host": phrase("another host"),
    "path": phrase("another path"),
    "method": phrase("another method"),
    "headers": phrase("a header is missing"),
    "query": phrase("a query parameter is missing"),
}


@dataclass(frozen=True)
class Meeting:
    """`number` of the rule and `position` of its match, from 0."""

    at: Attachment
    number: int
    position: int
    rule: dict = field(repr=False)
    match: dict = field(repr=False)

    @cached_property
    def path(self) -> tuple[str, str]:
        """(type, value)."""
        path = self.match.get("path") or {}
        return path.get("type", "PathPrefix"), path.get("value", "/")

    @property
    def words(self) -> str:
        """`PathPrefix /a, POST, X-Team: red`."""
        more = conditions(self.match)
        return f"{self.path[0]} {self.path[1]}" + (f", {more}" if more else "")

    def host(self, request: Request) -> str | None:
        """The most specific of its hosts that covers the request's."""
        return most_specific(self.at.hosts, request.host)

    def misfit(self, request: Request, url: str) -> str:
        """What does not fit a GET of this URL without headers: a key of `MISFITS`, or ""."""
        queries = parse_qs(urlsplit(url).query, keep_blank_values=True)
        tests = {
            "scheme": self.at.listener is None or self.at.scheme == request.scheme,
            "host": self.host(request) is not None,
            "path": self._fits_path(request.path),
            "method": self.match.get("method", "GET") == "GET",
            "headers": not self.match.get("headers"),
            "query": all(_fits(q, queries.get(q["name"], [])) for q in self.match.get("queryParams") or []),
        }
        return next((name for name, fits in tests.items() if not fits), "")

    def _fits_path(self, path: str) -> bool:
        kind, value = self.path
        if kind == "Exact":
            return path == value
        if kind == "RegularExpression":
            return bool(re.search(value, path))
        prefix = value.rstrip("/")
        return path == prefix or path.startswith(f"{prefix}/")

    def by_specification(self, request: Request) -> tuple:
        """Smaller goes first."""
        host, (kind, value), meta = self.host(request) or "", self.path, self.at.route["metadata"]
        return (
            host.startswith("*") or not host,
            -len(host),
            kind != "Exact",
            -len(value),
            "method" not in self.match,
            -len(self.match.get("headers") or []),
            -len(self.match.get("queryParams") or []),
            meta.get("creationTimestamp") or "",
            key_of(self.at.route),
            self.number,
            self.position,
        )

    @property
    def by_traefik(self) -> int:
        """Greater is tried earlier."""
        (kind, value), count = self.path, len(self.at.route["spec"]["rules"])
        of_path = 100_000 if kind == "Exact" else 1 if value == "/" else 10_000 + 100 * len(value)
        more = 1000 * ("method" in self.match) + 100 * len(self.match.get("headers") or [])
        more += 10 * len(self.match.get("queryParams") or [])
        return of_path + more + max(map(len, self.at.hosts), default=0) + count - self.number


def meetings(attachments: list[Attachment]) -> list[Meeting]:
    """Every match of every rule, at every listener."""
    return [
        Meeting(at, number, position, rule, match)
        for at in attachments
        for number, rule in enumerate(at.route["spec"].get("rules") or [])
        for position, match in enumerate(rule.get("matches") or [{}])
    ]


def _fits(wanted: dict, values: list[str]) -> bool:
    """A query parameter counts by its first value."""
    if not values:
        return False
    if wanted.get("type") == "RegularExpression":
        return bool(re.search(wanted["value"], values[0]))
    return values[0] == wanted["value"]
