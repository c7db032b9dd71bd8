"""The parameters of a binding: objects of the policy's paramKind (generic/policy_dispatcher.go, CollectParams)."""

from loopkube.api.chain.attributes import Attributes
from loopkube.kinds.registry import Kinds
from loopkube.shared import labels

Params = list[dict | None]


class BadConfiguration(Exception):
    """The policy or its binding cannot be used; the text is upstream's."""


def params(policy: dict, binding: dict, attributes: Attributes, kinds: Kinds) -> Params:
    """One evaluation each; None stands for no parameter. Raises BadConfiguration."""
    param_kind, reference = policy.get("paramKind"), binding.get("paramRef")
    if param_kind is None:
        return [None]
    if reference is None:
        return [None]
    kind = kinds.of(param_kind.get("apiVersion", ""), param_kind.get("kind", ""))
    if kind is None:
        spelled = f"&ParamKind{{APIVersion:{param_kind.get('apiVersion', '')},Kind:{param_kind.get('kind', '')},}}"
        raise BadConfiguration(f"paramKind kind `{spelled}` not known")
    namespace = ""
    if kind.namespaced:
        namespace = reference.get("namespace") or attributes.namespace
        if not namespace:
            raise BadConfiguration(
                "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
            )
    elif reference.get("namespace"):
        raise BadConfiguration("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
    selected: Params = []
    if reference.get("name"):
        one = attributes.lookup.get(kind.resource, namespace, reference["name"])
        selected = [one] if one is not None else []
    else:
        selector = reference.get("selector") or {}
        listed = attributes.lookup.list(kind.resource, namespace)
        selected = [obj for obj in listed if labels.matches(selector, labels.labels_of(obj))]
    if not selected and reference.get("parameterNotFoundAction") == "Deny":
        raise BadConfiguration("no params found for policy binding with `Deny` parameterNotFoundAction")
    return selected
