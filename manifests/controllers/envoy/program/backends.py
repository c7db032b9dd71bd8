"""Services as clusters of Envoy's, and what is wrong with those that rules name."""

from dataclasses import dataclass, field

from objects import Objects, name

MISSING = "missing"
"""A cluster that is not there: requests for it are answered with 500, as the specification wants."""


@dataclass
class Backends:
    """For one route. `faults` are (reason, message); `clusters` collects what all routes need."""

    objects: Objects
    route: dict
    clusters: dict[str, dict]
    faults: list[tuple[str, str]] = field(default_factory=list)

    def weighted(self, rule: dict) -> dict:
        """config.route.v3.RouteAction: who gets which share."""
        refs = [ref for ref in rule.get("backendRefs") or [] if ref.get("weight", 1)]
        shares = [{"name": self.cluster(ref), "weight": ref.get("weight", 1)} for ref in refs]
        made = {"weighted_clusters": {"clusters": shares}} if shares else {"cluster": MISSING}
        return made | {"cluster_not_found_response_code": "INTERNAL_SERVER_ERROR"}

    def cluster(self, ref: dict) -> str:
        """The name of a backendRef's cluster; MISSING where there can be none."""
        own = name(self.route)[0]
        namespace, service_name = ref.get("namespace") or own, ref["name"]
        if ref.get("kind", "Service") != "Service" or ref.get("group"):
            return self._fault("InvalidKind", f"{ref.get('group', '')}/{ref['kind']} is not a Service")
        if not self.objects.granted(self.route, namespace, service_name):
            return self._fault("RefNotPermitted", f"no ReferenceGrant in {namespace} lets {own} use {service_name}")
        service = self.objects.service(namespace, service_name)
        if service is None:
            return self._fault("BackendNotFound", f"there is no Service {namespace}/{service_name}")
        port = next((p for p in service["spec"].get("ports") or [] if p["port"] == ref.get("port")), None)
        if port is None:
            return self._fault(
                "BackendNotFound", f"Service {namespace}/{service_name} has no port {ref.get('port')}"
            )
        key = f"{namespace}/{service_name}:{port['port']}"
        self.clusters[key] = _cluster(key, self.objects.endpoints(namespace, service_name, port.get("name") or ""))
        return key

    def _fault(self, reason: str, message: str) -> str:
        self.faults.append((reason, message))
        return MISSING


def _cluster(key: str, addresses: list[tuple[str, int]]) -> dict:
    """config.cluster.v3.Cluster with the Pods in it; without any, Envoy answers 503."""
    endpoints = [
        {"endpoint": {"address": {"socket_address": {"address": address, "port_value": port}}}}
        for address, port in addresses
    ]
    return {
        "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
        "name": key,
        "type": "STATIC",
        "connect_timeout": "5s",
        "load_assignment": {"cluster_name": key, "endpoints": [{"lb_endpoints": endpoints}]},
    }
