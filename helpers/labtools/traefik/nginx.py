"""The provider kubernetesIngressNGINX, for Ingresses written for ingress-nginx: from Ingresses to routers.

Source: pkg/provider/kubernetes/ingress-nginx (build.go, translator.go, middleware.go, annotations.go); behaviour of
3.7.15 measured. What is read differently from ingress-nginx itself: two Ingresses with one rule (a tie),
and the longest rule text before an exact one.
"""

import re
from dataclasses import replace

from ingress_lab.ingress.controller_flags import Flags

from labtools.traefik.annotations import NOT_READ, Settings
from labtools.traefik.ingress_paths import Claim, claims_of
from labtools.traefik.nginx_backends import Weights, canaries_of, services_of
from labtools.traefik.nginx_hosts import Hosts, hosts_of
from labtools.traefik.objects import Key, Objects
from labtools.traefik.own import CLASS
from labtools.traefik.router import LAST, Match, Router

_STRICT_PATH = re.compile(r"(?i)^/[A-Za-z0-9._\-/]*$")


def routers(objects: Objects, flags: Flags) -> list[Router]:
    """One router for each claim, and those that redirects add; what is left out says why in `dropped`."""
    if not flags.nginx:
        return []
    made: list[Router] = []
    kept: list[tuple[dict, Settings]] = []
    canaries: list[tuple[dict, Settings]] = []
    for ingress in sorted(objects.ingresses, key=_age):
        settings = Settings.of(ingress)
        if why := _ignored(ingress, settings, objects, flags):
            made += [Router(c, "nginx", dropped=why) for c in claims_of([ingress])]
        else:
            (canaries if settings.on("canary") else kept).append((ingress, settings))
    hosts = hosts_of(kept)
    weights, unused = canaries_of(kept, canaries, objects)
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
    """Whether the provider reads this Ingress, by its class or, without one, by the flags."""
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
    if settings.get("auth-type") and not _has_passwords(ingress, settings, objects):
        return "auth secret"
    if flags.nginx_option("strictvalidatepathtype", True) and any(_is_odd(c) for c in claims_of([ingress])):
        return "odd path"
    return ""


def auth_secret(ingress: dict) -> Key:
    """The Secret with the passwords, of the Ingress' own namespace unless it names another."""
    *namespace, name = Settings.of(ingress).get("auth-secret").split("/", 1)
    return (namespace[0] if namespace else ingress["metadata"].get("namespace", "")), name


def _has_passwords(ingress: dict, settings: Settings, objects: Objects) -> bool:
    """Without them Traefik passes over the Ingress; a Secret that was not looked for counts as there."""
    key = auth_secret(ingress)
    secret = objects.secrets.get(key, {"data": {"auth": ""}})
    as_file = settings.get("auth-secret-type") != "auth-map"
    return bool(key[1]) and secret is not None and (not as_file or "auth" in (secret.get("data") or {}))


def _is_odd(claim: Claim) -> bool:
    """Signs of a regular expression in a path whose type allows none."""
    path = claim.written_path
    return bool(path) and claim.rule.path_type != "ImplementationSpecific" and not _STRICT_PATH.match(path)


def _router(claim: Claim, settings: Settings, hosts: Hosts, weights: Weights, objects: Objects) -> Router:
    router = Router(claim, "nginx", match=_match(claim, settings, hosts))
    if not claim.service:
        return router.without("resource")
    if claim.number < 0 and not claim.ingress["spec"].get("rules"):
        router = replace(router, match=Match((), "Prefix", "/"), priority=LAST)
    if router.match.problem and claim.number >= 0:
        return router.without(router.match.problem)
    services = services_of(claim, settings, weights, objects)
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


def _match(claim: Claim, settings: Settings, hosts: Hosts) -> Match:
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


def _spread(router: Router, settings: Settings, hosts: Hosts) -> list[Router]:
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


def _rooted(router: Router, hosts: Hosts) -> Router:
    """`app-root` is a host's: all that answer "/" there redirect it, whichever Ingress asked for that."""
    host = router.match.hosts[0] if router.match.hosts else ""
    inherits = router.claim.written_path in ("", "/") and host in hosts.app_roots and router.status != 308
    return replace(router, app_root=True) if inherits else router


def _by_host(router: Router) -> list[Router]:
    """A default backend beside rules answers what is left at a host of its Ingress, not elsewhere.

    It has one name inside Traefik, so of several hosts one gets it: which one is undefined.
    """
    rules = router.claim.ingress["spec"].get("rules")
    if router.claim.number >= 0 or not rules:
        return [router]
    hosts = list(dict.fromkeys(rule.get("host") or "" for rule in rules))
    made = [replace(router, match=Match((host,)), contested=len(hosts) > 1) for host in hosts if host]
    return made or [router.without("empty")]
