"""Backends of an Ingress as those of an HTTPRoute, which names ports by number only."""

from collections.abc import Callable, Sequence

from labcore.language.messages import phrase


class Backends:
    """The Services among the manifests; `leave` is told what cannot be named."""

    def __init__(self, services: Sequence[dict], leave: Callable[..., None]) -> None:
        self._services, self._leave = services, leave

    def of(self, backend: dict) -> dict | None:
        """A backendRef, or None, and then a word of why."""
        service = backend.get("service")
        if not service:
            why = phrase("name it in backendRefs by group and kind")
            self._leave(phrase("a backend that is not a Service"), why, missing=True)
            return None
        port = service.get("port") or {}
        number = port.get("number") or self._number(service["name"], port.get("name", ""))
        if number is None:
            why = phrase("an HTTPRoute names ports by number; give the Service along, or write the number")
            what = phrase("port {port} of Service {name}", port=port.get("name"), name=service["name"])
            self._leave(what, why, missing=True)
            return None
        return {"name": service["name"], "port": number}

    def _number(self, service: str, name: str) -> int | None:
        ports = [p for s in self._services if s["metadata"]["name"] == service for p in s["spec"].get("ports") or []]
        return next((port["port"] for port in ports if port.get("name") == name), None)
