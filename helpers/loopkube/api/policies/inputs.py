"""The variables of an expression about a request (plugin/cel/activation.go)."""

from typing import Any

from loopkube.api.chain.attributes import Attributes
from loopkube.api.webhooks import review
from loopkube.kinds import Kind
from loopkube.shared.cel import authorizer as questions
from loopkube.shared.cel.times import timestamp
from loopkube.shared.cel.values import EvalError

_FIELDS = frozenset(
    (
        *("name", "generateName", "namespace", "uid", "resourceVersion", "generation", "labels", "annotations"),
        *("creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "finalizers"),
    )
)
_TIMES = ("creationTimestamp", "deletionTimestamp")


def inputs(
    attributes: Attributes,
    seen_as: Kind,
    obj: dict | None,
    old: dict | None,
    params: dict | None = None,
    namespace: dict | None = None,
) -> dict[str, Any]:
    """`obj` and `old` are in the version of `seen_as`."""
    request = review.request(attributes, seen_as, None, None, "v1")["request"]
    for field in ("uid", "object", "oldObject"):
        del request[field]
    activation = {"object": obj, "oldObject": old, "request": request, "params": params}
    activation["namespaceObject"] = _namespace(namespace)
    return activation | _authorizer(attributes, request["userInfo"])


def _authorizer(attributes: Attributes, user: dict) -> dict[str, Any]:
    ask = attributes.ask
    if ask is None:
        return {}
    whole = questions.Authorizer(user, ask)
    kind = attributes.kind
    asked = {"group": kind.group, "version": "*", "resource": kind.plural, "subresource": attributes.subresource}
    asked |= {"namespace": attributes.namespace, "name": attributes.name}
    return {"authorizer": whole, "authorizer.requestResource": questions.ResourceCheck(whole, asked)}


def _namespace(namespace: dict | None) -> dict | None:
    if namespace is None:
        return None
    metadata = {field: value for field, value in namespace["metadata"].items() if field in _FIELDS}
    for field in _TIMES:
        if field in metadata:
            try:
                metadata[field] = timestamp(metadata[field])
            except EvalError:
                del metadata[field]
    return {"metadata": metadata, "spec": namespace.get("spec") or {}, "status": namespace.get("status") or {}}
