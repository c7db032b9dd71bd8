"""Which requests a webhook or a policy is for: rules, namespaceSelector, objectSelector, matchPolicy.

After the predicates of k8s.io/apiserver/pkg/admission/plugin/webhook. `match` is a webhook, or the match constraints
of a policy: both have the same fields.
"""

from collections.abc import Iterable

from loopkube.api.chain.attributes import CREATE, UPDATE, Attributes
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds, built_in
from loopkube.shared import labels
from loopkube.shared.status import not_found

GROUP = "admissionregistration.k8s.io"
_EXEMPT = {
    f"{mode}{what}.{GROUP}"
    for mode in ("validating", "mutating")
    for what in ("webhookconfigurations", "admissionpolicies", "admissionpolicybindings")
}
_NAMESPACE = built_in("namespaces")


def is_exempt(attributes: Attributes) -> bool:
    """The objects that configure admission are never subject to it, so that a bad one can be taken away."""
    return attributes.kind.resource in _EXEMPT


def matched(match: dict, rules: Iterable[dict], attributes: Attributes, kinds: Kinds) -> Kind | None:
    """The version of the resource that the request is seen in; None where it is none of the webhook's business.

    Raises ApiError where the labels of its namespace cannot be known.
    """
    rules = list(rules)
    matching = _by_rules(match, rules, attributes, kinds)
    if matching is None or not _object_selected(match.get("objectSelector"), attributes):
        return None
    return matching if _namespace_selected(match.get("namespaceSelector"), attributes) else None


def _by_rules(match: dict, rules: list[dict], attributes: Attributes, kinds: Kinds) -> Kind | None:
    kind = attributes.kind
    if any(fits(rule, attributes, kind) for rule in rules):
        return kind
    if match.get("matchPolicy") != "Equivalent" or kind.custom is None:
        return None
    others = [other for other in kinds if other.resource == kind.resource and other.version != kind.version]
    return next((other for rule in rules for other in others if fits(rule, attributes, other)), None)


def fits(rule: dict, attributes: Attributes, kind: Kind) -> bool:
    """Whether one rule is for the request, taken as one for `kind`."""
    return (
        _listed(rule, "operations", attributes.operation)
        and _listed(rule, "apiGroups", kind.group)
        and _listed(rule, "apiVersions", kind.version)
        and _in_scope(rule.get("scope") or "*", attributes)
        and any(_names(resource, kind.plural, attributes.subresource) for resource in rule.get("resources") or ())
    )


def _listed(rule: dict, field: str, value: str) -> bool:
    values = rule.get(field) or ()
    return value in values or "*" in values


def _in_scope(scope: str, attributes: Attributes) -> bool:
    if scope == "*":
        return True
    in_cluster = attributes.is_namespace or not attributes.namespace
    return in_cluster == (scope == "Cluster")


def _names(resource: str, plural: str, subresource: str) -> bool:
    named, _, below = resource.partition("/")
    return named in ("*", plural) and below in ("*", subresource)


def _object_selected(selector: dict | None, attributes: Attributes) -> bool:
    """The object as it is, or as it was."""
    if selector is None or labels.is_empty(selector):
        return True
    objects = [obj for obj in (attributes.obj, attributes.old) if obj is not None and "metadata" in obj]
    return any(labels.matches(selector, labels.labels_of(obj)) for obj in objects)


def _namespace_selected(selector: dict | None, attributes: Attributes) -> bool:
    """What is in no namespace is not exempted by a selector of namespaces."""
    if selector is None or labels.is_empty(selector) or not (attributes.namespace or attributes.is_namespace):
        return True
    return labels.matches(selector, _namespace_labels(attributes))


def _namespace_labels(attributes: Attributes) -> dict[str, str]:
    if attributes.is_namespace and not attributes.subresource and attributes.operation in (CREATE, UPDATE):
        return labels.labels_of(attributes.obj or {"metadata": {}})
    namespace = namespace_of(attributes)
    return labels.labels_of(namespace)


def namespace_of(attributes: Attributes) -> dict:
    """The namespace that the request is in. Raises ApiError (404)."""
    namespace = attributes.lookup.get(_NAMESPACE.resource, "", attributes.namespace)
    if namespace is None:
        raise not_found(_NAMESPACE, attributes.namespace)
    return namespace
