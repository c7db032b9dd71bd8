"""Hosts and their locations, made of all Ingresses: createServers and getBackendServers of controller.go."""

import dataclasses

import certificates
import endpoints
import upstreams as services
from balancing import DEFAULT, Upstream
from model import Accepted, Location, Server
from objects import Cluster
from upstreams import CATCH_ALL


def make(ingresses: list[Accepted], upstreams: dict[str, Upstream], cluster: Cluster) -> dict[str, Server]:
    """By host. `ingresses` in the order of their creation: who comes first has the path."""
    made = {CATCH_ALL: Server(CATCH_ALL, [Location("/", default=True)])}
    primary = [ingress for ingress in ingresses if not ingress.options.canary.enabled]
    for ingress in primary:
        _add_hosts(ingress, made)
    for ingress in primary:
        for rule in ingress.rules:
            _add_settings(made[rule.get("host") or CATCH_ALL], ingress)
    _add_aliases(made)
    for ingress in ingresses:
        for rule in ingress.rules:
            _add_locations(made.get(rule.get("host") or CATCH_ALL) or made[CATCH_ALL], ingress, rule, upstreams)
    return made


def _add_hosts(ingress: Accepted, made: dict[str, Server]) -> None:
    """A server for each new host, with a root that leads to the Ingress's default backend, or to the 404."""
    upstream = services.name_of(ingress.namespace, ingress.default) if ingress.default else DEFAULT
    root = made[CATCH_ALL].locations[0]
    if ingress.default and root.default and not ingress.rules:
        plain = root.options
        options = dataclasses.replace(ingress.options, redirect=plain.redirect, rewriting=plain.rewriting)
        service, port = ingress.default["name"], services.port_of(ingress.default)
        made[CATCH_ALL].locations[0] = Location(
            "/", "Prefix", upstream, options, ingress, service, port, rule_path="/"
        )
    for rule in ingress.rules:
        host = rule.get("host") or CATCH_ALL
        if host not in made:
            made[host] = Server(host, [Location("/", "Prefix", upstream, ingress.options, ingress, default=True)])


def _add_settings(server: Server, ingress: Accepted) -> None:
    """The first Ingress that says something of the host is heard."""
    settings, wanted = ingress.options.server, ingress.options.client_certificates
    if not (server.client_certificates.file or server.client_certificates.fault):
        server.client_certificates = wanted
    server.snippet = server.snippet or ingress.options.snippets.server
    server.aliases = server.aliases or list(settings.aliases)
    server.ciphers = server.ciphers or settings.ciphers
    server.prefer_server_ciphers = server.prefer_server_ciphers or settings.prefer_server_ciphers


def add_certificates(ingresses: list[Accepted], made: dict[str, Server], cluster: Cluster) -> dict[str, bytes]:
    """The files to write. What does not fit the host is replaced by the default certificate, as upstream."""
    files: dict[str, bytes] = {}
    for ingress in ingresses:
        for rule in ingress.rules:
            server = made.get(rule.get("host") or CATCH_ALL)
            if server is None or server.certificate or ingress.options.canary.enabled:
                continue
            told, name = certificates.secret_for(server.host, ingress.obj, cluster)
            pem = certificates.bundle(cluster, ingress.namespace, name) if name else None
            if pem and certificates.fits(server.host, certificates.names(pem) or ()):
                server.certificate = f"certificates/{ingress.namespace}-{name}.pem"
                files[server.certificate] = pem
            elif told:
                server.certificate = cluster.default_certificate
    return files


def _add_aliases(made: dict[str, Server]) -> None:
    """An alias that is a host of its own is none."""
    for server in made.values():
        server.aliases = [alias for alias in server.aliases if alias not in made]


def _add_locations(server: Server, ingress: Accepted, rule: dict, upstreams: dict[str, Upstream]) -> None:
    for path, kind, service in ingress.paths(rule):
        upstream = upstreams[services.name_of(ingress.namespace, service)]
        if upstream.canary:
            continue
        same = [each for each in server.locations if (each.path, each.path_type) == (path, kind)]
        if not same or same[0].default:
            server.locations = [each for each in server.locations if each not in same]
            server.locations.append(
                Location(
                    path,
                    kind,
                    upstream.name,
                    ingress.options,
                    ingress,
                    upstream.service,
                    upstream.port,
                    False,
                    path,
                )
            )
            server.from_to_www |= ingress.options.redirect.www
        services.add_affinity(upstream, ingress)


def add_default_backends(made: dict[str, Server], upstreams: dict[str, Upstream], cluster: Cluster) -> None:
    """default-backend: for a Service without Pods, and for custom-http-errors."""
    for server in made.values():
        for location in server.locations:
            name, ingress = location.options.errors.backend, location.ingress
            upstream = upstreams[location.upstream]
            if not name or ingress is None or not (location.options.errors.codes or not upstream.endpoints):
                continue
            found = endpoints.of_first_port(cluster, ingress.namespace, name)
            if found:
                own = f"custom-default-backend-{ingress.namespace}-{name}"
                upstreams[own] = Upstream(own, ingress.namespace, name, endpoints=found)
                location.error_upstream = own
                if not upstream.endpoints:
                    location.upstream = own


def ordered(locations: list[Location]) -> list[Location]:
    """Longest path first, and updateServerLocations of location.go: a Prefix /a is `/a/` and `= /a`."""
    by_name = sorted(locations, key=lambda each: each.path, reverse=True)
    exact = {each.path for each in locations if each.path_type == "Exact"}
    made = []
    for each in sorted(by_name, key=lambda each: len(each.path), reverse=True):
        rewriting = each.options.rewriting
        if each.path == "/" or each.path_type != "Prefix" or rewriting.changes(each.path) or rewriting.use_regex:
            made.append(each)
            continue
        made.append(dataclasses.replace(each, path=each.path if each.path.endswith("/") else each.path + "/"))
        if each.path not in exact:
            made.append(dataclasses.replace(each, path_type="Exact"))
    return made
