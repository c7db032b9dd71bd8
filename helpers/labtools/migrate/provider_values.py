"""Values of annotations that decide what Traefik's provider for ingress-nginx makes of them."""

import re

from labcore.language.messages import phrase

from labtools.migrate import snippets
from labtools.migrate.paths import ONLY_PCRE, can_go
from labtools.migrate.plan import Plan
from labtools.migrate.values import size

_NEEDS_SNIPPETS = phrase("Traefik's flag --providers.kubernetesingressnginx.allowsnippetannotations")
_NEEDS_HEADERS = phrase(
    "Traefik's flag --providers.kubernetesingressnginx.globalallowedresponseheaders with each header"
)
_VARIABLES = phrase("Traefik's provider does not fill in nginx' variables in a redirect")
_UNBUFFERED = phrase("Traefik's provider counts the bytes of bodies that it buffers only.")
_SENDS_ON = re.compile(r"\brewrite\b[^;]*\b(permanent|redirect)\s*;")
_NO_QUERY = phrase("A redirect by `rewrite` keeps the query of the request in nginx, and loses it with Traefik.")
_TLS_ONLY = phrase("Traefik's provider serves no plain HTTP beside ssl-passthrough.")
_PROTOCOLS = ("HTTP", "HTTPS", "GRPC", "GRPCS")


def looked_at(plan: Plan) -> None:
    """Mark in the plan what the values say."""
    for look in (_redirects, _snippets, _variables, _backends, _bodies, _hosts_and_pages):
        look(plan)


def _redirects(plan: Plan) -> None:
    said = plan.found.said
    for name in ("permanent-redirect", "temporal-redirect"):
        if "$" in said.get(name, "") and not (name == "permanent-redirect" and "temporal-redirect" in said):
            plan.absent(name, _VARIABLES)
    if plan.found.on("ssl-passthrough"):
        for name in ("ssl-redirect", "force-ssl-redirect"):
            plan.different(name, _TLS_ONLY)


def _snippets(plan: Plan) -> None:
    said = plan.found.said
    for name in snippets.SNIPPETS:
        if name in said and (why := snippets.why_not(said[name])):
            plan.absent(name, why)
        elif name in said:
            plan.needs.add(_NEEDS_SNIPPETS)
            if _SENDS_ON.search(said[name]):
                plan.different(name, _NO_QUERY)


def _variables(plan: Plan) -> None:
    for name in ("auth-url", "auth-signin", "upstream-hash-by", "upstream-vhost"):
        known = snippets.OF_THE_RULE if name == "upstream-vhost" else frozenset()
        if why := snippets.unfilled(plan.found.said.get(name, ""), known):
            plan.absent(name, why)


def _backends(plan: Plan) -> None:
    said = plan.found.said
    protocol = said.get("backend-protocol", "HTTP").strip().upper()
    if protocol in _PROTOCOLS:
        plan.same("backend-protocol")
    else:
        plan.absent("backend-protocol", phrase("Traefik does not speak {protocol}", protocol=protocol))
    if said.get("proxy-http-version", "").strip() == "1.0":
        plan.absent("proxy-http-version", phrase("Traefik does not speak HTTP/1.0 to a Service"))
    if not can_go(said.get("canary-by-header-pattern", "")):
        plan.absent("canary-by-header-pattern", ONLY_PCRE)


def _bodies(plan: Plan) -> None:
    said = plan.found.said
    buffered = said.get("proxy-request-buffering", "on").strip() == "on"
    if not buffered and size(said.get("proxy-body-size", "")) != 0:
        plan.absent("proxy-body-size", _UNBUFFERED)


def _hosts_and_pages(plan: Plan) -> None:
    said = plan.found.said
    if "custom-headers" in said:
        plan.needs.add(_NEEDS_HEADERS)
    if any(alias.strip().startswith("~") for alias in said.get("server-alias", "").split(",")):
        plan.absent("server-alias", phrase("Traefik's provider reads an alias as a name, not as a regular expression"))
    if "custom-http-errors" in said and "default-backend" not in said:
        why = phrase("without default-backend, Traefik needs its flag defaultBackendService for the page")
        plan.absent("custom-http-errors", why)
    if not said.get("rewrite-target"):
        plan.same("x-forwarded-prefix")
