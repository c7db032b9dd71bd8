"""Who may be asked for a claim in ingress-nginx's dialect: its Service, a stand-in, or a canary beside it."""

from labtools.traefik.annotations import Settings
from labtools.traefik.ingress_paths import Claim, claims_of
from labtools.traefik.objects import Objects, endpoints, service_port
from labtools.traefik.router import Router

Weights = dict[tuple, tuple[str, int, int]]  # namespace, Service, port → canary Service, weight, total


def canaries_of(
    kept: list[tuple[dict, Settings]], canaries: list[tuple[dict, Settings]], objects: Objects
) -> tuple[Weights, list[Router]]:
    """The weights of canaries; a canary stands beside a *Service*, so it counts wherever that Service is named."""
    main = {_key(c): c for ingress, _ in kept for c in claims_of([ingress]) if c.number >= 0}
    weights: Weights = {}
    taken: set[tuple] = set()
    unused = []
    for ingress, settings in canaries:
        for claim in claims_of([ingress]):
            beside, key = main.get(_key(claim)), _key(claim)
            if claim.number < 0 or beside is None or key in taken:
                unused.append(Router(claim, "nginx", dropped="lone canary"))
            elif (beside.service, beside.port) != (claim.service, claim.port) and _ready(claim, claim.service, objects):
                taken.add(key)
                total = max(settings.number("canary-weight-total", 100), 100)
                weight = min(max(settings.number("canary-weight", 0), 0), total)
                weights[claim.namespace, beside.service, beside.port] = (claim.service, weight, total)
                unused.append(Router(claim, "nginx", dropped="canary"))
    return weights, unused


def _key(claim: Claim) -> tuple:
    return claim.namespace, claim.rule.host, claim.written_path, claim.rule.path_type


def services_of(claim: Claim, settings: Settings, weights: Weights, objects: Objects) -> tuple[str, ...]:
    """Who may be asked; nobody when no endpoint serves. `default-backend` stands in for a Service without endpoints."""
    name = claim.service
    if not _ready(claim, name, objects):
        service = objects.service(claim.namespace, name)
        there = service is not None and service_port(service, *claim.port) is not None
        name = settings.get("default-backend") if there else ""
        name = name if name and _ready(claim, name, objects, any_port=True) else ""
    canary, weight, total = weights.get((claim.namespace, claim.service, claim.port), ("", 0, 1))
    names = [name] if weight < total else []
    return tuple(n for n in [*names, *([canary] if weight else [])] if n)


def _ready(claim: Claim, name: str, objects: Objects, *, any_port: bool = False) -> bool:
    service = objects.service(claim.namespace, name)
    if service is None:
        return False
    if service["spec"].get("type") == "ExternalName":
        return True
    ports = service["spec"].get("ports") or []
    port = ports[0] if any_port and ports else service_port(service, *claim.port)
    return port is not None and bool(endpoints(objects.slices_of(claim.namespace, name), port.get("name") or ""))
