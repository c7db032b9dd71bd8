"""Defaults of Services."""

_AFFINITY_SECONDS = 10800


def defaults(obj: dict) -> None:
    """SetDefaults_Service in pkg/apis/core/v1/defaults.go."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("type", "ClusterIP")
    _affinity(spec)
    for port in spec.get("ports", ()):
        port.setdefault("protocol", "TCP")
        if port.get("targetPort") in (None, 0, ""):
            port["targetPort"] = port.get("port", 0)
    if externally_accessible(spec):
        spec.setdefault("externalTrafficPolicy", "Cluster")
    if spec["type"] in ("ClusterIP", "NodePort", "LoadBalancer"):
        spec.setdefault("internalTrafficPolicy", "Cluster")
    if spec["type"] == "LoadBalancer":
        spec.setdefault("allocateLoadBalancerNodePorts", True)
        for entry in obj.get("status", {}).get("loadBalancer", {}).get("ingress", ()):
            if entry.get("ip"):
                entry.setdefault("ipMode", "VIP")


def externally_accessible(spec: dict) -> bool:
    """Whether traffic may come from outside the cluster, so that externalTrafficPolicy has a meaning."""
    return spec["type"] in ("NodePort", "LoadBalancer") or (
        spec["type"] == "ClusterIP" and bool(spec.get("externalIPs"))
    )


def _affinity(spec: dict) -> None:
    if spec.setdefault("sessionAffinity", "None") == "None":
        spec.pop("sessionAffinityConfig", None)
    elif spec["sessionAffinity"] == "ClientIP":
        config = spec.setdefault("sessionAffinityConfig", {}).setdefault("clientIP", {})
        config.setdefault("timeoutSeconds", _AFFINITY_SECONDS)
