"""Plain Ingresses of class traefik, with the Middlewares that they name; Services carry what Traefik reads there."""

import copy
from collections.abc import Iterator, Sequence

from labcore.language.messages import joined, phrase

from labtools.migrate import companions, middlewares, redirecting, services
from labtools.migrate.effects import Hosts
from labtools.migrate.found import Found, Input
from labtools.migrate.guards import loosened, read_otherwise, refused_today
from labtools.migrate.objects import API, CLASS, OWN, ingress, own, reference
from labtools.migrate.paths import NoPath, Route, route_of, written
from labtools.migrate.plan import Plan, begun
from labtools.migrate.spread import spread

NEEDS_CRD = phrase(
    "Traefik's flag --providers.kubernetescrd, the definitions of traefik.io (Middleware, TLSOption, ServersTransport, "
    "...), and the right to list and watch them"
)
NEEDS_TLS = phrase("an entry point for HTTPS with --entrypoints.NAME.http.tls=true (websecure)")
_NEEDS_EXTERNAL = phrase("Traefik's flag --providers.kubernetesingress.allowexternalnameservices")
_Path = tuple[str, dict, Route]


def planned(found: Found, given: Input, hosts: Hosts) -> Plan:
    """What becomes of one Ingress."""
    plan = begun(found, "ingress", hosts)
    chain = list(middlewares.of(plan, given))
    services.planned(plan, given)
    if services.external(plan, given):
        plan.needs.add(_NEEDS_EXTERNAL)
    groups = _groups(plan, hosts)
    shared = _named(found.name, [*([redirecting.https()] if any(s for _, s in groups) else []), *chain])
    plan.objects += [own(found, "Middleware", title, spec) for title, spec in shared]
    for number, (paths, secured) in enumerate(groups):
        ending = f"-{number + 1}" if len(groups) > 1 else ""
        before = shared if secured else [one for one in shared if "redirectScheme" not in one[1]]
        plan.objects += _made(plan, ending, paths, before)
    if "auth-realm" in found.said:
        plan.same("auth-type")
        plan.same("auth-secret")
    plan.differs += [*read_otherwise(found, hosts, expressions=False), *refused_today(found)]
    plan.objects += companions.app_roots(plan, hosts)
    plan.objects += companions.for_ingress(plan, hosts)
    if not plan.objects and not plan.refused:
        plan.objects.append(_without_rules(plan, chain))
    if any(obj["apiVersion"] == API for obj in plan.objects):
        plan.needs.add(NEEDS_CRD)
    if found.spec.get("tls"):
        plan.needs.add(NEEDS_TLS)
    plan.settle()
    return plan


def _groups(plan: Plan, hosts: Hosts) -> list[tuple[list[_Path], bool]]:
    """The paths by what their requests pass: rewriting, and whether plain HTTP is sent on to HTTPS."""
    made: dict[tuple, list[_Path]] = {}
    for host, path in spread(plan.found):
        try:
            route = route_of(plan.found, host, path, hosts)
        except NoPath as no:
            plan.refused.append(joined(": ", [phrase("path {path}", path=written(path)), no.why]))
            continue
        if open_to := loosened(plan.found, host, path, hosts, expressions=False):
            plan.refused.append(open_to)
        key = (route.whole, route.pattern, route.target, hosts.needs_https(plan.found, host))
        made.setdefault(key, []).append((host, path, route))
    return [(paths, key[-1]) for key, paths in made.items()]


def _named(name: str, specs: Sequence[tuple[str, dict]]) -> list[tuple[str, dict]]:
    return [(f"{name}-{suffix}", spec) for suffix, spec in specs]


def _made(plan: Plan, ending: str, paths: list[_Path], before: Sequence[tuple[str, dict]]) -> Iterator[dict]:
    """An Ingress for some paths, and the Middleware that rewrites them."""
    found, name = plan.found, plan.found.name + ending
    rewriting = _named(name, list(_rewriting(paths[0][2])))
    yield from (own(found, "Middleware", title, spec) for title, spec in rewriting)
    chain = ",".join(reference(found, title) for title, _ in [*before, *rewriting])
    notes = {f"{OWN}router.middlewares": chain} if chain else {}
    spec: dict = {"ingressClassName": CLASS}
    if tls := _tls(found, {host for host, _, _ in paths}):
        spec["tls"] = tls
    spec["rules"] = list(_rules(found, paths))
    yield ingress(found, name, notes | _switches(found), spec)


def _switches(found: Found) -> dict[str, str]:
    """Annotations of a router."""
    made = {}
    if "enable-access-log" in found.said:
        made[f"{OWN}router.observability.accesslogs"] = str(found.on("enable-access-log")).lower()
    if "auth-tls-secret" in found.said:
        options = reference(found, f"{found.name}-mtls")
        made |= {f"{OWN}router.entrypoints": "websecure", f"{OWN}router.tls": "true",
                 f"{OWN}router.tls.options": options}  # fmt: skip
    return made


def _rewriting(route: Route) -> Iterator[tuple[str, dict]]:
    if route.whole:
        yield "rewrite", {"replacePath": {"path": route.whole}}
    elif route.pattern:
        yield "rewrite", {"replacePathRegex": {"regex": route.pattern, "replacement": route.target}}


def _rules(found: Found, paths: list[_Path]) -> Iterator[dict]:
    """Rules by host, and the same for each alias."""
    by_host: dict[str, list[dict]] = {}
    for host, path, route in paths:
        made = {"path": route.path, "pathType": route.path_type, "backend": copy.deepcopy(path.get("backend") or {})}
        by_host.setdefault(host, []).append(made)
    aliases = [alias.strip() for alias in found.said.get("server-alias", "").split(",") if alias.strip()]
    for host, listed in by_host.items():
        for name in [host, *aliases] if host else [host]:
            yield ({"host": name} if name else {}) | {"http": {"paths": copy.deepcopy(listed)}}


def _tls(found: Found, hosts: set[str]) -> list[dict]:
    """The entries of spec.tls for these hosts, and those for none in particular."""
    entries = found.spec.get("tls") or []
    return [dict(tls) for tls in entries if not tls.get("hosts") or hosts & set(tls["hosts"]) or len(found.rules) < 2]


def _without_rules(plan: Plan, chain: list[tuple[str, dict]]) -> dict:
    """An Ingress that has nothing but a default backend, which Traefik reads as ingress-nginx does."""
    spec = {"ingressClassName": CLASS} | {
        k: copy.deepcopy(v) for k, v in plan.found.spec.items() if k != "ingressClassName"
    }
    if chain:
        plan.refused.append(phrase("it has no rules, and its annotations count for every request; write them by hand"))
    return ingress(plan.found, plan.found.name, {}, spec)
