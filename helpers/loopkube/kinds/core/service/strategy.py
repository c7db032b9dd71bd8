"""Services: singular and plural address agree, addresses and ports outlive updates that do not name them.

After pkg/registry/core/service: NormalizeClusterIPs, patchAllocatedValues, dropTypeDependentFields.
"""

from loopkube.kinds.core.service.defaults import externally_accessible

_WITH_ADDRESS = ("ClusterIP", "NodePort", "LoadBalancer")


def create(obj: dict) -> None:
    """PrepareForCreate in pkg/registry/core/service/strategy.go."""
    obj["status"] = {"loadBalancer": {}}
    spec = obj["spec"]
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]


def update(obj: dict, old: dict) -> None:
    """PrepareForUpdate: what a client leaves out is kept from before; what the new type does not have is dropped."""
    spec, before = obj["spec"], old["spec"]
    if has_address(before) and has_address(spec):
        _keep_address(spec, before)
    _normalize(spec, before)
    if has_node_ports(before) and has_node_ports(spec):
        _keep_node_ports(spec, before)
    if needs_health_check(before) and needs_health_check(spec) and "healthCheckNodePort" in before:
        spec.setdefault("healthCheckNodePort", before["healthCheckNodePort"])
    _drop(spec, before)


def has_address(spec: dict) -> bool:
    return spec.get("type") in _WITH_ADDRESS


def has_node_ports(spec: dict) -> bool:
    """It gets node ports, which allocateLoadBalancerNodePorts can switch off for type LoadBalancer."""
    if spec.get("type") == "LoadBalancer":
        return spec.get("allocateLoadBalancerNodePorts", True)
    return spec.get("type") == "NodePort"


def may_have_node_ports(spec: dict) -> bool:
    return spec.get("type") in ("NodePort", "LoadBalancer")


def needs_health_check(spec: dict) -> bool:
    """A port that tells load balancers whether this node has Pods of it (externalTrafficPolicy Local)."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _keep_address(spec: dict, before: dict) -> None:
    if not spec.get("clusterIP") and not spec.get("clusterIPs"):
        for field in ("clusterIP", "clusterIPs"):
            if field in before:
                spec[field] = before[field]


def _normalize(spec: dict, before: dict) -> None:
    """Callers who know only one of clusterIP and clusterIPs change both."""
    one, many = spec.get("clusterIP", ""), spec.get("clusterIPs", [])
    if one != before.get("clusterIP", "") and many == before.get("clusterIPs", []):
        spec["clusterIPs"] = [one] if one else []
    elif one == before.get("clusterIP", "") and before.get("clusterIPs") and not many:
        spec.pop("clusterIP", None)


def _keep_node_ports(spec: dict, before: dict) -> None:
    old = {(port.get("protocol"), port.get("port")): port.get("nodePort") for port in before.get("ports", ())}
    used = {port.get("nodePort") for port in spec.get("ports", ())}
    for port in spec.get("ports", ()):
        kept = old.get((port.get("protocol"), port.get("port")))
        if kept and kept not in used and not port.get("nodePort"):
            port["nodePort"] = kept


def _drop(spec: dict, before: dict) -> None:
    """What the new type has no use for goes, unless this very update sets it."""
    gone = []
    if has_address(before) and not has_address(spec):
        gone += ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]
    if needs_health_check(before) and not needs_health_check(spec):
        gone.append("healthCheckNodePort")
    if before.get("type") == "LoadBalancer" != spec.get("type"):
        gone += ["allocateLoadBalancerNodePorts", "loadBalancerClass"]
    if externally_accessible(before) and not externally_accessible(spec):
        gone.append("externalTrafficPolicy")
    for field in gone:
        if field in spec and spec[field] == before.get(field):
            del spec[field]
    if may_have_node_ports(before) and not may_have_node_ports(spec):
        _drop_node_ports(spec, before)


def _drop_node_ports(spec: dict, before: dict) -> None:
    numbers = [[port.get("nodePort") for port in side.get("ports", ())] for side in (spec, before)]
    if numbers[0] == numbers[1]:
        for port in spec.get("ports", ()):
            port.pop("nodePort", None)
