"""The Services that rules name, and which share requests: createUpstreams, mergeAlternativeBackends."""

import re

import endpoints
from balancing import DEFAULT, Upstream
from model import Accepted, Server
from objects import Cluster

CATCH_ALL = "_"


def name_of(namespace: str, service: dict) -> str:
    """upstreamName of util.go. What a name may not hold does not come into the text."""
    port = service.get("port") or {}
    name = f"{namespace}-{service['name']}-{port.get('number') or port.get('name') or 'INVALID'}"
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def port_of(service: dict) -> str:
    port = service.get("port") or {}
    return str(port.get("number") or port.get("name") or "")


def make(ingresses: list[Accepted], cluster: Cluster) -> dict[str, Upstream]:
    """By name. What the first Ingress that names a Service says of balancing holds for all."""
    place = cluster.place
    made = {DEFAULT: Upstream(DEFAULT, endpoints=[f"{place.address}:{place.default_backend}"])}
    for ingress in ingresses:
        services = [service for rule in ingress.rules for _, _, service in ingress.paths(rule)]
        for service in [ingress.default, *services] if ingress.default else services:
            name = name_of(ingress.namespace, service)
            if name not in made or service is ingress.default:
                made[name] = _upstream(name, ingress, service, cluster)
    return made


def _upstream(name: str, ingress: Accepted, service: dict, cluster: Cluster) -> Upstream:
    options, port = ingress.options, port_of(service)
    found = []
    if options.balancing.service:
        found = endpoints.of_cluster_ip(cluster, ingress.namespace, service["name"], port)
    found = found or endpoints.of_service(cluster, ingress.namespace, service["name"], port)
    canary = options.canary if options.canary.enabled else None
    return Upstream(name, ingress.namespace, service["name"], port, found, options.balancing, canary=canary)


def add_affinity(upstream: Upstream, ingress: Accepted) -> None:
    """getBackendServers: the first kind of affinity stays, the latest cookie counts."""
    if ingress.options.affinity.kind == "cookie":
        upstream.affinity = ingress.options.affinity


def merge_canary(ingress: Accepted, upstreams: dict[str, Upstream], servers: dict[str, Server]) -> bool:
    """mergeAlternativeBackends: a canary joins the location of its host, path and type, if there is one."""
    merged = False
    if ingress.default:
        name = name_of(ingress.namespace, ingress.default)
        for location in servers[CATCH_ALL].locations:
            merged |= _join(ingress, upstreams.get(location.upstream), upstreams.get(name))
    for rule in ingress.rules:
        server = servers.get(rule.get("host") or CATCH_ALL)
        for path, kind, service in ingress.paths(rule):
            alternative = upstreams.get(name_of(ingress.namespace, service))
            for location in server.locations if server else []:
                if (location.path, location.path_type) == (path, kind):
                    merged |= _join(ingress, upstreams.get(location.upstream), alternative)
    return merged


def _join(ingress: Accepted, primary: Upstream | None, alternative: Upstream | None) -> bool:
    """canMergeBackend and mergeAlternativeBackend."""
    if primary is None or alternative is None or primary is alternative:
        return False
    if primary.name == DEFAULT or primary.canary:
        return False
    if alternative.name not in primary.alternatives:
        if ingress.options.affinity.canary != "legacy":
            alternative.affinity = primary.affinity
        primary.alternatives.append(alternative.name)
    return True
