"""HTTPRoutes, by the conversion of labtools.gateway, and the Gateway that they attach to."""

from collections.abc import Iterable, Sequence

from labcore.language.messages import joined, phrase

from labtools.gateway.httproutes import Converter
from labtools.gateway.options import Options
from labtools.gateway.routes import HttpRoutes
from labtools.migrate import middlewares, services
from labtools.migrate.effects import Hosts
from labtools.migrate.found import Found, Input
from labtools.migrate.guards import read_otherwise, refused_today
from labtools.migrate.paths import ONLY_PCRE, can_go, written
from labtools.migrate.plan import NoEquivalent, Plan, begun, service_of
from labtools.migrate.reasons import REASONS
from labtools.migrate.spread import spread_out
from labtools.migrate.table import PREFIX

GATEWAY = "lab"
NEEDS = phrase(
    "Traefik's flag --providers.kubernetesgateway, the definitions of Gateway API 1.5, a GatewayClass named traefik, "
    "and entry points on the ports of the Gateway's listeners (8000 and 8443)"
)


def planned(found: Found, given: Input, hosts: Hosts, canaries: Sequence[Found] = ()) -> Plan:
    """What becomes of one Ingress, with the canaries that stand beside it."""
    plan = begun(found, "gateway", hosts)
    if found.is_canary:
        _as_canary(plan, hosts)
        return plan
    _paths(plan, hosts)
    _protocol(plan, given)
    plan.differs += [*read_otherwise(found, hosts, expressions=False), *refused_today(found)]
    _certificates(plan, given, hosts)
    for name in services.external(plan, given):
        why = phrase(
            "Service {name} is of type ExternalName, which Traefik's Gateway provider does not serve", name=name
        )
        plan.refused.append(why)
    made = _converted(plan, given, hosts, canaries)
    _marked(plan, made)
    for name in ("permanent-redirect", "temporal-redirect"):
        if found.said.get(name, "").strip().endswith("$request_uri"):
            plan.same(name)
    plan.objects = made.routes
    plan.needs.add(NEEDS)
    plan.settle()
    return plan


def gateway(plans: Iterable[Plan], namespace: str) -> dict:
    """The Gateway of a namespace: plain HTTP, and HTTPS with every Secret that an Ingress there names."""
    secrets: dict[str, None] = {}
    for plan in plans:
        secrets |= dict.fromkeys(_secrets(plan.found))
    listeners: list[dict] = [{"name": "http", "port": 8000, "protocol": "HTTP"}]
    if secrets:
        refs = [{"kind": "Secret", "group": "", "name": name} for name in secrets]
        listeners.append({"name": "https", "port": 8443, "protocol": "HTTPS", "tls": {"certificateRefs": refs}})
    scope = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": GATEWAY} | scope,
        "spec": {"gatewayClassName": "traefik", "listeners": listeners},
    }


def _as_canary(plan: Plan, hosts: Hosts) -> None:
    """A canary has no route of its own: its main Ingress' route has the weights."""
    if not can_go(plan.found.said.get("canary-by-header-pattern", "")):
        plan.absent("canary-by-header-pattern", ONLY_PCRE)
    if hosts.main_of(plan.found) is None:
        plan.refused.append(phrase("no Ingress here has one of its hosts and paths"))
    plan.settle()


def _converted(plan: Plan, given: Input, hosts: Hosts, canaries: Sequence[Found]) -> HttpRoutes:
    found = plan.found
    named = {host for host, _ in found.paths}
    options = Options(
        GATEWAY,
        sections=True,
        expressions=True,
        taken=frozenset(hosts.owners),
        response_headers=_headers(plan, given),
        https=frozenset(host for host in named if hosts.needs_https(found, host)),
        tls=frozenset(named if found.spec.get("tls") else ()),
    )
    beside = [
        o for o in given.others
        if o.get("kind") == "Service" and (o["metadata"].get("namespace") or given.namespace) == found.home
    ]  # fmt: skip
    converter = Converter(spread_out(found, hosts), beside, options)
    converter.convert([canary.obj for canary in canaries])
    return converter.made


def _headers(plan: Plan, given: Input) -> dict[str, str]:
    try:
        return middlewares.response_headers(plan.found, given)
    except NoEquivalent as error:
        plan.absent(error.name, error.why)
        return {}


def _marked(plan: Plan, made: HttpRoutes) -> None:
    """What the conversion left: an annotation, or a path that is missing."""
    for left in made.left:
        name = left.what.removeprefix(PREFIX)
        if left.missing and (name := name.partition(":")[0]) in plan.uses:
            plan.absent(name, left.why)
        elif left.missing:
            plan.refused.append(joined(": ", [left.what, left.why]))
        elif left.what.startswith("host *."):
            plan.differs.append(joined(": ", [left.what, left.why]))


def _paths(plan: Plan, hosts: Hosts) -> None:
    """Paths that Go's engine cannot read."""
    for host, path in plan.found.paths:
        if hosts.is_regex(host) and not can_go(written(path)):
            plan.refused.append(joined(": ", [phrase("path {path}", path=written(path)), ONLY_PCRE]))


def _certificates(plan: Plan, given: Input, hosts: Hosts) -> None:
    """A listener for HTTPS needs a Secret of its own namespace."""
    found = plan.found
    there = any(_secrets(one) for one in given.ingresses if one.home == found.home)
    asked = [host for host, _ in found.paths if hosts.needs_https(found, host)]
    if (asked or found.spec.get("tls")) and not there:
        plan.refused.append(phrase("a listener for HTTPS needs a certificate, and no spec.tls there names a Secret"))


def _secrets(found: Found) -> list[str]:
    return [tls["secretName"] for tls in found.spec.get("tls") or [] if tls.get("secretName")]


def _protocol(plan: Plan, given: Input) -> None:
    """A Service's own word for its protocol; nginx' annotation is none that a Gateway reads."""
    said = plan.found.said.get("backend-protocol", "HTTP").strip().upper()
    if said in ("HTTP", ""):
        return
    wanted = {"GRPC": "kubernetes.io/h2c"}.get(said)
    names = {service_of(path) for _, path in plan.found.paths}
    ports = [port for name in names for port in _ports(given, plan.found, name)]
    if wanted and ports and all(port.get("appProtocol") == wanted for port in ports):
        plan.nothing("backend-protocol", REASONS["protocol-service"])
    elif wanted:
        plan.absent("backend-protocol", phrase("set appProtocol: {wanted} at the Service's port first", wanted=wanted))
    else:
        why = phrase(
            "a Gateway checks the certificate of a Service, which nginx does not; a BackendTLSPolicy names its CA"
        )
        plan.absent("backend-protocol", why)


def _ports(given: Input, found: Found, service: str) -> list[dict]:
    beside = given.named("Service", service, found.home) or {}
    return (beside.get("spec") or {}).get("ports") or [{}]
