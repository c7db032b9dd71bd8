"""Ingresses as nginx's servers and locations, by ingress-nginx's rules; the annotations are not followed.

Source: ingress-nginx v1.15.1, internal/ingress/controller/controller.go (getBackendServers, createServers,
checkOverlap) and location.go (updateServerLocations), as manifests/controllers/nginx/program carries them out;
tests/labtools/test_urls_nginx.py compares with what that program writes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from labcore.language.messages import filled, phrase

from labtools.traefik.ingress_paths import Claim

CATCH_ALL = "_"
HEALTH = "/healthz"
OLDER = phrase("left out with its whole Ingress: {host}{path} belongs to the older Ingress {name}")
ODD = phrase("left out with its whole Ingress: {path} has a sign that the type {type} does not allow")
NO_SERVICE = phrase("left out: its backend is not a Service")
TWICE = phrase("left out: written above in the same Ingress")
REST_TAKEN = phrase("left out: the default backend of the Ingress {name} already has this place")
_PLAIN = re.compile(r"/[A-Za-z0-9._/-]*")


@dataclass(frozen=True)
class Location:
    """`claim` None: the 404 of the controller itself, or its answer to a health check."""

    path: str
    exact: bool
    claim: Claim | None = None

    @property
    def text(self) -> str:
        """As nginx.conf has it."""
        return f"{'= ' * self.exact}{self.path}"

    def fits(self, path: str) -> bool:
        """A prefix of the text; the slash at its end makes it one of whole elements."""
        return path == self.path if self.exact else path.startswith(self.path)


@dataclass
class Server:
    """One host, `_` for all others. `root` is the claim that gets what no path takes."""

    host: str
    root: Claim | None = None
    claims: list[Claim] = field(default_factory=list)

    @cached_property
    def locations(self) -> list[Location]:
        """A Prefix `/a` is `/a/` and `= /a`; one that is there twice makes nginx refuse the whole configuration."""
        exact = {_path(claim) for claim in self.claims if is_exact(claim)}
        made = [each for claim in self.claims for each in _locations(claim, exact)]
        if not any(each.text == "/" for each in made):
            made.append(Location("/", False, self.root))
        return made + ([Location(HEALTH, False)] if self.host == CATCH_ALL else [])

    @property
    def twice(self) -> str:
        """The first location that is there twice; "" where all is well."""
        texts = [each.text for each in self.locations]
        return next((text for text in texts if texts.count(text) > 1), "")


@dataclass
class Config:
    """`dropped`: claims that have no location, and why."""

    servers: dict[str, Server]
    dropped: dict[int, str]

    @cached_property
    def broken(self) -> Server | None:
        """The server for which nginx refuses the configuration, and keeps what it had."""
        return next((server for server in self.servers.values() if server.twice), None)

    def server(self, host: str) -> Server:
        """A full name before a wildcard, which is one label, before all others: then no other server counts."""
        name, _, rest = host.partition(".")
        wildcard = f"*.{rest}" if re.fullmatch(r"[\w-]+", name, re.ASCII) else ""
        return self.servers.get(host) or self.servers.get(wildcard) or self.servers[CATCH_ALL]


def config(claims: Sequence[Claim]) -> Config:
    """nginx.conf for these claims. Of one second of creation, the Ingress that is given first is the older."""
    made = Config({CATCH_ALL: Server(CATCH_ALL)}, {})
    served = _accepted(claims, made.dropped)
    for of_one in _in_order(served):
        _add_hosts(of_one, made.servers)
    for of_one in _in_order(served):
        for claim in of_one:
            _add(claim, made)
    return made


def is_exact(claim: Claim) -> bool:
    """ImplementationSpecific is a Prefix here."""
    return claim.rule.path_type == "Exact"


def host_of(claim: Claim) -> str:
    return claim.rule.host or CATCH_ALL


def _path(claim: Claim) -> str:
    return claim.written_path or "/"


def _locations(claim: Claim, exact: set[str]) -> list[Location]:
    path = _path(claim)
    if is_exact(claim) or path == "/":
        return [Location(path, is_exact(claim), claim)]
    made = [Location(path if path.endswith("/") else f"{path}/", False, claim)]
    return made if path in exact else [*made, Location(path, True, claim)]


def _by_ingress(claims: Sequence[Claim]) -> list[list[Claim]]:
    found: dict[int, list[Claim]] = {}
    for claim in claims:
        found.setdefault(id(claim.ingress), []).append(claim)
    return list(found.values())


def _accepted(claims: Sequence[Claim], dropped: dict[int, str]) -> list[list[Claim]]:
    """What the webhook lets pass: an Ingress with one odd path, or one that is taken, is left out as a whole."""
    taken: dict[tuple[str, str], str] = {}
    kept = []
    for of_one in sorted(_by_ingress(claims), key=lambda of_one: of_one[0].rule.created):
        why = _odd(of_one) or _overlap(of_one, taken)
        if why:
            dropped |= {id(claim): why for claim in of_one}
            continue
        kept.append(of_one)
        taken |= {(host_of(c), _path(c)): c.rule.ingress for c in of_one if c.number >= 0 and c.service}
    return kept


def _odd(of_one: list[Claim]) -> str:
    for claim in of_one:
        kind, path = claim.rule.path_type, claim.written_path
        if claim.number >= 0 and path and kind != "ImplementationSpecific" and not _PLAIN.fullmatch(path):
            return filled(ODD, path=path, type=kind)
    return ""


def _overlap(of_one: list[Claim], taken: dict[tuple[str, str], str]) -> str:
    for claim in of_one:
        place = host_of(claim), _path(claim)
        if claim.number >= 0 and claim.service and place in taken:
            return filled(OLDER, host=claim.rule.host or "*", path=place[1], name=taken[place])
    return ""


def _in_order(served: list[list[Claim]]) -> list[list[Claim]]:
    """The oldest first; of one second, the last by name."""
    by_name = sorted(served, key=lambda one: f"{one[0].namespace}/{one[0].rule.ingress}", reverse=True)
    return sorted(by_name, key=lambda of_one: of_one[0].rule.created)


def _add_hosts(of_one: list[Claim], servers: dict[str, Server]) -> None:
    """A server for each new host; the rest of a new host goes to the default backend of the Ingress that makes it."""
    default = next((claim for claim in of_one if claim.number < 0 and claim.service), None)
    hosts = [rule.get("host") or CATCH_ALL for rule in of_one[0].ingress["spec"].get("rules") or []]
    if default and not hosts and servers[CATCH_ALL].root is None:
        servers[CATCH_ALL].root = default
    for host in hosts:
        servers.setdefault(host, Server(host, default))


def _add(claim: Claim, made: Config) -> None:
    if not claim.service:
        made.dropped[id(claim)] = NO_SERVICE
    elif claim.number >= 0:
        server = made.servers[host_of(claim)]
        same = [c for c in server.claims if (_path(c), is_exact(c)) == (_path(claim), is_exact(claim))]
        if same:
            made.dropped[id(claim)] = TWICE
        elif server.host == CATCH_ALL and server.root and (_path(claim), is_exact(claim)) == ("/", False):
            made.dropped[id(claim)] = filled(REST_TAKEN, name=server.root.rule.ingress)
        else:
            server.claims.append(claim)
