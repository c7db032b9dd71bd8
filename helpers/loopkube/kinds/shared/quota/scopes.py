"""Which Pods a quota counts, where it has scopes (pkg/quota/v1/evaluator/core/pods.go)."""

from loopkube.kinds.shared.quota.usage import PODS

SCOPES = (
    "Terminating",
    "NotTerminating",
    "BestEffort",
    "NotBestEffort",
    "PriorityClass",
    "CrossNamespacePodAffinity",
    "VolumeAttributesClass",
)


def selectors(quota: dict) -> list[dict]:
    """Scopes and the scope selector in one form."""
    spec = quota.get("spec") or {}
    named = [{"scopeName": scope, "operator": "Exists"} for scope in spec.get("scopes") or ()]
    return named + list((spec.get("scopeSelector") or {}).get("matchExpressions") or ())


def counts(quota: dict, resource: str, obj: dict) -> bool:
    """Whether the object is one of those that the quota is about."""
    scope_selectors = selectors(quota)
    return not scope_selectors or (resource == PODS and all(_selects(selector, obj) for selector in scope_selectors))


def _selects(selector: dict, pod: dict) -> bool:
    spec, scope = pod["spec"], selector["scopeName"]
    if scope in ("Terminating", "NotTerminating"):
        return (spec.get("activeDeadlineSeconds", -1) >= 0) == (scope == "Terminating")
    if scope in ("BestEffort", "NotBestEffort"):
        return ((pod.get("status") or {}).get("qosClass") == "BestEffort") == (scope == "BestEffort")
    if scope == "PriorityClass":
        return _of_class(selector, spec.get("priorityClassName", ""))
    return scope == "CrossNamespacePodAffinity" and any(map(_crosses, _terms(spec.get("affinity") or {})))


def _of_class(selector: dict, name: str) -> bool:
    operator, values = selector.get("operator"), selector.get("values") or ()
    if operator == "Exists":
        return bool(name)
    if operator == "DoesNotExist":
        return not name
    return (name in values) == (operator == "In")


def _terms(affinity: dict) -> list[dict]:
    terms: list[dict] = []
    for side in ("podAffinity", "podAntiAffinity"):
        rules = affinity.get(side) or {}
        terms += rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        preferred = rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        terms += [term.get("podAffinityTerm") or {} for term in preferred]
    return terms


def _crosses(term: dict) -> bool:
    return bool(term.get("namespaces")) or "namespaceSelector" in term
