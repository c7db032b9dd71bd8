"""DefaultIngressClass: an Ingress that names no class gets the cluster's default one."""

from loopkube.api.plugins.review import Review

INGRESSES = "ingresses.networking.k8s.io"
DEFAULT = "ingressclass.kubernetes.io/is-default-class"
_OLD = "kubernetes.io/ingress.class"


def admit(review: Review) -> None:
    """Gives a new Ingress the default class (plugin/pkg/admission/network/defaultingressclass)."""
    if review.kind.resource != INGRESSES or review.old is not None or review.subresource:
        return
    spec = review.obj["spec"]
    if "ingressClassName" in spec or _OLD in review.obj["metadata"].get("annotations", {}):
        return
    classes = [c["metadata"] for c in review.lookup.list("ingressclasses.networking.k8s.io")]
    defaults = [metadata for metadata in classes if metadata.get("annotations", {}).get(DEFAULT) == "true"]
    if defaults:
        by_name = sorted(defaults, key=lambda metadata: metadata["name"])
        newest = max(by_name, key=lambda metadata: metadata.get("creationTimestamp") or "")
        spec["ingressClassName"] = newest["name"]
