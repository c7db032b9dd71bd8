"""What a Service map shows, read from live objects: selector → EndpointSlice → Pods. Drawing is `pictures`' work."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from labcore.language.messages import joined, phrase

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
        return phrase("From the selector of {service} to its Pods", service=self.service)

    @property
    def service_lines(self) -> tuple[str, ...]:
        chosen = phrase("selector {labels}", labels=self.selector) if self.selector else phrase("no selector")
        return (f"{self.service}:{self.ports}" if self.ports else self.service, chosen)

    @property
    def slice_lines(self) -> tuple[str, ...]:
        return ("EndpointSlice", phrase("endpoints: {number}", number=len(self.pods)))

    def in_words(self) -> str:
        """The map as text: for screen readers, terminals and logs."""
        lines = [self.title, f"  {', '.join(self.service_lines)} -> {', '.join(self.slice_lines)}"]
        return joined("\n", [*lines, *(f"    -> {pod} ({state})" for pod, state in self.pods)])


def read(lab: "Lab", service: str) -> ServiceMap:
    """The map of a Service, from the objects as they are now."""
    spec = lab.object("service", service)["spec"]
    lab.objects("pods")  # numbers the Pods, oldest first
    pods = sorted((lab.aliases.of(e.pod), state(e)) for e in endpoints.read(lab, service))
    selector = ", ".join(f"{key}={value}" for key, value in (spec.get("selector") or {}).items())
    ports = ", ".join(str(port["port"]) for port in spec.get("ports") or [])
    return ServiceMap(service, selector, ports, tuple(pods))


def state(endpoint: endpoints.Endpoint) -> str:
    """One word or two for the three conditions."""
    if endpoint.terminating:
        return phrase("terminating")
    return phrase("ready") if endpoint.ready else phrase("not ready")
