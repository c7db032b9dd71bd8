"""Service: v1 since 2015, but with annotations and fields that have become others, or are gone."""

from typing import Any

from labcore.language.messages import phrase
from labcore.yaml.fields import Path

from labtools.upgrade.edit import Edit

_RENAMED = {  # v1beta3, the form before v1
    "portalIP": ("clusterIP", phrase("the name since v1")),
    "publicIPs": ("externalIPs", phrase("the name since v1")),
    "deprecatedPublicIPs": ("externalIPs", phrase("the name since v1")),
}
_GONE = {
    "topologyKeys": phrase("removed in Kubernetes 1.22; spec.trafficDistribution: PreferClose prefers near Pods"),
    "ipFamily": phrase("replaced in Kubernetes 1.20 by ipFamilies and ipFamilyPolicy"),
}
UNREADY = "service.alpha.kubernetes.io/tolerate-unready-endpoints"
EXTERNAL = "service.beta.kubernetes.io/external-traffic"
HINTS = "service.kubernetes.io/topology-aware-hints"


def upgrade(edit: Edit) -> None:
    """Services of the versions before v1, as books of 2014 have them."""
    root = edit.root
    if root.get("apiVersion") in ("v1beta1", "v1beta2", "v1beta3"):
        edit.value(root, (), "apiVersion", "v1", phrase("the versions before v1 were removed in Kubernetes 1.0 to 1.2"))
    spec = root.get("spec")
    if not isinstance(spec, dict):
        return
    for old, (new, why) in _RENAMED.items():
        if old in spec:
            edit.rename(spec, ("spec",), old, new, spec[old], why)
    for key, why in _GONE.items():
        if key in spec:
            edit.remove(spec, ("spec",), key, why)
    if "createExternalLoadBalancer" in spec:
        _load_balancer(edit, spec)
    if "loadBalancerIP" in spec:
        edit.note(
            phrase(
                "Service {name}: spec.loadBalancerIP is deprecated; each cloud has an annotation for it",
                name=_name(edit),
            )
        )
    _annotations(edit, spec)


def _load_balancer(edit: Edit, spec: Any) -> None:
    balanced = str(spec["createExternalLoadBalancer"]).lower() == "true"
    why = phrase("a type of Service since v1beta3")
    if balanced and "type" not in spec:
        edit.rename(spec, ("spec",), "createExternalLoadBalancer", "type", "LoadBalancer", why)
    else:
        edit.remove(spec, ("spec",), "createExternalLoadBalancer", why)


def _annotations(edit: Edit, spec: Any) -> None:
    meta = edit.root.get("metadata") or {}
    annotations = meta.get("annotations") or {}
    where: Path = ("metadata", "annotations")
    for key, field, values, why in (
        (
            UNREADY,
            "publishNotReadyAddresses",
            {"true": True},
            phrase("a field since Kubernetes 1.9; the annotation is gone"),
        ),
        (EXTERNAL, "externalTrafficPolicy", {"onlylocal": "Local", "global": "Cluster"}, phrase("a field since 1.7")),
    ):
        if key not in annotations:
            continue
        value = values.get(str(annotations[key]).lower())
        if value is None or field in spec:
            edit.remove(annotations, where, key, why)
        else:
            last = list(spec)[-1] if spec else None
            edit.move(annotations, where, key, spec, ("spec",), last, field, value, why)
    if HINTS in annotations:
        why = phrase("renamed in Kubernetes 1.27")
        edit.rename(annotations, where, HINTS, "service.kubernetes.io/topology-mode", annotations[HINTS], why)
    edit.clear(meta, "annotations")


def _name(edit: Edit) -> str:
    return (edit.root.get("metadata") or {}).get("name", "")
