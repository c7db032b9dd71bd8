"""The flow schemas and priority levels that every cluster has (apiserver/pkg/apis/flowcontrol/bootstrap, Mandatory*),
and the rules that both kinds share."""

from loopkube.kinds.shared.report import Report

_API = "flowcontrol.apiserver.k8s.io/v1"
_SPEC = {"apf.kubernetes.io/autoupdate-spec": "true"}
_GROUPS = ("system:unauthenticated", "system:authenticated")


def mandatory() -> list[dict]:
    """The objects that every cluster has, as upstream's bootstrap package lists them."""
    exempt = {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 0, "lendablePercent": 0}}
    limited = {"nominalConcurrencyShares": 5, "lendablePercent": 0, "limitResponse": {"type": "Reject"}}
    return [
        _object("PriorityLevelConfiguration", "exempt", exempt),
        _object("PriorityLevelConfiguration", "catch-all", {"type": "Limited", "limited": limited}),
        _object("FlowSchema", "exempt", _schema("exempt", 1, ("system:masters",))),
        _object(
            "FlowSchema",
            "catch-all",
            _schema("catch-all", 10000, _GROUPS) | {"distinguisherMethod": {"type": "ByUser"}},
        ),
    ]


def _object(kind: str, name: str, spec: dict) -> dict:
    return {"apiVersion": _API, "kind": kind, "metadata": {"name": name, "annotations": _SPEC}, "spec": spec}


def _schema(level: str, precedence: int, groups: tuple[str, ...]) -> dict:
    every = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": True, "namespaces": ["*"]}
    rule = {
        "subjects": [{"kind": "Group", "group": {"name": group}} for group in groups],
        "resourceRules": [every],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    }
    spec = {"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": precedence}
    return spec | {"rules": [rule]}


_FIXED = {(obj["kind"], obj["metadata"]["name"]): obj["spec"] for obj in mandatory()}


def unchanged(report: Report, obj: dict) -> None:
    """The spec of a mandatory object is what it is."""
    name = obj["metadata"].get("name", "")
    fixed = _FIXED.get((obj["kind"], name))
    if fixed is not None and obj["spec"] != fixed:
        report.invalid("spec", obj["spec"], f"spec of '{name}' must equal the fixed value")


def conditions(report: Report, obj: dict) -> None:
    """Each type once, and named."""
    seen: list[str] = []
    for index, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        path, kind = f"status.conditions[{index}].type", condition.get("type", "")
        if kind in seen:
            report.duplicate(path, kind)
        seen.append(kind)
        if not kind:
            report.required(path, "must not be empty")
