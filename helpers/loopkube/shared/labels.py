"""Label selectors and node selectors, as objects carry them (strings of a URL's query are the API's affair)."""

from collections.abc import Iterable

SERVICE = "kubernetes.io/service-name"
"""On an EndpointSlice: whose it is."""


def labels_of(obj: dict) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def service_of(endpoint_slice: dict) -> tuple[str, str]:
    """(namespace, name) of the Service whose it is; no name where it is nobody's."""
    return endpoint_slice["metadata"]["namespace"], labels_of(endpoint_slice).get(SERVICE, "")


def matches(selector: dict | None, labels: dict[str, str]) -> bool:
    """Whether a metav1.LabelSelector selects these labels; none selects nothing, an empty one everything."""
    if selector is None:
        return False
    if not matches_map(selector.get("matchLabels") or {}, labels):
        return False
    return all(_holds(requirement, labels) for requirement in selector.get("matchExpressions") or ())


def matches_map(selector: dict[str, str], labels: dict[str, str]) -> bool:
    """Whether all of `selector` stand in `labels` (the selector of a Service, a nodeSelector)."""
    return all(labels.get(name) == value for name, value in selector.items())


def is_empty(selector: dict | None) -> bool:
    """Whether the selector says nothing, and so selects everything."""
    return selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions")


def pairs(labels: dict[str, str] | None) -> Iterable[tuple[str, str]]:
    return (labels or {}).items()


def matches_node(required: dict | None, node: dict) -> bool:
    """Whether a core/v1 NodeSelector (its terms are alternatives) selects the node; none selects all."""
    if required is None:
        return True
    return any(matches_node_term(term, node) for term in required.get("nodeSelectorTerms") or ())


def matches_node_term(term: dict, node: dict) -> bool:
    """Whether one term holds; an empty term holds for no node."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    name = {"metadata.name": node["metadata"]["name"]}
    return all(_holds(e, labels_of(node)) for e in expressions) and all(_holds(f, name) for f in fields)


def _holds(requirement: dict, labels: dict[str, str]) -> bool:
    key, operator, values = requirement["key"], requirement["operator"], requirement.get("values") or ()
    value = labels.get(key)
    match operator:
        case "In":
            return value is not None and value in values
        case "NotIn":
            return value is None or value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt":
            return _compares(operator, value, values)
    return False


def _compares(operator: str, value: str | None, values: Iterable[str]) -> bool:
    try:
        here, there = int(value or ""), int(next(iter(values), ""))
    except ValueError:
        return False
    return here > there if operator == "Gt" else here < there
