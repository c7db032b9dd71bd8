"""Traefik's own provider, kubernetesIngress: from Ingresses to routers.

Source: pkg/provider/kubernetes/ingress/kubernetes.go (loadConfigurationFromIngresses, loadRouter, loadService) and
annotations.go; behaviour of 3.7.15 measured.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ingress_lab.ingress.controller_flags import OWN_CONTROLLER, Flags

from labtools.traefik.ingress_paths import Claim, claims_of
from labtools.traefik.objects import Objects, endpoints, service_port
from labtools.traefik.router import LAST, Match, Router

PREFIX = "traefik.ingress.kubernetes.io/"
CLASS = "kubernetes.io/ingress.class"
MATCHERS = ("Path", "PathPrefix", "PathRegexp")


def routers(objects: Objects, flags: Flags) -> list[Router]:
    """One router for each claim; those that Traefik leaves out say why in `dropped`."""
    if not flags.own:
        return []
    made: list[Router] = []
    default_taken: Claim | None = None
    for ingress in objects.ingresses:
        claims = claims_of([ingress])
        why = _ignored(ingress, objects, flags)
        every = [Router(c, "own", dropped=why) if why else _router(c, objects, flags) for c in claims]
        for router in every:
            if router.order == LAST and not router.dropped:
                default_taken, router = _first_default(router, default_taken, made)
            made.append(router)
    return _named_apart(made)


def _first_default(router: Router, taken: Claim | None, made: list[Router]) -> tuple[Claim, Router]:
    """Of several default backends Traefik keeps the one it happens to read first."""
    if taken is None:
        return router.claim, router
    for number, other in enumerate(made):
        if other.claim is taken:
            made[number] = replace(other, contested=True)
    return taken, replace(router, contested=True)


def serves_class(ingress: dict, objects: Objects, flags: Flags) -> bool:
    """Is it this provider that the Ingress' class names? An Ingress without any class is taken, too."""
    name = ingress["spec"].get("ingressClassName")
    if name is not None:
        own = [c["metadata"]["name"] for c in objects.classes if c["spec"].get("controller") == OWN_CONTROLLER]
        return name in own and flags.own_class in ("", name)
    old = (ingress["metadata"].get("annotations") or {}).get(CLASS, "")
    return old == flags.own_class or (not flags.own_class and old == "traefik")


def _ignored(ingress: dict, objects: Objects, flags: Flags) -> str:
    """Why the whole Ingress is passed over, or ""."""
    if not serves_class(ingress, objects, flags):
        return "class"
    if not flags.watches("own", ingress["metadata"].get("namespace", "")):
        return "namespace"
    return "" if Options.of(ingress, flags) else "annotation"


@dataclass(frozen=True)
class Options:
    """What the annotations say."""

    matcher: str = "PathPrefix"
    priority: int = 0
    entry_points: tuple[str, ...] = ()
    tls: bool = False
    middlewares: tuple[str, ...] = ()

    @classmethod
    def of(cls, ingress: dict, flags: Flags) -> "Options | None":
        """None where Traefik cannot read them."""
        annotations = ingress["metadata"].get("annotations") or {}
        said = {k.removeprefix(PREFIX).lower(): v for k, v in annotations.items() if k.startswith(PREFIX)}
        try:
            priority = int(said.get("router.priority", "0"))
        except ValueError:
            return None
        return cls(
            matcher=said.get("router.pathmatcher") or "PathPrefix",
            priority=priority,
            entry_points=_listed(said.get("router.entrypoints", "")),
            tls=any(name.startswith("router.tls") and value != "false" for name, value in said.items()),
            middlewares=_listed(said.get("router.middlewares", "")),
        )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _router(claim: Claim, objects: Objects, flags: Flags) -> Router:
    options = Options.of(claim.ingress, flags) or Options()
    router = Router(claim, "own", match=_match(claim, options, flags), priority=options.priority)
    if claim.number < 0:
        if claim.ingress["spec"].get("rules"):
            return router.without("default with rules")
        router = replace(router, match=Match((), "Prefix", "/"), priority=LAST)
    if why := _no_service(claim, objects, flags) or router.match.problem:
        return router.without(why)
    if options.middlewares and not flags.on("providers.kubernetescrd"):
        return router.without("middleware")
    known = {*flags.entry_points("http"), *flags.entry_points("https")}
    if options.entry_points and not known & set(options.entry_points):
        return router.without("entry point")
    services = (claim.service,) if _servers(claim, objects) else ()
    return replace(router, services=services, schemes=_schemes(options, flags), notes=options.middlewares)


