"""An Ingress with what ingress-nginx adds to it: its default backend as the path / of each of its hosts."""

import copy

from labtools.migrate.effects import Hosts, is_plain
from labtools.migrate.found import Found
from labtools.migrate.paths import written


def spread(found: Found) -> list[tuple[str, dict]]:
    """Its paths, and the default backend as the path / of each host that has none."""
    paths = list(found.paths)
    backend = found.spec.get("defaultBackend")
    if not backend or not found.rules:
        return paths
    rooted = {host for host, path in paths if written(path) == "/"}
    hosts = {str(rule.get("host") or ""): None for rule in found.rules}
    return [*paths, *((h, {"path": "/", "pathType": "Prefix", "backend": backend}) for h in hosts if h not in rooted)]


def spread_out(found: Found, hosts: Hosts) -> dict:
    """The Ingress anew, one rule for a host; plain paths of a host of expressions are prefixes."""
    by_host: dict[str, list[dict]] = {}
    for host, path in spread(found):
        made = dict(path)
        if hosts.is_regex(host) and is_plain(written(path)) and path.get("pathType") != "Exact":
            made["pathType"] = "Prefix"
        elif hosts.is_regex(host) and not is_plain(written(path)):
            made["pathType"] = "ImplementationSpecific"
        by_host.setdefault(host, []).append(made)
    obj = copy.deepcopy(found.obj)
    rules = [({"host": host} if host else {}) | {"http": {"paths": paths}} for host, paths in by_host.items()]
    if rules:
        obj["spec"] = {k: v for k, v in obj["spec"].items() if k != "defaultBackend"} | {"rules": rules}
    return dict(obj)
