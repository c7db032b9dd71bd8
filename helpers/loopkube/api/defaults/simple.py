"""Defaults of the kinds that have few."""

import base64

_RBAC = "rbac.authorization.k8s.io"


def namespace(obj: dict) -> None:
    if obj["metadata"].get("name"):
        obj["metadata"].setdefault("labels", {})["kubernetes.io/metadata.name"] = obj["metadata"]["name"]


def node(obj: dict) -> None:
    status = obj.get("status", {})
    if status.get("capacity"):
        status.setdefault("allocatable", dict(status["capacity"]))


def secret(obj: dict) -> None:
    """`stringData` is write-only: it becomes `data`."""
    texts = obj.pop("stringData", None)
    if texts:
        encoded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
        obj["data"] = obj.get("data", {}) | encoded
    obj.setdefault("type", "Opaque")


def endpoint_slice(obj: dict) -> None:
    for port in obj.get("ports") or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def endpoints(obj: dict) -> None:
    for subset in obj.get("subsets", ()):
        for port in subset.get("ports", ()):
            port.setdefault("protocol", "TCP")


def ingress_class(obj: dict) -> None:
    parameters = obj.setdefault("spec", {}).get("parameters")
    if parameters:
        parameters.setdefault("scope", "Cluster")


def binding(obj: dict) -> None:
    """RoleBinding and ClusterRoleBinding."""
    role = obj.setdefault("roleRef", {})
    if not role.get("apiGroup"):
        role["apiGroup"] = _RBAC
    for subject in obj.get("subjects", ()):
        if subject.get("kind") in ("User", "Group"):
            subject.setdefault("apiGroup", _RBAC)


def custom_resource_definition(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    names = spec.setdefault("names", {})
    if names.get("kind"):
        names.setdefault("singular", names["kind"].lower())
        names.setdefault("listKind", f"{names['kind']}List")
    conversion = spec.setdefault("conversion", {})
    if not conversion.get("strategy"):
        conversion["strategy"] = "None"
    service = conversion.get("webhook", {}).get("clientConfig", {}).get("service")
    if service:
        service.setdefault("port", 443)


def claim(obj: dict) -> None:
    """PersistentVolumeClaim."""
    obj.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")


def volume(obj: dict) -> None:
    """PersistentVolume."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("persistentVolumeReclaimPolicy", "Retain")
    spec.setdefault("volumeMode", "Filesystem")


def storage_class(obj: dict) -> None:
    obj.setdefault("reclaimPolicy", "Delete")
    obj.setdefault("volumeBindingMode", "Immediate")


def network_policy(obj: dict) -> None:
    spec = obj.setdefault("spec", {})
    for direction in ("ingress", "egress"):
        for port in (p for rule in spec.get(direction) or () for p in rule.get("ports") or ()):
            port.setdefault("protocol", "TCP")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress"] + (["Egress"] if spec.get("egress") else [])
