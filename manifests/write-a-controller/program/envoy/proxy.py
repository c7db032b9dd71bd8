"""Envoy, which runs in this Pod's other container: `take` writes files that Envoy watches (xDS by file).

All routes are in one virtual host, so that Envoy tries them in the order in which they are given, and the first
that fits wins. New clusters are written before the routes that name them.
"""

import json
import os
import re
from pathlib import Path

ADDRESS = os.environ.get("POD_IP", "127.0.0.1")
ROUTER = {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}
MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
CLUSTER = "type.googleapis.com/envoy.config.cluster.v3.Cluster"
ROUTES = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration"


def take(routes: list[tuple[str, str, str, list[str]]]) -> None:
    """Routes as (host, path, pathType, addresses of Pods); "" is every host. The first that fits answers."""
    clusters = {"+".join(addresses): addresses for *_, addresses in routes if addresses}
    rows = [{"match": _match(*route[:3]), **_action(route[3])} for route in routes]
    hosts = [{"name": "all", "domains": ["*"], "routes": rows}]
    _write("clusters", [_cluster(name, addresses) for name, addresses in sorted(clusters.items())])
    _write("routes", [{"@type": ROUTES, "name": "routes", "virtual_hosts": hosts}])
    if not Path("bootstrap.json").exists():  # Envoy's container waits for it
        _replace(Path("bootstrap.json"), _bootstrap())


def _match(host: str, path: str, kind: str) -> dict:
    """A Prefix ends at a slash: /foo is no prefix of /foobar."""
    headers = []
    if host:
        wanted = r"[^.:]+" + re.escape(host[1:]) if host.startswith("*") else re.escape(host)
        fits = {"safe_regex": {"regex": f"(?i){wanted}(:[0-9]+)?"}}
        headers = [{"name": ":authority", "string_match": fits}]
    if kind == "Exact":
        return {"path": path, "headers": headers}
    bare = path.rstrip("/")
    return ({"path_separated_prefix": bare} if bare else {"prefix": "/"}) | {"headers": headers}


def _action(addresses: list[str]) -> dict:
    if not addresses:
        return {"direct_response": {"status": 503}}
    return {"route": {"cluster": "+".join(addresses), "timeout": "0s"}}


def _cluster(name: str, addresses: list[str]) -> dict:
    ends = [address.rpartition(":") for address in addresses]
    endpoints = [
        {"endpoint": {"address": {"socket_address": {"address": host, "port_value": int(port)}}}}
        for host, _, port in ends
    ]
    return {
        "@type": CLUSTER,
        "name": name,
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]},
    }


def _bootstrap() -> dict:
    source = {"path_config_source": {"path": "./routes.json"}, "resource_api_version": "V3"}
    manager = {
        "@type": MANAGER,
        "stat_prefix": "http",
        "rds": {"route_config_name": "routes", "config_source": source},
        "http_filters": [{"name": "envoy.filters.http.router", "typed_config": ROUTER}],
    }
    listener = {
        "name": "http",
        "address": {"socket_address": {"address": ADDRESS, "port_value": 8000}},
        "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}],
    }
    clusters = {"path_config_source": {"path": "./clusters.json"}, "resource_api_version": "V3"}
    return {
        "node": {"id": ADDRESS, "cluster": "mine"},
        "static_resources": {"listeners": [listener]},
        "dynamic_resources": {"cds_config": clusters},
    }


def _write(title: str, resources: list[dict]) -> None:
    file = Path(f"{title}.json")
    wanted = {"resources": resources}
    if not file.exists() or json.loads(file.read_text()) != wanted:
        _replace(file, wanted)


def _replace(file: Path, wanted: dict) -> None:
    """In one step: Envoy reads a file when it is moved into its place."""
    beside = file.with_suffix(".new")
    beside.write_text(json.dumps(wanted, indent=1))
    beside.replace(file)
