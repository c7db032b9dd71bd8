"""What a routing map shows, read from live objects. Drawing it is the work of `labcore.pictures.routing`."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from labcore.errors import LabError
from labcore.pictures.routes import Backend, Controller, Route, RoutingMap

from ingress_lab.ingress import controller_flags
from ingress_lab.ingress.rules import rules_of

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


def read(lab: "Lab") -> RoutingMap:
    """The map of a lab's namespace, from its Ingresses, Services, EndpointSlices and Pods, and from the controllers."""
    lab.objects("pods")  # numbers the Pods, oldest first
    services = {s["metadata"]["name"] for s in lab.objects("services")}
    ready = ready_pods(lab.objects("endpointslices"))
    pods = {service: tuple(sorted(lab.aliases.of(p) for p in names)) for service, names in ready.items()}
    ingresses = lab.objects("ingresses")
    return routing_map_of(lab.namespace, ingresses, services, pods, _controllers(lab))


def _controllers(lab: "Lab") -> dict[str, Controller]:
    """{class: its controller}; the nodes only where the person may see the controllers' Pods."""
    classes = {c["metadata"]["name"]: c["spec"].get("controller", "") for c in lab.objects("ingressclasses")}
    try:
        nodes = controller_flags.nodes(lab.api.list(lab.api.resources().named("pods"))["items"])
    except LabError:
        nodes = {}
    return {name: Controller(name, controller, nodes.get(controller, ())) for name, controller in classes.items()}


def routing_map_of(
    namespace: str,
    ingresses: Iterable[dict],
    services: set[str],
    pods: dict[str, tuple[str, ...]],
    controllers: Mapping[str, Controller] | None = None,
) -> RoutingMap:
    """The map as a pure function of the objects."""
    ingresses = list(ingresses)
    rules = tuple(Route(r.host, r.path, r.path_type, r.service, r.port, r.class_name) for r in rules_of(ingresses))
    backends = tuple(
        Backend(s, pods.get(s, ()) if s in services else None) for s in dict.fromkeys(rule.service for rule in rules)
    )
    by_class = [(controllers or {}).get(name, Controller(name)) for name in dict.fromkeys(r.class_name for r in rules)]
    tls = {host for i in ingresses for entry in i["spec"].get("tls") or [] for host in entry.get("hosts") or []}
    return RoutingMap(namespace, rules, backends, tuple(by_class), frozenset(tls))


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
