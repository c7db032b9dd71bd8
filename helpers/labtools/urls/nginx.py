"""nginx's reading of one URL: the server of the host, the location of the path, and what answers there.

Source: nginx 1.31, src/http/ngx_http_core_module.c (ngx_http_core_find_static_location: an equal path first, then the
longest prefix; a location that ends with a slash and hands requests on asks with 301 for a path without that slash).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labcore.language.messages import phrase

from labtools.explain.verdicts import why_not_path
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.objects import Objects, endpoints, service_port
from labtools.urls import nginx_uri
from labtools.urls.nginx_config import CATCH_ALL, HEALTH, Config, Location, Server, host_of
from labtools.urls.nginx_uri import Seen
from labtools.urls.typed import Typed

REDIRECTED, UNCHANGED = "301", "-"
"""UNCHANGED: nginx keeps an older configuration, so these rules do not tell who answers."""


@dataclass(frozen=True)
class Reading:
    """`location` None: nginx answers before it looks for one, or keeps an older configuration."""

    seen: Seen
    outcome: str
    config: Config
    server: Server
    location: Location | None = None
    redirected: bool = False

    @property
    def winner(self) -> Claim | None:
        """Whose Service gets the request, or would get it with a slash at its end."""
        return self.location.claim if self.location else None


def reading(made: Config, typed: Typed, objects: Objects) -> Reading:
    """What nginx does with a GET."""
    seen = nginx_uri.seen(typed)
    server = made.server(seen.host)
    if made.broken or seen.status:
        return Reading(seen, str(seen.status or UNCHANGED), made, server)
    location, redirected = _location(server, seen.path, objects)
    outcome = REDIRECTED if redirected else _outcome(location, objects)
    return Reading(seen, outcome, made, server, location, redirected)


def _location(server: Server, path: str, objects: Objects) -> tuple[Location, bool]:
    """The location, and whether it only asks for the path with a slash."""
    locations = sorted(
        server.locations, key=lambda each: (-len(each.path.encode(errors="surrogatepass")), not each.exact)
    )
    for each in sorted(locations, key=lambda each: not each.exact):
        if each.path == path:
            return each, False
    for each in locations:
        if each.path == f"{path}/" and _hands_on(each, objects):
            return each, True
    return next(each for each in locations if each.fits(path)), False


def _hands_on(location: Location, objects: Objects) -> bool:
    return location.claim is not None and _has_pods(location.claim, objects)


def _outcome(location: Location, objects: Objects) -> str:
    if location.claim is None:
        return "200" if location.path == HEALTH else "404"
    return location.claim.service if _has_pods(location.claim, objects) else "503"


def _has_pods(claim: Claim, objects: Objects) -> bool:
    service = objects.service(claim.namespace, claim.service)
    if service is None:
        return False
    if service["spec"].get("type") == "ExternalName":
        return True
    port = service_port(service, *claim.port)
    slices = objects.slices_of(claim.namespace, claim.service)
    return port is not None and bool(endpoints(slices, port.get("name") or ""))


def because(read: Reading) -> str:
    """Why, in half a sentence."""
    if read.config.broken:
        return phrase(
            "nginx refuses the configuration and keeps what it had: location {path} is there twice for {host}",
            path=read.config.broken.twice, host=read.config.broken.host,
        )  # fmt: skip
    if read.seen.status:
        return phrase("nginx refuses this URL before it looks at any rule")
    assert read.location is not None
    if read.redirected:
        return phrase("location {path} redirects to the path with a slash at its end", path=read.location.text)
    if read.location.claim is None and read.location.path != HEALTH:
        return phrase("no path of server {host} fits, so nginx answers 404", host=read.server.host)
    return phrase("location {path} of server {host}", path=read.location.text, host=read.server.host)


def verdicts(read: Reading, claims: Sequence[Claim]) -> list[str]:
    """A sentence on every claim."""
    return [_verdict(read, claim) for claim in claims]


def fits(read: Reading, claim: Claim) -> bool:
    """Is there a location of this claim, in the server of this host, that fits the path?"""
    if read.location is None or id(claim) in read.config.dropped:
        return False
    return any(each.claim is claim and each.fits(read.seen.path) for each in read.server.locations)


def _verdict(read: Reading, claim: Claim) -> str:
    if id(claim) in read.config.dropped:
        return read.config.dropped[id(claim)]
    if read.location is None:
        return phrase("not looked at")
    if read.winner is claim:
        return _why_won(read)
    if claim.number < 0:
        return _why_not_the_rest(read, claim)
    if host_of(claim) != read.server.host:
        return _why_not_the_server(read, claim)
    if not fits(read, claim):
        return why_not_path(claim.rule, read.seen.path)
    return _why_later(read)


def _why_won(read: Reading) -> str:
    assert read.location is not None and read.winner is not None
    if read.redirected:
        return phrase("redirects to {path}", path=f"{read.seen.path}/")
    if read.winner.number < 0:
        return phrase("wins: no path of this server fits")
    if read.location.exact:
        return phrase("wins: an equal location ends the search")
    return phrase("wins: the longest location that fits, {path}", path=read.location.path)


def _why_later(read: Reading) -> str:
    assert read.location is not None
    if read.location.exact:
        return phrase("an equal location ends the search: {path}", path=read.location.text)
    return phrase("a longer location goes first: {path}", path=read.location.text)


def _why_not_the_server(read: Reading, claim: Claim) -> str:
    """The host fits, but another server has it; or it does not fit."""
    alone = Config({CATCH_ALL: Server(CATCH_ALL), host_of(claim): Server(host_of(claim))}, {})
    if host_of(claim) != CATCH_ALL and alone.server(read.seen.host).host == CATCH_ALL:
        return phrase("another host")
    return phrase("server {host} has this host, and nginx looks into no other", host=read.server.host)


def _why_not_the_rest(read: Reading, claim: Claim) -> str:
    if read.server.root is claim:
        return phrase("taken only when no rule fits")
    return phrase("what no path of server {host} takes goes elsewhere", host=read.server.host)
