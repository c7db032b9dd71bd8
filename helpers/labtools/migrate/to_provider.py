"""The same Ingress for Traefik's provider for ingress-nginx: without what it does not read, of the class nginx."""

import copy
import re

from labcore.language.messages import joined, phrase

from labtools.migrate import provider_values
from labtools.migrate.effects import Hosts
from labtools.migrate.found import CLASS_ANNOTATION, Found, Input
from labtools.migrate.guards import loosened, read_otherwise
from labtools.migrate.paths import ONLY_PCRE, can_go, is_valid, takes_root, written
from labtools.migrate.plan import Plan, begun
from labtools.migrate.table import ABSENT, PREFIX, annotations

CLASS = "nginx"
_ENDED = re.compile(r"(?<![*+\\])(?<![*+]\))\$$")
"""A path that ends there, and not with what stands for anything."""
NEEDS = phrase("Traefik's flag --providers.kubernetesingressnginx, and an IngressClass named nginx")
_NO_ROOT = phrase("nginx redirects / in any case; Traefik's provider does where a path of the Ingress takes /.")


def planned(found: Found, given: Input, hosts: Hosts) -> Plan:
    """What becomes of one Ingress."""
    plan = begun(found, "provider", hosts)
    provider_values.looked_at(plan)
    _paths(plan, hosts)
    _sent_on(plan, hosts)
    _roots(plan)
    plan.differs += read_otherwise(found, hosts, expressions=True)
    plan.needs.add(NEEDS)
    plan.objects = [_made(plan, hosts)]
    plan.settle()
    return plan


def _made(plan: Plan, hosts: Hosts) -> dict:
    """The Ingress with the annotations that have an effect, and those of other programs."""
    found = plan.found
    gone = {PREFIX + name for name, use in plan.uses.items() if use.verdict == ABSENT or name not in annotations()}
    gone |= {CLASS_ANNOTATION, "kubectl.kubernetes.io/last-applied-configuration"}
    notes = {key: value for key, value in found.notes.items() if key not in gone}
    if f"{PREFIX}proxy-body-size" in notes:  # nginx buffers bodies by default, and Traefik counts those alone
        notes.setdefault(f"{PREFIX}proxy-request-buffering", "on")
    meta = {key: copy.deepcopy(found.meta[key]) for key in ("name", "namespace", "labels") if found.meta.get(key)}
    spec = {"ingressClassName": CLASS} | {k: copy.deepcopy(v) for k, v in found.spec.items() if k != "ingressClassName"}
    if found.said.keys() & {"permanent-redirect", "temporal-redirect"}:
        _let_queries_pass(spec, hosts)
    made = meta | ({"annotations": notes} if notes else {})
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": made, "spec": spec}


def _let_queries_pass(spec: dict, hosts: Hosts) -> None:
    """The provider looks for the path of a redirect in the whole URL, where a query may follow what `$` ends."""
    for rule in spec.get("rules") or []:
        for path in (rule.get("http") or {}).get("paths") or []:
            if hosts.is_regex(str(rule.get("host") or "")) and _ENDED.search(written(path)):
                path["path"] = written(path)[:-1] + r"(\?.*)?$"


def _roots(plan: Plan) -> None:
    """nginx redirects / of a host in any case, the provider where a path of the Ingress takes it."""
    rooted = {host for host, path in plan.found.paths if takes_root(path)}
    if any(host not in rooted for host, _ in plan.found.paths):
        plan.different("app-root", _NO_ROOT)


def _paths(plan: Plan, hosts: Hosts) -> None:
    """Paths that the provider refuses, or that its engine cannot read; and rewriting by what the path is."""
    found, target = plan.found, plan.found.said.get("rewrite-target", "").strip()
    rewritten: list[bool] = []
    for host, path in found.paths:
        what = phrase("path {path}", path=written(path))
        if not is_valid(path):
            why = phrase(
                "{type} allows no signs of a regular expression (ingress-nginx 1.12 and Traefik's provider refuse the "
                "Ingress); write pathType: ImplementationSpecific",
                type=path.get("pathType"),
            )
            plan.refused.append(joined(": ", [what, why]))
        elif hosts.is_regex(host) and not can_go(written(path)):
            plan.refused.append(joined(": ", [what, ONLY_PCRE]))
        if open_to := loosened(found, host, path, hosts, expressions=True):
            plan.refused.append(open_to)
        rewritten.append(written(path).endswith((".*", ".*)", ".+)", "$")))
    if target and all(rewritten):
        plan.same("rewrite-target")


def _sent_on(plan: Plan, hosts: Hosts) -> None:
    """The provider looks at spec.tls of each Ingress alone, nginx at the certificate of a host."""
    found = plan.found
    tls = [host for host, _ in found.paths if not hosts.needs_https(found, host)]
    if found.spec.get("tls") and found.on("ssl-redirect", default=True) and tls and not found.is_canary:
        plan.differs.append(
            phrase("Traefik's provider sends {hosts} on to HTTPS too, which spec.tls does not name",
                   hosts=", ".join(dict.fromkeys(tls)))
        )  # fmt: skip
    others = {host: other for host, _ in found.paths if (other := hosts.tls_of(found, host)) and other is not found}
    if others and not found.spec.get("tls") and any(hosts.needs_https(found, host) for host in others):
        plan.differs.append(
            phrase(
                "nginx sends {hosts} on to HTTPS because of spec.tls of Ingress {other}; Traefik's provider does not",
                hosts=", ".join(others),
                other=next(iter(others.values())).title,
            )
        )
