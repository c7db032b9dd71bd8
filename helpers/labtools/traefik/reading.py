"""Who wins: the routers in the order in which Traefik tries them, and the first that fits.

Of routers whose rules are equally long any may be first; it is drawn again whenever any rule changes. So a reading
may name several services.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ingress_lab.ingress.controller_flags import Flags

from labtools.traefik import goregexp, nginx, own
from labtools.traefik.objects import Objects
from labtools.traefik.request import Request, request_of
from labtools.traefik.rewriting import rewritten
from labtools.traefik.router import Router


@dataclass(frozen=True)
class Reading:
    """Traefik's reading of one URL: the routers that may answer (none: 404), and all others."""

    request: Request
    winners: tuple[Router, ...]
    routers: tuple[Router, ...]

    @property
    def outcomes(self) -> frozenset[str]:
        """What may come back: names of Services, or status codes as text."""
        if self.request.status:
            return frozenset({str(self.request.status)})
        possible = {outcome for router in self.winners for outcome in outcomes(router, self.request)}
        return frozenset(possible | (set() if any(not r.contested for r in self.winners) else {"404"}))

    @property
    def winner(self) -> Router | None:
        """The router that takes the request; with a tie any of them may, and this is the first."""
        return self.winners[0] if self.winners else None

    @property
    def is_tie(self) -> bool:
        """Rules of the same length: Traefik sorts them in an order that it does not promise."""
        return len(self.winners) > 1

    @property
    def fitting(self) -> list[Router]:
        """All routers that fit, in the order of trial."""
        return [router for router in self.routers if router.fits(self.request)]


class Routing:
    """All routers of a cluster's Ingresses."""

    def __init__(self, routers: Iterable[Router]) -> None:
        self.routers = tuple(sorted(routers, key=lambda r: -r.order))

    @classmethod
    def of(cls, objects: Objects, flags: Flags) -> "Routing":
        """All routers that the objects make, of Traefik's own provider and of the one for nginx."""
        return cls([*own.routers(objects, flags), *nginx.routers(objects, flags)])

    @cached_property
    def _by_host(self) -> dict[str, list[Router]]:
        """Routers by the only host they fit; those for several hosts or for any are under ""."""
        by_host: dict[str, list[Router]] = {"": []}
        for router in self.routers:
            hosts = router.match.hosts
            plain = len(hosts) == 1 and not hosts[0].startswith("*")
            by_host.setdefault(hosts[0].lower().removesuffix(".") if plain else "", []).append(router)
        return by_host

    def read(self, url: str) -> Reading:
        """What Traefik does with a GET of this URL."""
        request = request_of(url)
        if request.status:
            return Reading(request, (), self.routers)
        by_host = self._by_host
        near = [*by_host.get(request.host.removesuffix("."), []), *by_host[""]]
        fitting = sorted((r for r in near if r.fits(request)), key=lambda r: -r.order)
        return Reading(request, tuple(_first(fitting)), self.routers)


def _first(fitting: list[Router]) -> list[Router]:
    """The first, with those that are tried at the same time; a contested one may be missing, so the next counts too."""
    winners: list[Router] = []
    for router in fitting:
        certain = [r for r in winners if not r.contested]
        if certain and router.order < certain[0].order:
            break
        winners.append(router)
    return winners


def outcomes(router: Router, request: Request) -> set[str]:
    """What this router answers a request with: Services it may ask, or its own status."""
    if router.app_root and request.path == "/":
        return {"302"}
    if redirects(router, request):
        return {str(router.status)}
    if router.rewrite:
        _, status = rewritten(request.escaped, router.rewrite)
        if status:
            return {str(status)}
    return set(router.services) or {"503"}


def redirects(router: Router, request: Request) -> bool:
    """Case counts here, even where it did not for the rule."""
    if not 300 <= router.status < 400:
        return False
    pattern = goregexp.compiled(f"^{router.redirect_path}")
    return not router.redirect_path or bool(pattern and pattern.search(request.escaped))
