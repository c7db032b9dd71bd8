"""What a cluster holds before anybody uses it: namespaces, roles, and the Service `kubernetes`."""

import orjson

from loopkube.api.options import WriteOptions
from loopkube.api.roles import authentication_reader, default_bindings, default_roles
from loopkube.api.verbs import Api
from loopkube.kinds.shared.mandatory_flows import mandatory
from loopkube.kinds.shared.system_priorities import SYSTEM
from loopkube.shared import addresses
from loopkube.shared.labels import SERVICE
from loopkube.shared.status import ApiError

DNS, DNS_NUMBER, DNS_PORTS = "kube-dns", 10, {"dns": "UDP", "dns-tcp": "TCP"}
"""The Service of cluster DNS, the place of its address in the Service CIDR, and its ports (kubeadm's names)."""
NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")
_OWN = WriteOptions(manager="kube-apiserver", chained=False)
_PROVIDER = {"component": "apiserver", "provider": "kubernetes"}


def builtin_objects(host: str, port: int) -> list[dict]:
    """In the order of creation; `host` and `port` are where the API listens."""
    namespaces = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in NAMESPACES]
    return [
        *namespaces,
        *default_roles(),
        *default_bindings(),
        *_priority_classes(),
        *mandatory(),
        _service_cidr(),
        _service(port),
        _endpoints(host, port),
        _endpoint_slice(host, port),
        _dns_service(),
        _dns_slice(),
    ]


def _priority_classes() -> list[dict]:
    return [
        {
            "apiVersion": "scheduling.k8s.io/v1",
            "kind": "PriorityClass",
            "metadata": {"name": name},
            "value": value,
            "description": description,
        }
        for name, (value, description) in SYSTEM.items()
    ]


def _service_cidr() -> dict:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "ServiceCIDR",
        "metadata": {"name": "kubernetes"},
        "spec": {"cidrs": [str(addresses.services())]},
    }


def _service(port: int) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": _PROVIDER},
        "spec": {
            "clusterIP": addresses.kubernetes_service(),
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": port}],
            "type": "ClusterIP",
        },
    }


def _endpoints(host: str, port: int) -> dict:
    labels = {"endpointslice.kubernetes.io/skip-mirror": "true"}
    return {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "kubernetes", "namespace": "default", "labels": labels},
        "subsets": [
            {"addresses": [{"ip": host}], "ports": [{"name": "https", "port": port, "protocol": "TCP"}]},
        ],
    }


def _endpoint_slice(host: str, port: int) -> dict:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": "kubernetes",
            "namespace": "default",
            "labels": {SERVICE: "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [host], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
    }


def _dns_service() -> dict:
    labels = {"k8s-app": DNS, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"}
    ports = [{"name": name, "port": 53, "protocol": protocol} for name, protocol in DNS_PORTS.items()]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": DNS, "namespace": "kube-system", "labels": labels},
        "spec": {"clusterIP": str(addresses.services()[DNS_NUMBER]), "ports": ports, "type": "ClusterIP"},
    }


def _dns_slice() -> dict:
    """The server runs in the cluster's own process, and listens on the first node."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": DNS, "namespace": "kube-system", "labels": {SERVICE: DNS}},
        "addressType": "IPv4",
        "endpoints": [{"addresses": [addresses.node_address(0)], "conditions": {"ready": True}}],
        "ports": [{"name": name, "port": 53, "protocol": protocol} for name, protocol in DNS_PORTS.items()],
    }


def install(api: Api, host: str, port: int) -> None:
    """Creates what is missing; where the API has moved to another port, its Service follows."""
    for obj in builtin_objects(host, port):
        kind = api.kinds.of(obj["apiVersion"], obj["kind"])
        if kind is None:
            raise ValueError(f"no kind {obj['apiVersion']} {obj['kind']}")
        metadata = obj["metadata"]
        namespace, name = metadata.get("namespace", ""), metadata["name"]
        stored = api.store.get(kind.resource, namespace, name)
        if stored is None:
            _create(api, kind, namespace, obj)
        elif name in ("kubernetes", DNS) and namespace:
            _move(api, kind, stored.obj, obj)


def _create(api: Api, kind, namespace: str, obj: dict) -> None:
    """A Service whose address somebody has taken, before this version knew of it, gets another one."""
    try:
        api.create(kind, namespace, orjson.dumps(obj), "application/json", _OWN)
    except ApiError:
        if kind.resource != "services":
            raise
        obj["spec"].pop("clusterIP")
        api.create(kind, namespace, orjson.dumps(obj), "application/json", _OWN)


def publish(api: Api, settings: dict) -> None:
    """The ConfigMap by which other API servers believe this one, with a Role to read it: each start has its own key."""
    kind, metadata = api.kinds.named("configmaps"), settings["metadata"]
    roles = api.kinds.named("roles.rbac.authorization.k8s.io")
    assert kind and roles
    role = authentication_reader()
    if api.store.get(roles.resource, metadata["namespace"], role["metadata"]["name"]) is None:
        api.create(roles, metadata["namespace"], orjson.dumps(role), "application/json", _OWN)
    if api.store.get("configmaps", metadata["namespace"], metadata["name"]):
        body = orjson.dumps({"data": settings["data"]})
        api.patch(kind, metadata["namespace"], metadata["name"], body, "application/merge-patch+json", _OWN)
    else:
        api.create(kind, metadata["namespace"], orjson.dumps(settings), "application/json", _OWN)


def _move(api: Api, kind, present: dict, desired: dict) -> None:
    changes = {field: desired[field] for field in ("endpoints", "ports", "subsets") if field in desired}
    if "spec" in desired:
        changes = {"spec": {"ports": desired["spec"]["ports"]}}
    metadata = present["metadata"]
    api.patch(
        kind, metadata["namespace"], metadata["name"], orjson.dumps(changes), "application/merge-patch+json", _OWN
    )
