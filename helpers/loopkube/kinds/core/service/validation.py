"""Rules for Services (pkg/apis/core/validation, ValidateService)."""

import ipaddress

from loopkube.kinds.core.service import traffic
from loopkube.kinds.shared import load_balancer, metadata, text
from loopkube.kinds.shared.ports import PROTOCOLS
from loopkube.kinds.shared.report import Report

_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES = ("ClientIP", "None")
_FAMILIES = ("IPv4", "IPv6")
_FAMILY_POLICIES = ("PreferDualStack", "RequireDualStack", "SingleStack")
_DAY = 86400


def service(report: Report, obj: dict, old: dict | None) -> None:
    """ValidateServiceCreate and ValidateServiceUpdate in pkg/apis/core/validation."""
    if old is not None:
        _update(report, obj["spec"], old["spec"])
    spec = obj["spec"]
    headless = spec.get("clusterIPs") == ["None"]
    kind = spec.get("type", "")
    if not spec.get("ports") and not headless and kind != "ExternalName":
        report.required("spec.ports")
    if kind in ("LoadBalancer", "NodePort") and headless:
        report.invalid("spec.clusterIPs[0]", "None", f"may not be set to 'None' for {kind} services")
    if kind == "ExternalName":
        _external_name(report, spec)
    _ports(report, spec.get("ports", ()))
    metadata.labels(report, "spec.selector", spec.get("selector", {}))
    _affinity(report, spec)
    _addresses(report, spec)
    _external_ips(report, spec.get("externalIPs", ()))
    report.one_of("spec.type", kind, _TYPES)
    _node_ports(report, spec)
    _same_ports(report, spec.get("ports", ()))
    traffic.load_balancer(report, spec)
    traffic.traffic(report, spec)


def _external_name(report: Report, spec: dict) -> None:
    message = "may not be set for ExternalName services"
    for field in ("clusterIPs", "ipFamilies", "ipFamilyPolicy"):
        if spec.get(field):
            report.forbidden(f"spec.{field}", message)
    name = spec.get("externalName", "").removesuffix(".")
    if not name:
        report.required("spec.externalName")
    else:
        report.all("spec.externalName", name, text.dns_subdomain(name))


def _ports(report: Report, ports: list[dict]) -> None:
    names: set[str] = set()
    for index, port in enumerate(ports):
        path, name = f"spec.ports[{index}]", port.get("name", "")
        if not name and len(ports) > 1:
            report.required(f"{path}.name")
        elif name:
            report.all(f"{path}.name", name, text.dns_label(name))
            if name in names:
                report.duplicate(f"{path}.name", name)
            names.add(name)
        report.all(f"{path}.port", port.get("port", 0), text.port_number(port.get("port", 0)))
        report.one_of(f"{path}.protocol", port.get("protocol", ""), PROTOCOLS)
        report.port(f"{path}.targetPort", port.get("targetPort", 0))
        if "appProtocol" in port:
            report.all(f"{path}.appProtocol", port["appProtocol"], text.qualified_name(port["appProtocol"]))


def _affinity(report: Report, spec: dict) -> None:
    report.one_of("spec.sessionAffinity", spec.get("sessionAffinity", ""), _AFFINITIES)
    if spec.get("sessionAffinity") == "ClientIP":
        seconds = spec.get("sessionAffinityConfig", {}).get("clientIP", {}).get("timeoutSeconds", 0)
        if not 0 < seconds <= _DAY:
            path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds"
            report.invalid(path, seconds, f"must be greater than 0 and less than {_DAY}")


def _addresses(report: Report, spec: dict) -> None:
    """clusterIP, clusterIPs and IP families fit together (ValidateServiceClusterIPsRelatedFields)."""
    if spec.get("type") == "ExternalName":
        return
    address, addresses = spec.get("clusterIP", ""), spec.get("clusterIPs", [])
    if address and not addresses:
        report.required("spec.clusterIPs")
    elif addresses and not address:
        report.invalid("spec.clusterIPs", addresses, "must be empty when `clusterIP` is not specified")
    elif addresses and addresses[0] != address:
        report.invalid("spec.clusterIPs", addresses, "first value must match `clusterIP`")
    for index, family in enumerate(spec.get("ipFamilies", ())):
        report.one_of(f"spec.ipFamilies[{index}]", family, _FAMILIES)
        if family in spec["ipFamilies"][:index]:
            report.duplicate(f"spec.ipFamilies[{index}]", family)
    if "ipFamilyPolicy" in spec:
        report.one_of("spec.ipFamilyPolicy", spec["ipFamilyPolicy"], _FAMILY_POLICIES)
    if len(addresses) > 1 and "None" in addresses:
        report.invalid("spec.clusterIPs", addresses, "'None' must be the first and only value")
    elif addresses != ["None"]:
        for index, one in enumerate(addresses):
            if not text.is_ip(one):
                report.invalid(f"spec.clusterIPs[{index}]", one, text.IP)
    if len(addresses) > 2:
        report.invalid("spec.clusterIPs", addresses, "may only hold up to 2 values")


