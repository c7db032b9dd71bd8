"""The flow schemas and priority levels that every cluster has (apiserver/pkg/apis/flowcontrol/bootstrap, Mandatory*).

No request waits here, so every one is served at the level `catch-all`, or `exempt` for those who may do everything.
"""

_API = "flowcontrol.apiserver.k8s.io/v1"
_SPEC = {"apf.kubernetes.io/autoupdate-spec": "true"}
_GROUPS = ("system:unauthenticated", "system:authenticated")


def mandatory() -> list[dict]:
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
    wanted = {"priorityLevelConfiguration": {"name": level}, "matchingPrecedence": precedence}
    return wanted | {"rules": [rule]}
