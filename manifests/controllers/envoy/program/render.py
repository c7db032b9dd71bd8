"""Objects in, Envoy's resources out: a pure function. Virtual hosts with routes, a cluster for each Service."""

from dataclasses import dataclass

from acting import action_of
from attaching import Attached, attach, covers
from backends import Backends
from matching import match_of, order
from objects import PORT, Objects, name

UNSUPPORTED = ("ExtensionRef",)
MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


@dataclass(frozen=True)
class Rendered:
    """`routes` and `clusters` are Envoy's; `attached` and `faults` (by route) are what the statuses say."""

    routes: dict
    clusters: dict[str, dict]
    attached: list[Attached]
    faults: dict[tuple[str, str], list[tuple[str, str]]]


def render(objects: Objects) -> Rendered:
    attached = attach(objects)
    clusters: dict[str, dict] = {}
    faults: dict[tuple[str, str], list[tuple[str, str]]] = {}
    rows = []
    for each in attached:
        backends = Backends(objects, each.route, clusters)
        rows += _rows(each, backends)
        faults[name(each.route)] = backends.faults
    hosts = sorted({host for host, _, _ in rows})
    virtual = [{"name": host, "domains": [host], "routes": _routes(host, rows)} for host in hosts]
    routes = {
        "@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
        "name": "routes",
        "virtual_hosts": virtual,
        "ignore_port_in_host_matching": True,
    }
    return Rendered(routes, clusters, attached, faults)


def _rows(each: Attached, backends: Backends) -> list[tuple[str, tuple, dict]]:
    """(host, place in the order, route) for each match of each rule."""
    made = []
    for number, rule in enumerate(each.route["spec"].get("rules") or []):
        for match in rule.get("matches") or [{}]:
            said = {"match": match_of(match)} | action_of(rule, match, backends)
            for host in dict.fromkeys(host for hosts in each.hosts.values() for host in hosts):
                made.append((host, order(host, each.route, number, match), said))
    return made


def _routes(host: str, rows: list[tuple[str, tuple, dict]]) -> list[dict]:
    """Envoy looks into one virtual host only, so what wider hosts have stands behind what this one has."""
    fitting = sorted((place, n) for n, (other, place, _) in enumerate(rows) if covers(other, host))
    return [rows[n][2] for _, n in fitting]


def listener(address: str) -> dict:
    """The one listener. Its routes come from a file of their own: a change of them closes no connection."""
    router = {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}
    cors = {"@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors"}
    manager = {
        "@type": MANAGER,
        "stat_prefix": "http",
        "rds": {"route_config_name": "routes", "config_source": file("routes")},
        "http_filters": [
            {"name": "envoy.filters.http.cors", "typed_config": cors},
            {"name": "envoy.filters.http.router", "typed_config": router},
        ],
    }
    chain = {"filters": [{"name": "http", "typed_config": manager}]}
    return {
        "name": "http",
        "address": {"socket_address": {"address": address, "port_value": PORT}},
        "filter_chains": [chain],
    }


def file(title: str) -> dict:
    """A file of the shared folder, which Envoy watches."""
    return {"resource_api_version": "V3", "path_config_source": {"path": f"./{title}.json"}}


def bootstrap(address: str) -> dict:
    """Where Envoy finds the rest; the admin interface tells the kubelet when it is ready."""
    return {
        "node": {"id": address, "cluster": "envoy"},
        "admin": {"address": {"socket_address": {"address": address, "port_value": 9901}}},
        "static_resources": {"listeners": [listener(address)]},
        "dynamic_resources": {"cds_config": file("clusters")},
    }


def unsupported(route: dict) -> list[str]:
    """Filters of a route that this controller does not have: it says so, and does not serve the route."""
    rules = route["spec"].get("rules") or []
    kinds = [f["type"] for rule in rules for f in rule.get("filters") or [] if f["type"] in UNSUPPORTED]
    behind = any(ref.get("filters") for rule in rules for ref in rule.get("backendRefs") or [])
    return kinds + (["filters of backendRefs"] if behind else [])