def _external_ips(report: Report, addresses: list[str]) -> None:
    for index, address in enumerate(addresses):
        path = f"spec.externalIPs[{index}]"
        if not text.is_ip(address):
            report.invalid(path, address, text.IP)
        else:
            report.all(path, address, _special(address))


def _special(address: str) -> list[str]:
    """Addresses that no endpoint can have (ValidateNonSpecialIP)."""
    ip = ipaddress.ip_address(address)
    rules = [
        (ip.is_unspecified, f"may not be unspecified ({'::' if ip.version == 6 else '0.0.0.0'})"),  # noqa: S104 - a text
        (ip.is_loopback, "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        (ip.is_link_local, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
    ]
    return [message for wrong, message in rules if wrong]


def _node_ports(report: Report, spec: dict) -> None:
    used: set[tuple] = set()
    for index, port in enumerate(spec.get("ports", ())):
        if not port.get("nodePort"):
            continue
        path, key = f"spec.ports[{index}].nodePort", (port.get("protocol"), port["nodePort"])
        if spec.get("type") == "ClusterIP":
            report.forbidden(path, "may not be used when `type` is 'ClusterIP'")
        elif key in used:
            report.duplicate(path, port["nodePort"])
        used.add(key)


def _same_ports(report: Report, ports: list[dict]) -> None:
    used: set[tuple] = set()
    for index, port in enumerate(ports):
        protocol, number = port.get("protocol", ""), port.get("port", 0)
        if (protocol, number) in used:
            shown = {"Name": "", "Protocol": protocol, "AppProtocol": None, "Port": number}
            report.duplicate(f"spec.ports[{index}]", shown | {"TargetPort": 0, "NodePort": 0})
        used.add((protocol, number))


def _update(report: Report, spec: dict, old: dict) -> None:
    """Addresses stay, unless the Service becomes, or was, an ExternalName."""
    if "ExternalName" in (spec.get("type"), old.get("type")):
        return
    addresses, before = spec.get("clusterIPs", []), old.get("clusterIPs", [])
    if before and not addresses:
        report.invalid("spec.clusterIPs[0]", addresses, "primary clusterIP can not be unset")
    for index, (address, was) in enumerate(zip(addresses, before, strict=False)):
        if address != was:
            report.invalid(f"spec.clusterIPs[{index}]", addresses, "may not change once set")
    if old.get("type") == spec.get("type") == "LoadBalancer":
        new_class, old_class = spec.get("loadBalancerClass"), old.get("loadBalancerClass")
        if new_class != old_class:
            report.invalid("spec.loadBalancerClass", new_class, "may not change once set")


def service_status(report: Report, obj: dict, old: dict | None) -> None:
    """ValidateLoadBalancerStatus: addresses only for type LoadBalancer."""
    path = "status.loadBalancer.ingress"
    entries = obj.get("status", {}).get("loadBalancer", {}).get("ingress", ())
    if entries and obj["spec"].get("type") != "LoadBalancer":
        report.forbidden(path, 'may only be used when `spec.type` is "LoadBalancer"')
    for index, entry in enumerate(entries):
        load_balancer.entry_rules(report, f"{path}[{index}]", entry, set())
        if "ipMode" in entry and not entry.get("ip"):
            report.forbidden(f"{path}[{index}].ipMode", "may not be specified when `ip` is not set")


def service_warnings(obj: dict, old: dict | None) -> list[str]:
    """GetWarningsForService in pkg/api/service/warnings.go."""
    spec = obj["spec"]
    warnings = []
    if spec.get("clusterIP") == "None" and spec.get("loadBalancerIP"):
        warnings.append("spec.loadBalancerIP is ignored for headless services")
    if spec.get("clusterIP") == "None" and spec.get("externalIPs"):
        warnings.append("spec.externalIPs is ignored for headless services")
    if spec.get("clusterIP") == "None" and spec.get("sessionAffinity") not in (None, "None"):
        warnings.append("spec.SessionAffinity is ignored for headless services")
    if spec.get("type") == "ExternalName" and spec.get("externalIPs"):
        warnings.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    return warnings
