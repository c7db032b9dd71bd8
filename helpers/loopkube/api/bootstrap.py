"""What a cluster holds before anybody uses it: namespaces, roles, and the Service `kubernetes`."""

import orjson

from loopkube.api.flow_control import mandatory
from loopkube.api.options import WriteOptions
from loopkube.api.roles import default_bindings, default_roles
from loopkube.api.verbs import Api
from loopkube.kinds.scheduling.priority_class import SYSTEM
from loopkube.shared import addresses

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
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "addressType": "IPv4",
        "endpoints": [{"addresses": [host], "conditions": {"ready": True}}],
        "ports": [{"name": "https", "port": port, "protocol": "TCP"}],
    }


def install(api: Api, host: str, port: int) -> None:
    """Creates what is missing; where the API has moved to another port, its Service follows."""
    for obj in builtin_objects(host, port):
        kind = api.kinds.of(obj["apiVersion"], obj["kind"])
        if kind is None:
            raise ValueError(f"no kind {obj['apiVersion']} {obj['kind']}")
        metadata, body = obj["metadata"], orjson.dumps(obj)
        namespace, name = metadata.get("namespace", ""), metadata["name"]
        stored = api.store.get(kind.resource, namespace, name)
        if stored is None:
            api.create(kind, namespace, body, "application/json", _OWN)
        elif name == "kubernetes" and namespace:
            _move(api, kind, stored.obj, obj)


def _move(api: Api, kind, present: dict, desired: dict) -> None:
    changes = {field: desired[field] for field in ("endpoints", "ports", "subsets") if field in desired}
    if "spec" in desired:
        changes = {"spec": {"ports": desired["spec"]["ports"]}}
    metadata = present["metadata"]
    api.patch(
        kind, metadata["namespace"], metadata["name"], orjson.dumps(changes), "application/merge-patch+json", _OWN
    )
