"""What a routing map shows, read from live objects. Drawing it is the work of `labcore.pictures.routing`."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from labcore.errors import LabError
from labcore.language.messages import phrase
from labcore.pictures.routes import Backend, Controller, Route, RoutingMap

from ingress_lab.ingress import controller_flags, routes
from ingress_lab.ingress.rules import Rule, rules_of

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


def read(lab: "Lab") -> RoutingMap:
    """The map of a lab's namespace, from its Ingresses, Services, EndpointSlices and Pods, and from the controllers."""
    lab.objects("pods")  # numbers the Pods, oldest first
    services = {s["metadata"]["name"] for s in lab.objects("services")}
    ready = ready_pods(lab.objects("endpointslices"))
    pods = {service: tuple(sorted(lab.aliases.of(p) for p in names)) for service, names in ready.items()}
    ingresses = lab.objects("ingresses")
    controllers = _controllers(lab) | _gateways(lab)
    return routing_map_of(lab.namespace, ingresses, services, pods, controllers, routes.read(lab))


def _controllers(lab: "Lab") -> dict[str, Controller]:
    """{class: its controller}; the nodes only where the person may see the controllers' Pods."""
    classes = {c["metadata"]["name"]: c["spec"].get("controller", "") for c in lab.objects("ingressclasses")}
    try:
        nodes = controller_flags.nodes(lab.api.list(lab.api.resources().named("pods"))["items"])
    except LabError:
        nodes = {}
    return {name: Controller(name, controller, nodes.get(controller, ())) for name, controller in classes.items()}


def _gateways(lab: "Lab") -> dict[str, Controller]:
    """{`Gateway NAME`: its controller}, which HTTPRoutes have where Ingresses have a class."""
    by_class = {c["metadata"]["name"]: c["spec"]["controllerName"] for c in routes.read(lab, "GatewayClass")}
    gateways = {f"Gateway {g['metadata']['name']}": g["spec"]["gatewayClassName"] for g in routes.read(lab, "Gateway")}
    return {name: Controller(name, by_class.get(class_name, "")) for name, class_name in gateways.items()}


def routing_map_of(
    namespace: str,
    ingresses: Iterable[dict],
    services: set[str],
    pods: dict[str, tuple[str, ...]],
    controllers: Mapping[str, Controller] | None = None,
    http_routes: Iterable[dict] = (),
) -> RoutingMap:
    """The map as a pure function of the objects."""
    ingresses, http_routes = list(ingresses), list(http_routes)
    reasons = {route["metadata"]["name"]: _refused(route) for route in http_routes}
    rules = tuple(map(_route, rules_of(ingresses))) + tuple(
        replace(_route(r), class_name=f"Gateway {r.class_name}", note=_note(r, reasons[r.ingress]))
        for r in routes.rules_of(http_routes)
    )
    beside = {s: phrase("the controller answers") for s in {rule.service for rule in rules} if s.isdigit()}
    beside |= {s: phrase("in another namespace") for s in {rule.service for rule in rules} if "/" in s}
    backends = tuple(
        Backend(s, (beside[s],) if s in beside else pods.get(s, ()) if s in services else None)
        for s in dict.fromkeys(rule.service for rule in rules)
    )
    by_class = [
        replace((controllers or {}).get(name, Controller(name)), class_name=name)
        for name in dict.fromkeys(r.class_name for r in rules)
    ]
    tls = {host for i in ingresses for entry in i["spec"].get("tls") or [] for host in entry.get("hosts") or []}
    return RoutingMap(namespace, rules, backends, tuple(by_class), frozenset(tls))


def _route(rule: Rule) -> Route:
    return Route(rule.host, rule.path, rule.path_type, rule.service, rule.port, rule.class_name)


def _note(rule: Rule, reason: str) -> str:
    """What a request needs beside host and path, the share of this Service, and why its Gateway refused it."""
    return "  ".join(filter(None, (rule.conditions, f"x{rule.share}" if rule.share else "", reason)))


def _refused(route: dict) -> str:
    """The first reason of a condition that is not true, of any Gateway that the route names."""
    parents = route.get("status", {}).get("parents") or []
    wrong = (c["reason"] for p in parents for c in p.get("conditions") or [] if c["status"] != "True")
    return next(wrong, "")


def ready_pods(slices: Iterable[dict]) -> dict[str, set[str]]:
    """{service: names of its ready Pods} of EndpointSlices."""
    by_service: dict[str, set[str]] = {}
    for piece in slices:
        service = (piece["metadata"].get("labels") or {}).get("kubernetes.io/service-name", "")
        for endpoint in piece.get("endpoints") or []:
            target = endpoint.get("targetRef") or {}
            if target.get("kind") == "Pod" and (endpoint.get("conditions") or {}).get("ready", True):
                by_service.setdefault(service, set()).add(target["name"])
    return by_service
