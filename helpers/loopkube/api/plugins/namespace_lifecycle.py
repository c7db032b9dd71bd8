"""NamespaceLifecycle: nothing is created in a namespace that is missing or going away."""

from loopkube.api.plugins.review import Review
from loopkube.kinds.registry import built_in
from loopkube.shared.status import ApiError, forbidden, named, not_found

_NAMESPACE = built_in("namespaces")


def admit(review: Review) -> None:
    """Refuses new objects in a namespace that is missing or ends (plugin/namespace/lifecycle of apiserver)."""
    if review.old is not None or review.subresource or not review.kind.namespaced:
        return
    metadata = review.obj["metadata"]
    namespace = metadata.get("namespace", "")
    owner = review.lookup.get("namespaces", "", namespace)
    if owner is None:
        raise not_found(_NAMESPACE, namespace)
    if owner["metadata"].get("deletionTimestamp") or owner.get("status", {}).get("phase") == "Terminating":
        raise _terminating(review, namespace, metadata.get("name", ""))


def _terminating(review: Review, namespace: str, name: str) -> ApiError:
    why = f"unable to create new content in namespace {namespace} because it is being terminated"
    cause = {
        "reason": "NamespaceTerminating",
        "message": f"namespace {namespace} is being terminated",
        "field": "metadata.namespace",
    }
    error = forbidden(review.kind, name, why)
    error.details = named(review.kind, name) | {"causes": [cause]}
    return error
