"""The roles and bindings that every cluster begins with.

After plugin/pkg/auth/authorizer/rbac/bootstrappolicy of Kubernetes v1.36, rule by rule; those of the controllers
(`system:controller:*`) are left out, as the controllers run inside the API server's process here.
"""

from loopkube.api import role_rules
from loopkube.api.role_rules import RBAC

_LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_ANNOTATIONS = {"rbac.authorization.kubernetes.io/autoupdate": "true"}


def _role(name: str, rules: list[dict], *, gathers: str = "", joins: str = "") -> dict:
    """A ClusterRole; `gathers` and `joins` name the aggregate that it is, or is part of."""
    labels = _LABELS | ({f"{RBAC}/aggregate-to-{joins}": "true"} if joins else {})
    role = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRole",
        "metadata": {"name": name, "labels": labels, "annotations": _ANNOTATIONS},
        "rules": rules,
    }
    if gathers:
        selector = {"matchLabels": {f"{RBAC}/aggregate-to-{gathers}": "true"}}
        role["aggregationRule"] = {"clusterRoleSelectors": [selector]}
    return role


def _binding(role: str, *subjects: dict) -> dict:
    binding = {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": role, "labels": _LABELS, "annotations": _ANNOTATIONS},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
    }
    return binding | ({"subjects": list(subjects)} if subjects else {})


def _group(name: str) -> dict:
    return {"apiGroup": RBAC, "kind": "Group", "name": name}


def _user(name: str) -> dict:
    return {"apiGroup": RBAC, "kind": "User", "name": name}


def default_roles() -> list[dict]:
    """The aggregated ones with the rules that the aggregation would gather from the others, in its order."""
    view, edit = role_rules.VIEW, [*role_rules.EDIT, *role_rules.VIEW]
    return [
        _role("cluster-admin", role_rules.EVERYTHING),
        _role("admin", [*edit, *role_rules.ADMIN], gathers="admin"),
        _role("edit", edit, gathers="edit", joins="admin"),
        _role("view", view, gathers="view", joins="edit"),
        _role("system:aggregate-to-admin", role_rules.ADMIN, joins="admin"),
        _role("system:aggregate-to-edit", role_rules.EDIT, joins="edit"),
        _role("system:aggregate-to-view", role_rules.VIEW, joins="view"),
        *(_role(name, rules) for name, rules in role_rules.SYSTEM.items()),
    ]


def authentication_reader() -> dict:
    """The Role of other API servers, which read whom to believe."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "Role",
        "metadata": {
            "name": "extension-apiserver-authentication-reader",
            "namespace": "kube-system",
            "labels": _LABELS,
            "annotations": _ANNOTATIONS,
        },
        "rules": [role_rules.rule("core", "configmaps", "get list watch", "extension-apiserver-authentication")],
    }


def default_bindings() -> list[dict]:
    """The bindings that kube-apiserver makes itself (plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go)."""
    everybody = (_group("system:authenticated"), _group("system:unauthenticated"))
    scheduler = _user("system:kube-scheduler")
    return [
        _binding("cluster-admin", _group("system:masters")),
        _binding("system:basic-user", _group("system:authenticated")),
        _binding("system:discovery", _group("system:authenticated")),
        _binding("system:public-info-viewer", *everybody),
        _binding("system:monitoring", _group("system:monitoring")),
        _binding("system:service-account-issuer-discovery", _group("system:serviceaccounts")),
        _binding("system:node"),
        _binding("system:node-proxier", _user("system:kube-proxy")),
        _binding("system:kube-controller-manager", _user("system:kube-controller-manager")),
        _binding("system:kube-dns", {"kind": "ServiceAccount", "name": "kube-dns", "namespace": "kube-system"}),
        _binding("system:kube-scheduler", scheduler),
        _binding("system:volume-scheduler", scheduler),
    ]
