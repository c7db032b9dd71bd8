"""Rules for how traffic from outside reaches a Service."""

import ipaddress

from loopkube.kinds.core.service.defaults import externally_accessible
from loopkube.kinds.shared import text
from loopkube.kinds.shared.report import Report

_POLICIES = ("Cluster", "Local")
_DISTRIBUTIONS = ("PreferClose", "PreferSameNode", "PreferSameZone")


def load_balancer(report: Report, spec: dict) -> None:
    """The rules of fields that type LoadBalancer alone has."""
    message = "may only be used when `type` is 'LoadBalancer'"
    balances = spec.get("type") == "LoadBalancer"
    if spec.get("loadBalancerSourceRanges") and not balances:
        report.forbidden("spec.LoadBalancerSourceRanges", message)
    for index, block in enumerate(spec.get("loadBalancerSourceRanges", ())):
        if not _is_block(block.strip()):
            path = f"spec.LoadBalancerSourceRanges[{index}]"
            report.invalid(path, block, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")
    for field in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
        if field in spec and not balances:
            report.forbidden(f"spec.{field}", message)
    if balances and "loadBalancerClass" in spec:
        name = spec["loadBalancerClass"]
        report.all("spec.loadBalancerClass", name, text.qualified_name(name))


def _is_block(block: str) -> bool:
    try:
        ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False
    return "/" in block


def traffic(report: Report, spec: dict) -> None:
    """The rules of both traffic policies and of healthCheckNodePort."""
    external = spec.get("externalTrafficPolicy", "")
    if not externally_accessible(spec) and external:
        message = "may only be set for externally-accessible services"
        report.invalid("spec.externalTrafficPolicy", external, message)
    elif externally_accessible(spec):
        report.one_of("spec.externalTrafficPolicy", external, _POLICIES)
    local = spec.get("type") == "LoadBalancer" and external == "Local"
    if spec.get("healthCheckNodePort") and not local:
        message = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        report.invalid("spec.healthCheckNodePort", spec["healthCheckNodePort"], message)
    if "internalTrafficPolicy" in spec:
        report.one_of("spec.internalTrafficPolicy", spec["internalTrafficPolicy"], _POLICIES)
    if "trafficDistribution" in spec:
        report.one_of("spec.trafficDistribution", spec["trafficDistribution"], _DISTRIBUTIONS)
