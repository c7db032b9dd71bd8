"""What Traefik told of its routers, and the reading of the objects corrected by it.

The objects say what a claim is to become (a redirect, a rewriting); Traefik says whether it became a router, with
which rule and priority, and whether anybody stands behind it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingress_lab.ingress.controller_flags import Flags

from labtools.traefik.ingress_paths import Claim
from labtools.traefik.reading import Routing
from labtools.traefik.request import Request
from labtools.traefik.router import LAST, Match, Router
from labtools.traefik.rule import Written, read

PROVIDERS = {"kubernetes": "own", "kubernetesingressnginx": "nginx"}
_INTERNAL = "internal"


@dataclass(frozen=True)
class AskedRouter:
    """A router as Traefik has it; `problems` say why it is disabled."""

    name: str
    provider: str
    rule: str
    priority: int
    entry_points: tuple[str, ...]
    tls: bool
    service: str
    disabled: bool = False
    problems: tuple[str, ...] = ()
    middlewares: tuple[str, ...] = ()
    ingress: tuple[str, str] = ("", "")
    """Namespace and name of the Ingress that it comes from, where it tells."""
    logs: bool = False
    """Whether it writes into the access log."""

    def schemes(self, flags: Flags) -> tuple[str, ...]:
        """By which of http and https a request may come to it: with TLS, not by http; without, not by https."""
        scheme = "https" if self.tls else "http"
        return (scheme,) if set(flags.entry_points(scheme)) & set(self.entry_points) else ()

    def fits(self, request: Request) -> bool:
        """Whether it takes the request; a rule that asks for more than host and path never fits here."""
        test = read(self.rule)
        return not self.disabled and test is not None and test(request.host, request.path)


@dataclass(frozen=True)
class Asked:
    """Every router, and the addresses (URLs) behind every service."""

    routers: tuple[AskedRouter, ...]
    servers: Mapping[str, tuple[str, ...]]
    middlewares: Mapping[str, str] = field(default_factory=dict)
    """What each middleware does, by its name: `redirectScheme`."""

    def foreign(self, request: Request, flags: Flags) -> AskedRouter | None:
        """The first router that fits and comes from no Ingress (a file, an IngressRoute ...)."""
        return _first(self._fitting(request, flags, lambda router: router.provider not in PROVIDERS))

    def winner(self, request: Request, flags: Flags) -> AskedRouter | None:
        """The first router that fits, wherever it comes from."""
        return _first(self._fitting(request, flags, lambda router: True))

    def named(self, name: str) -> AskedRouter | None:
        """The router called `NAME@PROVIDER`, as logs name it."""
        return next((router for router in self.routers if f"{router.name}@{router.provider}" == name), None)

    def _fitting(self, request: Request, flags: Flags, of: Callable[[AskedRouter], bool]) -> Iterator[AskedRouter]:
        return (
            router
            for router in self.routers
            if router.provider != _INTERNAL
            and of(router)
            and request.scheme in router.schemes(flags)
            and router.fits(request)
        )


def _first(routers: Iterable[AskedRouter]) -> AskedRouter | None:
    return max(routers, key=lambda router: router.priority, default=None)


def parse(told: dict) -> Asked:
    """Traefik's /api/rawdata."""
    services = told.get("services") or {}
    servers = {name: tuple(_servers(name, services)) for name in services}
    middlewares = {name: _does(body) for name, body in (told.get("middlewares") or {}).items()}
    return Asked(tuple(_router(name, body) for name, body in (told.get("routers") or {}).items()), servers, middlewares)


def _does(middleware: dict) -> str:
    """The one key that is not about its state."""
    return next((key for key in middleware if key not in ("status", "usedBy", "error")), "")


def _router(name: str, body: dict) -> AskedRouter:
    bare, _, provider = name.rpartition("@")
    service, watched = body.get("service", ""), body.get("observability") or {}
    ingress = (watched.get("metadata") or {}).get("ingress") or {}
    return AskedRouter(
        bare,
        provider,
        body.get("rule", ""),
        body.get("priority", 0),
        tuple(body.get("entryPoints") or ()),
        "tls" in body,
        service if "@" in service else f"{service}@{provider}",
        body.get("status") == "disabled",
        tuple(body.get("error") or ()),
        tuple(body.get("middlewares") or ()),
        (ingress.get("namespace", ""), ingress.get("name", "")),
        watched.get("accessLogs") is True,
    )


