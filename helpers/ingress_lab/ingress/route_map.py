"""What a routing map shows, read from live objects: host → path → Service → Pods. Drawing it is `pictures`' work."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import joined, phrase

from ingress_lab.ingress.rules import Rule, rules_of

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


@dataclass(frozen=True)
class Backend:
    """A Service that rules name; `pods` are the aliases of its ready Pods, None when there is no such Service."""

    service: str
    pods: tuple[str, ...] | None


@dataclass(frozen=True)
class RoutingMap:
    """Hosts, rules, Services and Pods of a namespace, as the picture and its text show them."""

    namespace: str
    rules: tuple[Rule, ...]
    backends: tuple[Backend, ...]

    @property
    def hosts(self) -> list[str]:
        """The hosts in the order in which rules name them; "" is any host."""
        return list(dict.fromkeys(rule.host for rule in self.rules))

    def rules_at(self, host: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.host == host]

    def backend(self, service: str) -> Backend:
        return next(b for b in self.backends if b.service == service)

    @property
    def title(self) -> str:
        return phrase("Routing map of namespace {namespace}", namespace=self.namespace)

    def in_words(self) -> str:
        """The map as text: for screen readers, terminals and logs."""
        lines = [self.title]
        for host in self.hosts:
            lines.append(f"  {host or phrase('any host')}")
            for rule in self.rules_at(host):
                pods = joined(", ", pod_words(self.backend(rule.service)))
                where = f"{rule.path} ({rule.path_type})" if rule.path else phrase("(default backend)")
                lines.append(f"    {where} -> {rule.service}:{rule.port} -> {pods}")
        return joined("\n", lines if self.rules else [*lines, f"  {phrase('no Ingress yet: nothing is routed')}"])


def pod_words(backend: Backend) -> list[str]:
    """A Service's Pods, or why there are none."""
    if backend.pods is None:
        return [phrase("no such Service")]
    return list(backend.pods) or [phrase("no ready Pod")]


def read(lab: "Lab") -> RoutingMap:
    """The map of a lab's namespace, from its Ingresses, Services, EndpointSlices and Pods."""
    lab.objects("pods")  # numbers the Pods, oldest first
    services = {s["metadata"]["name"] for s in lab.objects("services")}
    ready = ready_pods(lab.objects("endpointslices"))
    pods = {service: tuple(sorted(lab.aliases.of(p) for p in names)) for service, names in ready.items()}
    return routing_map_of(lab.namespace, lab.objects("ingresses"), services, pods)


def routing_map_of(
    namespace: str, ingresses: Iterable[dict], services: set[str], pods: dict[str, tuple[str, ...]]
) -> RoutingMap:
    """The map as a pure function of the objects."""
    rules = tuple(rules_of(ingresses))
    named = dict.fromkeys(rule.service for rule in rules)
    backends = tuple(Backend(s, pods.get(s, ()) if s in services else None) for s in named)
    return RoutingMap(namespace, rules, backends)


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