def _match(claim: Claim, options: Options, flags: Flags) -> Match:
    hosts = (claim.rule.host,) if claim.rule.host else ()
    path = claim.written_path
    if not path:
        return Match(hosts)
    if claim.rule.path_type == "Exact":
        return Match(hosts, "Path", path)
    if claim.rule.path_type == "ImplementationSpecific" and options.matcher != "PathPrefix":
        return Match(hosts, options.matcher, path)
    return Match(hosts, "Prefix" if flags.own_option("strictprefixmatching") else "PathPrefix", path)


def _no_service(claim: Claim, objects: Objects, flags: Flags) -> str:
    """Why there is no Service to send requests to: Traefik then makes no router at all."""
    if not claim.service:
        return "resource"
    service = objects.service(claim.namespace, claim.service)
    if service is None:
        return "no service"
    if service["spec"].get("type") == "ExternalName":
        return "" if flags.own_option("allowexternalnameservices") else "external name"
    if service_port(service, *claim.port) is None:
        return "no port"
    empty = not _servers(claim, objects) and not flags.own_option("allowemptyservices")
    return "no endpoints" if empty else ""


def _servers(claim: Claim, objects: Objects) -> bool:
    service = objects.service(claim.namespace, claim.service) or {"spec": {}}
    if service["spec"].get("type") == "ExternalName":
        return True
    port = service_port(service, *claim.port) or {}
    return bool(endpoints(objects.slices_of(claim.namespace, claim.service), port.get("name") or ""))


def _schemes(options: Options, flags: Flags) -> tuple[str, ...]:
    """Without TLS, at the entry point or by annotation, a router does not answer HTTPS; with it, not HTTP."""
    schemes = []
    for scheme in ("http", "https"):
        for name, secure in flags.entry_points(scheme).items():
            asked = not options.entry_points or name in options.entry_points
            if asked and (secure or options.tls) == (scheme == "https"):
                schemes.append(scheme)
    return tuple(dict.fromkeys(schemes))


def _named_apart(made: list[Router]) -> list[Router]:
    """Traefik keys its routers by namespace, Ingress, host and path with all signs made "-".

    Inside one Ingress the rule text tells two of one key apart, and of two equal ones the last counts. Two Ingresses
    with one key (`shop` at `cart.a.com`, `shop-cart` at `a.com`) cost one of them its router: which one is undefined.
    """
    by_key: dict[tuple, list[int]] = {}
    for number, router in enumerate(made):
        if not router.dropped and router.order != LAST:
            by_key.setdefault(_key(router), []).append(number)
    for numbers in by_key.values():
        by_ingress: dict[str, dict[str, int]] = {}
        for number in numbers:
            rules = by_ingress.setdefault(made[number].claim.rule.ingress, {})
            if (earlier := rules.get(made[number].match.text)) is not None:
                made[earlier] = made[earlier].without("written twice")
            rules[made[number].match.text] = number
        contested = _contested(by_ingress)
        for number in contested:
            made[number] = replace(made[number], contested=True)
    return made


def _key(router: Router) -> tuple[str, str]:
    rule = router.claim.rule
    joined_names = f"{rule.namespace}-{rule.ingress}-{rule.host}{router.claim.written_path}"
    return rule.namespace, "-".join(re.findall(r"[^\W_]+", joined_names))


def _contested(by_ingress: dict[str, dict[str, int]]) -> Iterable[int]:
    """Routers of different Ingresses that end up with the same name; one with a hash of its rule does not."""
    alone = [next(iter(rules.values())) for rules in by_ingress.values() if len(rules) == 1]
    return alone if len(alone) > 1 else ()
