"""Services, Ingresses and their classes, Endpoints and EndpointSlices, addresses, NetworkPolicies."""

from datetime import datetime

from loopkube.api.columns.layout import NONE, Columns, age, define, labels, name, selector, some

_HOSTS = 3
_UNSET = "<unset>"


def _service(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    ports = ",".join(_service_port(port) for port in spec.get("ports", ())) or NONE
    address = spec.get("clusterIP") or NONE
    kind = spec.get("type", "")
    return [name(obj), kind, address, _external(obj, kind), ports, age(obj, now), labels(spec.get("selector"))]


def _service_port(port: dict) -> str:
    outside = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port', 0)}{outside}/{port.get('protocol', '')}"


def _external(obj: dict, kind: str) -> str:
    spec = obj["spec"]
    if kind == "ExternalName":
        return spec.get("externalName", "")
    if kind == "LoadBalancer":
        found = [address for address in (_published(obj), *spec.get("externalIPs", ())) if address]
        return ",".join(found) or "<pending>"
    return ",".join(spec.get("externalIPs", ())) or NONE


def _published(obj: dict) -> str:
    """The addresses that a controller has put into the status."""
    entries = obj.get("status", {}).get("loadBalancer", {}).get("ingress", ())
    return ",".join(sorted({entry.get("ip") or entry.get("hostname", "") for entry in entries} - {""}))


def _ingress(obj: dict, now: datetime) -> list:
    spec = obj.get("spec", {})
    ports = "80, 443" if spec.get("tls") else "80"
    kind = spec.get("ingressClassName", NONE)
    return [name(obj), kind, _hosts(spec.get("rules", ())), _published(obj), ports, age(obj, now)]


def _hosts(rules: list[dict]) -> str:
    """As kubectl counts: rules without a host take no place, but are counted in `more`."""
    hosts: list[str] = []
    more = False
    for rule in rules:
        more = more or len(hosts) == _HOSTS
        if not more and rule.get("host"):
            hosts.append(rule["host"])
    text = ",".join(hosts) or "*"
    return f"{text} + {len(rules) - _HOSTS} more..." if more else text


def _ingress_class(obj: dict, now: datetime) -> list:
    parameters = obj["spec"].get("parameters")
    shown = NONE
    if parameters:
        group = f".{parameters['apiGroup']}" if "apiGroup" in parameters else ""
        shown = f"{parameters.get('kind', '')}{group}/{parameters.get('name', '')}"
    return [name(obj), obj["spec"].get("controller", ""), shown, age(obj, now)]


def _endpoint_slice(obj: dict, now: datetime) -> list:
    ports = [str(port.get("port") or port.get("name") or "*") for port in obj.get("ports") or ()]
    addresses = [address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    shown = [some(ports, len(ports), _UNSET), some(addresses, len(addresses), _UNSET)]
    return [name(obj), obj.get("addressType", ""), *shown, age(obj, now)]


def _endpoints(obj: dict, now: datetime) -> list:
    found = [address for subset in obj.get("subsets", ()) for address in _subset(subset)]
    return [name(obj), some(found, len(found), "") if obj.get("subsets") else NONE, age(obj, now)]


def _subset(subset: dict) -> list[str]:
    addresses = [address["ip"] for address in subset.get("addresses", ())]
    if not subset.get("ports"):
        return addresses
    return [f"{address}:{port['port']}" for port in subset["ports"] for address in addresses]


def _ip_address(obj: dict, now: datetime) -> list:
    parent = obj["spec"].get("parentRef") or {}
    group = f"{parent['group']}/" if parent.get("group") else ""
    owner = f"{parent['namespace']}/{parent.get('name', '')}" if parent.get("namespace") else parent.get("name", "")
    return [name(obj), f"{group}{parent.get('resource', '')}/{owner}", age(obj, now)]


def _service_cidr(obj: dict, now: datetime) -> list:
    return [name(obj), ",".join(obj["spec"].get("cidrs", ())), age(obj, now)]


def _network_policy(obj: dict, now: datetime) -> list:
    return [name(obj), selector(obj["spec"].get("podSelector")), age(obj, now)]


SERVICE = Columns(define("Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", wide=("Selector",)), _service)
INGRESS = Columns(define("Name", "Class", "Hosts", "Address", "Ports", "Age"), _ingress)
INGRESS_CLASS = Columns(define("Name", "Controller", "Parameters", "Age"), _ingress_class)
ENDPOINT_SLICE = Columns(define("Name", "AddressType", "Ports", "Endpoints", "Age"), _endpoint_slice)
ENDPOINTS = Columns(define("Name", "Endpoints", "Age"), _endpoints)
IP_ADDRESS = Columns(define("Name", "ParentRef", "Age"), _ip_address)
SERVICE_CIDR = Columns(define("Name", "CIDRs", "Age"), _service_cidr)
NETWORK_POLICY = Columns(define("Name", "Pod-Selector", "Age"), _network_policy)
