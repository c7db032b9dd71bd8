"""What the rendering is given: the objects of the cluster as plain dicts, looked up by name."""

from dataclasses import dataclass, field

GROUP = "gateway.networking.k8s.io"
CONTROLLER = "ingress-lab.dev/envoy"
"""spec.controllerName of the GatewayClasses that are served."""
PORT = 8000
"""Where Envoy listens: the port that a Gateway's listener names."""


@dataclass(frozen=True)
class Objects:
    classes: list[dict] = field(default_factory=list)
    gateways: list[dict] = field(default_factory=list)
    routes: list[dict] = field(default_factory=list)
    grants: list[dict] = field(default_factory=list)
    namespaces: list[dict] = field(default_factory=list)
    services: list[dict] = field(default_factory=list)
    slices: list[dict] = field(default_factory=list)

    def ours(self) -> list[dict]:
        """The Gateways whose class names this controller."""
        names = {name(c)[1] for c in self.classes if c["spec"]["controllerName"] == CONTROLLER}
        return [gateway for gateway in self.gateways if gateway["spec"]["gatewayClassName"] in names]

    def gateway(self, namespace: str, wanted: str) -> dict | None:
        """One of ours."""
        return next((g for g in self.ours() if name(g) == (namespace, wanted)), None)

    def labels(self, namespace: str) -> dict[str, str]:
        found = next((n for n in self.namespaces if name(n)[1] == namespace), {"metadata": {}})
        return found["metadata"].get("labels") or {}

    def service(self, namespace: str, wanted: str) -> dict | None:
        return next((s for s in self.services if name(s) == (namespace, wanted)), None)

    def endpoints(self, namespace: str, service: str, port_name: str) -> list[tuple[str, int]]:
        """(address, port) of the ready Pods behind a port of a Service."""
        found = []
        for piece in self.slices:
            labels = piece["metadata"].get("labels") or {}
            if (name(piece)[0], labels.get("kubernetes.io/service-name")) != (namespace, service):
                continue
            numbers = [p["port"] for p in piece.get("ports") or [] if (p.get("name") or "") == port_name]
            for endpoint in piece.get("endpoints") or []:
                if numbers and (endpoint.get("conditions") or {}).get("ready", True):
                    found += [(address, numbers[0]) for address in endpoint["addresses"]]
        return sorted(set(found))

    def granted(self, route: dict, namespace: str, service: str) -> bool:
        """May this route refer to a Service of that namespace?"""
        own = name(route)[0]
        source = {"group": GROUP, "kind": "HTTPRoute", "namespace": own}
        return own == namespace or any(
            source in grant["spec"]["from"]
            and any(to["kind"] == "Service" and to.get("name", service) == service for to in grant["spec"]["to"])
            for grant in self.grants
            if name(grant)[0] == namespace
        )


def name(obj: dict) -> tuple[str, str]:
    return obj["metadata"].get("namespace", ""), obj["metadata"]["name"]
