"""Which routes may use which listeners, and for which hosts (https://gateway-api.sigs.k8s.io/reference/spec/)."""

from dataclasses import dataclass, field

from objects import PORT, Objects, name


@dataclass(frozen=True)
class Attached:
    """A route at one of its parents: the hosts of each listener that takes it, or the reason why none does."""

    route: dict = field(repr=False)
    parent: dict
    gateway: dict = field(repr=False)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    """By the listener's name; "*" is any host."""
    reason: str = "Accepted"


def attach(objects: Objects) -> list[Attached]:
    """Every parentRef that names a Gateway of ours."""
    found = []
    for route in sorted(objects.routes, key=lambda r: (r["metadata"].get("creationTimestamp", ""), name(r))):
        for parent in route["spec"].get("parentRefs") or []:
            gateway = objects.gateway(parent.get("namespace") or name(route)[0], parent["name"])
            if gateway is not None and parent.get("kind", "Gateway") == "Gateway":
                found.append(_at(objects, route, parent, gateway))
    return found


def _at(objects: Objects, route: dict, parent: dict, gateway: dict) -> Attached:
    named = [
        listener
        for listener in gateway["spec"]["listeners"]
        if parent.get("sectionName", listener["name"]) == listener["name"]
        and parent.get("port", listener["port"]) == listener["port"]
    ]
    allowed = [listener for listener in named if _allows(objects, gateway, listener, route)]
    hosts = {
        each["name"]: common(each.get("hostname", "*"), route["spec"].get("hostnames") or ["*"]) for each in allowed
    }
    served = {each["name"] for each in allowed if fault(each) is None}
    reason = (
        "NoMatchingParent" if not named
        else "NotAllowedByListeners" if not allowed
        else "NoMatchingListenerHostname" if not any(hosts.values())
        else "NoMatchingParent" if not served
        else "Accepted"
    )  # fmt: skip
    return Attached(route, parent, gateway, {n: some for n, some in hosts.items() if some and n in served}, reason)


def fault(listener: dict) -> tuple[str, str] | None:
    """(reason, message) for a listener that is not served."""
    if listener["protocol"] != "HTTP":
        return "UnsupportedProtocol", f"this controller serves HTTP only, not {listener['protocol']}"
    if listener["port"] != PORT:
        return "PortUnavailable", f"Envoy listens on port {PORT}, not on {listener['port']}"
    return None


def _allows(objects: Objects, gateway: dict, listener: dict, route: dict) -> bool:
    allowed = listener.get("allowedRoutes") or {}
    if allowed.get("kinds") and "HTTPRoute" not in [kind["kind"] for kind in allowed["kinds"]]:
        return False
    scope = allowed.get("namespaces") or {}
    if scope.get("from", "Same") == "Selector":
        wanted = (scope.get("selector") or {}).get("matchLabels") or {}
        return wanted.items() <= objects.labels(name(route)[0]).items()
    return scope.get("from", "Same") == "All" or name(route)[0] == name(gateway)[0]


def common(of_listener: str, of_route: list[str]) -> list[str]:
    """The hosts that both have: of two that fit each other the narrower one."""
    narrower = [
        (host if covers(of_listener, host) else of_listener if covers(host, of_listener) else "")
        for host in of_route
    ]
    return [host for host in narrower if host]


def covers(pattern: str, host: str) -> bool:
    """A wildcard stands for one label or more; "*" for every host."""
    return pattern in ("*", host) or (pattern.startswith("*.") and host.endswith(pattern[1:]))
