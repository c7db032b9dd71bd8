"""The roles and bindings that every cluster begins with.

After plugin/pkg/auth/authorizer/rbac/bootstrappolicy of Kubernetes, for the kinds that this server knows.
"""

RBAC = "rbac.authorization.k8s.io"
_LABELS = {"kubernetes.io/bootstrapping": "rbac-defaults"}
_ANNOTATIONS = {"rbac.authorization.kubernetes.io/autoupdate": "true"}
_READ = ("get", "list", "watch")
_WRITE = ("create", "delete", "deletecollection", "patch", "update")
_HEALTH = ("/healthz", "/livez", "/readyz", "/version", "/version/")
_DISCOVERY = ("/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", *_HEALTH)


def rule(groups: str, resources: str, verbs: tuple[str, ...]) -> dict:
    """One rule; groups and resources as words, `core` for the group without a name."""
    names = ["" if group == "core" else group for group in groups.split()]
    return {"apiGroups": names, "resources": resources.split(), "verbs": list(verbs)}


def _paths(*urls: str) -> dict:
    return {"nonResourceURLs": list(urls), "verbs": ["get"]}


_VIEW = [
    rule("core", "configmaps endpoints events namespaces pods pods/log pods/status", _READ),
    rule("core", "replicationcontrollers replicationcontrollers/scale replicationcontrollers/status", _READ),
    rule("core", "serviceaccounts services services/status", _READ),
    rule("batch", "cronjobs cronjobs/status jobs jobs/status", _READ),
    rule("apps", "daemonsets daemonsets/status deployments deployments/scale deployments/status", _READ),
    rule("apps", "replicasets replicasets/scale replicasets/status controllerrevisions", _READ),
    rule("apps", "statefulsets statefulsets/scale statefulsets/status", _READ),
    rule("core", "limitranges persistentvolumeclaims persistentvolumeclaims/status", _READ),
    rule("core", "resourcequotas resourcequotas/status", _READ),
    rule("policy", "poddisruptionbudgets poddisruptionbudgets/status", _READ),
    rule("discovery.k8s.io", "endpointslices", _READ),
    rule("networking.k8s.io", "ingresses ingresses/status networkpolicies", _READ),
]
_EDIT = [
    rule("core", "pods/attach pods/exec pods/portforward secrets", (*_READ, *_WRITE)),
    rule("core", "configmaps endpoints events pods serviceaccounts services", _WRITE),
    rule("core", "replicationcontrollers replicationcontrollers/scale", _WRITE),
    rule("batch", "cronjobs jobs", _WRITE),
    rule("core", "pods/eviction serviceaccounts/token", ("create",)),
    rule("core", "serviceaccounts", ("impersonate",)),
    rule("apps", "daemonsets deployments deployments/scale replicasets replicasets/scale", _WRITE),
    rule("apps", "statefulsets statefulsets/scale", _WRITE),
    rule("core", "persistentvolumeclaims", _WRITE),
    rule("policy", "poddisruptionbudgets", _WRITE),
    rule("networking.k8s.io", "ingresses networkpolicies", _WRITE),
    rule("coordination.k8s.io", "leases", (*_READ, *_WRITE)),
]
_ADMIN = [
    rule("authorization.k8s.io", "localsubjectaccessreviews", ("create",)),
    rule(RBAC, "rolebindings roles", (*_READ, *_WRITE)),
]
_EVERYTHING = [rule("*", "*", ("*",)), {"nonResourceURLs": ["*"], "verbs": ["*"]}]
_BASIC_USER = [
    rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", ("create",)),
    rule("authentication.k8s.io", "selfsubjectreviews", ("create",)),
]
_AUTH_DELEGATOR = [
    rule("authentication.k8s.io", "tokenreviews", ("create",)),
    rule("authorization.k8s.io", "subjectaccessreviews", ("create",)),
]


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


def _binding(role: str, *groups: str) -> dict:
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": role, "labels": _LABELS, "annotations": _ANNOTATIONS},
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": group} for group in groups],
    }


def default_roles() -> list[dict]:
    return [
        _role("cluster-admin", _EVERYTHING),
        _role("admin", [*_ADMIN, *_EDIT, *_VIEW], gathers="admin"),
        _role("edit", [*_EDIT, *_VIEW], gathers="edit", joins="admin"),
        _role("view", _VIEW, gathers="view", joins="edit"),
        _role("system:auth-delegator", _AUTH_DELEGATOR),
        _role("system:basic-user", _BASIC_USER),
        _role("system:discovery", [_paths(*_DISCOVERY)]),
        _role("system:public-info-viewer", [_paths(*_HEALTH)]),
    ]


def default_bindings() -> list[dict]:
    everybody = ("system:authenticated", "system:unauthenticated")
    return [
        _binding("cluster-admin", "system:masters"),
        _binding("system:basic-user", "system:authenticated"),
        _binding("system:discovery", "system:authenticated"),
        _binding("system:public-info-viewer", *everybody),
    ]