def _servers(name: str, services: dict, depth: int = 3) -> Iterator[str]:
    """The servers of a service that take new clients, and of those that it shares its requests among."""
    body = services.get(name) or {}
    for server in (body.get("loadBalancer") or {}).get("servers") or []:
        if not server.get("fenced"):  # an ending Pod keeps the clients that it has by cookie, and gets no others
            yield server.get("url", "")
    for part in (body.get("weighted") or {}).get("services") or []:
        inner = part.get("name", "")
        if depth:
            yield from _servers(inner if "@" in inner else f"{inner}@{name.rpartition('@')[2]}", services, depth - 1)


def corrected(routing: Routing, asked: Asked, flags: Flags) -> Routing:
    """The routers as Traefik has them; what it has not is left out, with the reason that the objects tell, if any."""
    by_owner = _by_owner(asked, flags)
    made: list[Router] = []
    for claim, readings in _by_claim(routing.routers).items():
        last = any(reading.order == LAST for reading in readings)
        near = asked.routers if last else by_owner.get(_owner(claim), ())
        told = [router for router in near if (_is_last if last else _is_of)(router, claim, readings)]
        made += [_as_told(router, claim, readings, asked, flags) for router in told]
        if not told:
            made += [_missing(reading) for reading in readings]
    return Routing(made)


def _missing(reading: Router) -> Router:
    """Why Traefik has no such router, as far as the objects tell."""
    if reading.dropped:
        return reading
    return reading.without("lost" if reading.contested else "not there")


def _by_claim(routers: Iterable[Router]) -> dict[Claim, list[Router]]:
    by_claim: dict[Claim, list[Router]] = {}
    for router in routers:
        by_claim.setdefault(router.claim, []).append(router)
    return by_claim


def _sanitized(name: str) -> str:
    """Traefik's names: what is neither a letter nor a digit becomes "-"."""
    return "-".join(re.findall(r"[^\W_]+", name))


def _owner(claim: Claim) -> str:
    return _sanitized(f"{claim.namespace}-{claim.rule.ingress}")


def _by_owner(asked: Asked, flags: Flags) -> dict[str, list[AskedRouter]]:
    """Routers by everything that their names begin with, which may be `NAMESPACE-INGRESS`."""
    entries = {*flags.entry_points("http"), *flags.entry_points("https")}
    by_owner: dict[str, list[AskedRouter]] = {}
    for router in asked.routers:
        if router.provider not in PROVIDERS:
            continue
        parts = _bare(router.name, entries).split("-")
        for length in range(1, len(parts) + 1):
            by_owner.setdefault("-".join(parts[:length]), []).append(router)
    return by_owner


def _bare(name: str, entries: Iterable[str]) -> str:
    """The router for a second entry point has that one's name before its own."""
    before = next((entry for entry in entries if name.startswith(f"{entry}-")), "")
    return name.removeprefix(f"{before}-") if before else name


def _is_of(router: AskedRouter, claim: Claim, readings: list[Router]) -> bool:
    """Is it the claim's? ingress-nginx's provider numbers rules and paths; the other one tells by host and path."""
    provider = PROVIDERS[router.provider]
    if provider not in {reading.provider for reading in readings}:
        return False
    if provider == "nginx":
        suffix = f"rule-{claim.number}-path-{claim.path_number}" if claim.number >= 0 else "default-backend"
        return f"{_owner(claim)}-{suffix}-" in f"{router.name}-"
    if not any(reading.match.text == router.rule for reading in readings):
        return False
    service, (number, name) = claim.service, claim.port
    return router.service.partition("@")[0] == _sanitized(f"{claim.namespace}-{service}-{number or name}")


def _is_last(router: AskedRouter, claim: Claim, readings: list[Router]) -> bool:
    """A default backend without rules beside it: one for each provider, whoever's it is."""
    provider = PROVIDERS.get(router.provider)
    return router.priority == LAST and provider in {reading.provider for reading in readings if not reading.dropped}


def _as_told(router: AskedRouter, claim: Claim, readings: list[Router], asked: Asked, flags: Flags) -> Router:
    schemes = router.schemes(flags)
    alike = sorted(readings, key=lambda r: (r.match.text != router.rule, not set(schemes) & set(r.schemes)))
    reading = alike[0]
    match: Match = reading.match if reading.match.text == router.rule else Written(written=router.rule)
    servers = asked.servers.get(router.service, ())
    return replace(
        reading,
        match=match,
        priority=router.priority,
        schemes=schemes,
        services=(reading.services or (claim.service,)) if servers else (),
        servers=servers,
        contested=reading.contested and router.priority == LAST,
        dropped="disabled" if router.disabled else "",
        problems=router.problems,
    )
