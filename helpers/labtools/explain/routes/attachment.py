"""Routes at listeners: for each parentRef the listeners that it names, and why one does not take the route."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ingress_lab.ingress.rules import HTTP_ROUTE

from labtools.explain.routes.gateways import Gateways, key_of

NO_GATEWAY, NO_CLASS = "no Gateway", "no class"
NOT_ALLOWED, NO_PARENT, NO_HOST = "NotAllowedByListeners", "NoMatchingParent", "NoMatchingListenerHostname"
_SCHEMES = {"HTTP": "http", "HTTPS": "https"}


@dataclass(frozen=True)
class Attachment:
    """A route at a listener, with the hosts that both have; `problem` is a reason of a status, or one of those above.

    With a problem, `hosts` are the route's. `position` is that of the parentRef in the route.
    """

    route: dict = field(repr=False)
    position: int
    gateway: dict | None = field(default=None, repr=False)
    listener: dict | None = None
    problem: str = ""
    hosts: tuple[str, ...] = ()

    @property
    def parent(self) -> dict:
        return self.route["spec"]["parentRefs"][self.position]

    @property
    def scheme(self) -> str:
        """By which requests come in at this listener; "" for one that is not for HTTP."""
        return _SCHEMES.get((self.listener or {}).get("protocol", ""), "")

    @property
    def written(self) -> dict[str, dict]:
        """{type: condition} that controllers wrote into the route's status for this parent; {} where none has."""
        for parent in self.route.get("status", {}).get("parents") or []:
            ref = parent["parentRef"]
            if (ref["name"], ref.get("sectionName")) == (self.parent["name"], self.parent.get("sectionName")):
                return {condition["type"]: condition for condition in parent["conditions"]}
        return {}


def attachments(found: Gateways) -> list[Attachment]:
    """Each route with each listener that it names."""
    places = [
        (route, position)
        for route in found.routes
        for position, parent in enumerate(route["spec"].get("parentRefs") or [])
        if parent.get("kind", "Gateway") == "Gateway"
    ]
    return [attachment for route, position in places for attachment in _at(found, route, position)]


def _at(found: Gateways, route: dict, position: int) -> Iterator[Attachment]:
    parent, (namespace, _) = route["spec"]["parentRefs"][position], key_of(route)
    gateway = found.gateways.get((parent.get("namespace") or namespace, parent["name"]))
    if gateway is None:
        yield Attachment(route, position, problem=NO_GATEWAY, hosts=_written_hosts(route))
        return
    if not found.controller(gateway):
        yield Attachment(route, position, gateway, problem=NO_CLASS, hosts=_written_hosts(route))
        return
    named = [listener for listener in gateway["spec"]["listeners"] if _names(parent, listener)]
    if not named:
        yield Attachment(route, position, gateway, problem=NO_PARENT, hosts=_written_hosts(route))
    for listener in named:
        hosts = tuple(common(listener.get("hostname", ""), route["spec"].get("hostnames") or []))
        problem = _closed(found, gateway, listener, route) or ("" if hosts else NO_HOST) or broken(gateway, listener)
        yield Attachment(route, position, gateway, listener, problem, hosts or _written_hosts(route))


def _names(parent: dict, listener: dict) -> bool:
    return parent.get("sectionName", listener["name"]) == listener["name"] and (
        parent.get("port", listener["port"]) == listener["port"]
    )


def _closed(found: Gateways, gateway: dict, listener: dict, route: dict) -> str:
    allowed = listener.get("allowedRoutes") or {}
    kinds = [kind["kind"] for kind in allowed.get("kinds") or []]
    scope = allowed.get("namespaces") or {}
    (home, _), (own, _) = key_of(gateway), key_of(route)
    opened = {
        "All": True,
        "Same": own == home,
        "Selector": _selects(scope.get("selector") or {}, found.labels.get(own, {})),
    }[scope.get("from", "Same")]
    return "" if opened and (not kinds or HTTP_ROUTE in kinds) else NOT_ALLOWED


def _selects(selector: dict, labels: dict[str, str]) -> bool:
    """A label selector, as the API reads it."""
    if not (selector.get("matchLabels") or {}).items() <= labels.items():
        return False
    for needed in selector.get("matchExpressions") or []:
        key, values = needed["key"], needed.get("values") or []
        if not {
            "In": labels.get(key) in values,
            "NotIn": labels.get(key) not in values,
            "Exists": key in labels,
            "DoesNotExist": key not in labels,
        }.get(needed["operator"], False):
            return False
    return True


def common(of_listener: str, of_route: list[str]) -> Iterator[str]:
    """The hosts that a listener and a route both have; "" is any. Of two that fit each other the narrower one."""
    if not of_listener or not of_route:
        yield from of_route or [of_listener]
        return
    for host in of_route:
        if covers(of_listener, host):
            yield host
        elif covers(host, of_listener):
            yield of_listener


def covers(pattern: str, host: str) -> bool:
    """A wildcard stands for one label or more; "" for every host."""
    pattern, host = pattern.lower(), host.lower()
    return not pattern or pattern == host or (pattern.startswith("*.") and host.endswith(pattern[1:]))


def most_specific(hosts: Iterable[str], asked: str) -> str | None:
    """Of the hosts that cover the one asked for the most specific; None where none does."""
    fitting = [host for host in hosts if covers(host, asked)]
    return max(fitting, key=lambda host: (bool(host) and not host.startswith("*"), len(host)), default=None)


def broken(gateway: dict, listener: dict) -> str:
    """The reason for which the controller does not serve a listener, by its status; "" where nothing is said."""
    return condition(gateway, listener).get("reason", "")


def condition(gateway: dict, listener: dict) -> dict:
    """The first condition of a listener that says what is wrong; {} for none."""
    for status in gateway.get("status", {}).get("listeners") or []:
        if status["name"] == listener["name"]:
            wrong = (c for c in status["conditions"] if c["status"] == str(c["type"] == "Conflicted"))
            return next(wrong, {})
    return {}


def _written_hosts(route: dict) -> tuple[str, ...]:
    return tuple(route["spec"].get("hostnames") or [""])
