"""The provider kubernetesIngressNGINX, for Ingresses written for ingress-nginx: from Ingresses to routers.

Source: pkg/provider/kubernetes/ingress-nginx (build.go, translator.go, middleware.go, annotations.go); behaviour of
3.7.15 measured. What is read differently from ingress-nginx itself: two Ingresses with one rule (chance decides),
and the longest rule text before an exact one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ingress_lab.claims import Claim, claims_of
from ingress_lab.objects import Objects, endpoints, service_port
from ingress_lab.traefik.annotations import NOT_READ, Settings
from ingress_lab.traefik.flags import Flags
from ingress_lab.traefik.own import CLASS
from ingress_lab.traefik.router import LAST, Match, Router

_STRICT_PATH = re.compile(r"(?i)^/[A-Za-z0-9._\-/]*$")


@dataclass
class _Hosts:
    """What is decided host by host over all Ingresses of the class."""

    all: set[str] = field(default_factory=set)
    regex: set[str] = field(default_factory=set)
    rooted: set[str] = field(default_factory=set)
    aliases: dict[str, tuple[str, str]] = field(default_factory=dict)
    app_roots: dict[str, str] = field(default_factory=dict)


def routers(objects: Objects, flags: Flags) -> list[Router]:
    """One router for each claim, and those that redirects add; what is left out says why in `dropped`."""
    if not flags.nginx:
        return []
    made, kept, canaries = [], [], []
    for ingress in sorted(objects.ingresses, key=_age):
        settings = Settings.of(ingress)
        if why := _ignored(ingress, settings, objects, flags):
            made += [Router(c, "nginx", dropped=why) for c in claims_of([ingress])]
        else:
            (canaries if settings.on("canary") else kept).append((ingress, settings))
    hosts = _hosts(kept)
    weights, unused = _canaries(kept, canaries, objects)
    made += unused
    default_taken = False
    for ingress, settings in kept:
        for claim in claims_of([ingress]):
            router = _router(claim, settings, hosts, weights, objects)
            if router.order == LAST and not router.dropped:
                router = router.without("default taken") if default_taken else router
                default_taken = True
            made += _spread(router, settings, hosts)
    return made


def _age(ingress: dict) -> tuple:
    """The older first; of one age, the greater name first."""
    meta = ingress["metadata"]
    name = f"{meta.get('namespace', '')}/{meta['name']}"
    return meta.get("creationTimestamp") or "", [-ord(c) for c in name]


def serves_class(ingress: dict, objects: Objects, flags: Flags) -> bool:
    own = [c["metadata"]["name"] for c in objects.classes if c["spec"].get("controller") == flags.nginx_controller]
    name = ingress["spec"].get("ingressClassName")
    if own and name is not None:
        return name in own
    old = (ingress["metadata"].get("annotations") or {}).get(CLASS)
    return flags.nginx_option("watchingresswithoutclass") if old is None else old == flags.nginx_class


def _ignored(ingress: dict, settings: Settings, objects: Objects, flags: Flags) -> str:
    """Why the whole Ingress is passed over, or ""."""
    if not serves_class(ingress, objects, flags):
        return "class"
    if not flags.watches("nginx", ingress["metadata"].get("namespace", "")):
        return "namespace"
    if settings.snippets and not flags.nginx_option("allowsnippetannotations"):
        return "snippet"
    if flags.nginx_option("strictvalidatepathtype", True) and any(_is_odd(c) for c in claims_of([ingress])):
        return "odd path"
    return ""


def _is_odd(claim: Claim) -> bool:
    """Signs of a regular expression in a path whose type allows none."""
    path = claim.written_path
    return bool(path) and claim.rule.path_type != "ImplementationSpecific" and not _STRICT_PATH.match(path)


def _hosts(kept: Iterable[tuple[dict, Settings]]) -> _Hosts:
    found = _Hosts()
    for ingress, settings in kept:
        owner = (ingress["metadata"].get("namespace", ""), ingress["metadata"]["name"])
        for alias in settings.aliases:
            found.aliases.setdefault(alias.lower(), owner)
        for rule in ingress["spec"].get("rules") or []:
            host = rule.get("host") or ""
            found.all.add(host)
            if settings.app_root:
                found.app_roots.setdefault(host, settings.app_root)
            if settings.on("use-regex") or settings.get("rewrite-target"):
                found.regex.add(host)
            paths = {p.get("path") or "" for p in (rule.get("http") or {}).get("paths") or []}
            if ingress["spec"].get("defaultBackend") or paths & {"", "/"}:
                found.rooted.add(host)
    return found


Weights = dict[tuple, tuple[str, int, int]]  # namespace, Service, port → canary Service, weight, total


def _canaries(
    kept: list[tuple[dict, Settings]], canaries: list[tuple[dict, Settings]], objects: Objects
) -> tuple[Weights, list[Router]]:
    """The weights of canaries; a canary stands beside a *Service*, so it counts wherever that Service is named."""
    main = {_place(c): c for ingress, _ in kept for c in claims_of([ingress]) if c.number >= 0}
    weights: Weights = {}
    taken: set[tuple] = set()
    unused = []
    for ingress, settings in canaries:
        for claim in claims_of([ingress]):
            beside, place = main.get(_place(claim)), _place(claim)
            if claim.number < 0 or beside is None or place in taken:
                unused.append(Router(claim, "nginx", dropped="lone canary"))
            elif (beside.service, beside.port) != (claim.service, claim.port) and _ready(claim, claim.service, objects):
                taken.add(place)
                total = max(settings.number("canary-weight-total", 100), 100)
                weight = min(max(settings.number("canary-weight", 0), 0), total)
                weights[claim.namespace, beside.service, beside.port] = (claim.service, weight, total)
                unused.append(Router(claim, "nginx", dropped="canary"))
    return weights, unused


def _place(claim: Claim) -> tuple:
    return claim.namespace, claim.rule.host, claim.written_path, claim.rule.path_type


def _router(claim: Claim, settings: Settings, hosts: _Hosts, weights: Weights, objects: Objects) -> Router:
    router = Router(claim, "nginx", match=_match(claim, settings, hosts))
    if not claim.service:
        return router.without("resource")
    if claim.number < 0 and not claim.ingress["spec"].get("rules"):
        router = replace(router, match=Match((), "Prefix", "/"), priority=LAST)
    if router.match.problem and claim.number >= 0:
        return router.without(router.match.problem)
    services = _services(claim, settings, weights, objects)
    notes = tuple(name for name in NOT_READ if settings.get(name))
    return replace(
        router,
        services=services,
        status=settings.redirect,
        redirect_path=claim.written_path if settings.redirect and claim.rule.host in hosts.regex else "",
        rewrite=settings.rewrite(claim.written_path),
        app_root=bool(settings.app_root),
        notes=notes,
    )


def _match(claim: Claim, settings: Settings, hosts: _Hosts) -> Match:
    host, path = claim.rule.host, claim.written_path
    owner = (claim.namespace, claim.rule.ingress)
    aliases = [a for a in settings.aliases if a.lower() not in hosts.all and hosts.aliases[a.lower()] == owner]
    names = (host, *aliases) if host else ()
    if not path:
        return Match(names)
    if claim.rule.path_type == "Exact":
        return Match(names, "Path", path)
    if host not in hosts.regex:
        return Match(names, "Prefix", path)
    if claim.rule.path_type == "ImplementationSpecific" and settings.rewrites_elsewhere:
        path = _ending_optional(path)
    return Match(names, "PathRegexp", f"(?i)^{path}")


def _ending_optional(path: str) -> str:
    """`/foo/(.*)` as `/foo(?:/(.*))?`, which Traefik does where the target is another site."""
    cut = path.rfind("/(")
    if path.startswith("/(") or cut < 0:
        return path
    depth = 0
    for number, c in enumerate(path[cut + 1 :], cut + 1):
        depth += (c == "(") - (c == ")")
        if c == ")" and depth == 0 and number != len(path) - 1:
            return path
    return path if depth else f"{path[:cut]}(?:{path[cut:]})?"


def _services(claim: Claim, settings: Settings, weights: Weights, objects: Objects) -> tuple[str, ...]:
    """Who may be asked; nobody when no endpoint serves. `default-backend` stands in for a Service without endpoints."""
    name = claim.service
    if not _ready(claim, name, objects):
        service = objects.service(claim.namespace, name)
        there = service is not None and service_port(service, *claim.port) is not None
        name = settings.get("default-backend") if there else ""
        name = name if name and _ready(claim, name, objects, any_port=True) else ""
    canary, weight, total = weights.get((claim.namespace, claim.service, claim.port), ("", 0, 1))
    found = [name] if weight < total else []
    return tuple(n for n in [*found, *([canary] if weight else [])] if n)


def _ready(claim: Claim, name: str, objects: Objects, *, any_port: bool = False) -> bool:
    service = objects.service(claim.namespace, name)
    if service is None:
        return False
    if service["spec"].get("type") == "ExternalName":
        return True
    ports = service["spec"].get("ports") or []
    port = ports[0] if any_port and ports else service_port(service, *claim.port)
    return port is not None and bool(endpoints(objects.slices_of(claim.namespace, name), port.get("name") or ""))


def _spread(router: Router, settings: Settings, hosts: _Hosts) -> list[Router]:
    """The router as it is on each entry point, and the ones that redirects add."""
    if router.dropped:
        return [router]
    made = _by_host(router)
    if settings.to_https(bool(router.claim.ingress["spec"].get("tls"))):
        made = [router for one in made for router in _to_https(one)]
    made = [_rooted(one, hosts) for one in made]
    host, plain = router.claim.rule.host, replace(router, redirect_path="", rewrite=None)
    if router.app_root and host not in hosts.rooted:
        hosts.rooted.add(host)
        made.append(replace(plain, match=Match((host,) if host else (), "Path", "/"), status=302))
    if settings.on("from-to-www-redirect") and host and not host.startswith("*."):
        other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
        if other not in hosts.all:
            made.append(replace(plain, match=Match((other,)), status=308))
    return made


def _to_https(router: Router) -> tuple[Router, Router]:
    return replace(router, schemes=("https",)), replace(
        router, schemes=("http",), status=308, redirect_path="", app_root=False
    )


def _rooted(router: Router, hosts: _Hosts) -> Router:
    """`app-root` is a host's: all that answer "/" there redirect it, whichever Ingress asked for that."""
    host = router.match.hosts[0] if router.match.hosts else ""
    inherits = router.claim.written_path in ("", "/") and host in hosts.app_roots and router.status != 308
    return replace(router, app_root=True) if inherits else router


def _by_host(router: Router) -> list[Router]:
    """A default backend beside rules answers what is left at a host of its Ingress, not elsewhere.

    It has one name inside Traefik, so of several hosts one gets it: which one is chance.
    """
    rules = router.claim.ingress["spec"].get("rules")
    if router.claim.number >= 0 or not rules:
        return [router]
    hosts = list(dict.fromkeys(rule.get("host") or "" for rule in rules))
    made = [replace(router, match=Match((host,)), contested=len(hosts) > 1) for host in hosts if host]
    return made or [router.without("empty")]
