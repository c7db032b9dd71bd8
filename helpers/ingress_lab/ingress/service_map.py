"""What a Service map shows, read from live objects: selector → EndpointSlice → Pods. Drawing is `pictures`' work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import joined, text

from ingress_lab.kube import endpoints

if TYPE_CHECKING:
    from ingress_lab.lab import Lab


@dataclass(frozen=True)
class ServiceMap:
    """A Service in words (name, selector, ports), and its endpoints: (alias of the Pod, state)."""

    service: str
    selector: str
    ports: str
    pods: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        return text("service_map_title", service=self.service)

    @property
    def service_lines(self) -> tuple[str, ...]:
        chosen = text("selector", labels=self.selector) if self.selector else text("no_selector")
        return (f"{self.service}:{self.ports}" if self.ports else self.service, chosen)

    @property
    def slice_lines(self) -> tuple[str, ...]:
        return ("EndpointSlice", text("endpoints", number=len(self.pods)))

    def in_words(self) -> str:
        """The map as text: for screen readers, terminals and logs."""
        lines = [self.title, f"  {', '.join(self.service_lines)} -> {', '.join(self.slice_lines)}"]
        return joined("\n", [*lines, *(f"    -> {pod} ({state})" for pod, state in self.pods)])


def read(lab: "Lab", service: str) -> ServiceMap:
    """The map of a Service, from the objects as they are now."""
    spec = lab.object("service", service)["spec"]
    lab.objects("pods")  # numbers the Pods, oldest first
    found = sorted((lab.aliases.of(e.pod), state(e)) for e in endpoints.read(lab, service))
    selector = ", ".join(f"{key}={value}" for key, value in (spec.get("selector") or {}).items())
    ports = ", ".join(str(port["port"]) for port in spec.get("ports") or [])
    return ServiceMap(service, selector, ports, tuple(found))


def state(endpoint: endpoints.Endpoint) -> str:
    """One word or two for the three conditions."""
    if endpoint.terminating:
        return text("terminating")
    return text("ready" if endpoint.ready else "not_ready")
