"""Who may do what: role-based access control, and the Forbidden answer.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/. A role allows what its `rules` say; those of an
aggregated role are written by a controller (controllers/aggregation.py). The rules that a user holds are worked out
once and kept until any role or binding changes.
"""

from typing import NamedTuple

from loopkube.api.credentials import MASTERS, User
from loopkube.api.routing import Target
from loopkube.api.store.store import Store
from loopkube.shared.status import ApiError, refusal

_GROUP = "rbac.authorization.k8s.io"
ROLES, CLUSTER_ROLES = f"roles.{_GROUP}", f"clusterroles.{_GROUP}"
ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS = f"rolebindings.{_GROUP}", f"clusterrolebindings.{_GROUP}"
KEPT_USERS = 1000


class Asked(NamedTuple):
    """One question: may the user do this? `path` only where no resource is asked for."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @classmethod
    def of(cls, endpoint: Target, selected: str = "") -> "Asked":
        """`selected` is the one name that a field selector asks for."""
        if not endpoint.plural:
            return cls(endpoint.verb, path=endpoint.path)
        return cls(
            endpoint.verb,
            endpoint.group,
            endpoint.plural,
            endpoint.subresource,
            endpoint.namespace,
            endpoint.name or selected,
        )


class Authorizer:
    """Answers from the roles and bindings in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rules: dict[tuple[User, str], list[dict]] = {}
        for resource in (ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS):
            store.subscribe(resource, lambda event: self._rules.clear())

    def check(self, user: User, asked: Asked) -> None:
        """Raises 403 unless the user may."""
        if MASTERS not in user.groups and not self.allows(user, asked):
            raise forbidden(user, asked)

    def allows(self, user: User, asked: Asked) -> bool:
        """Whether RBAC lets the user do it: by rules of the whole cluster, or of the namespace that is asked for."""
        if MASTERS in user.groups:
            return True
        if any(rule_allows(rule, asked) for rule in self.rules(user, "")):
            return True
        return bool(asked.namespace) and any(rule_allows(rule, asked) for rule in self.rules(user, asked.namespace))

    def rules(self, user: User, namespace: str) -> list[dict]:
        """The rules bound to the user in the whole cluster, or those of one namespace's RoleBindings."""
        key = (user, namespace)
        if key not in self._rules:
            if len(self._rules) >= KEPT_USERS:
                self._rules.clear()
            resource = ROLE_BINDINGS if namespace else CLUSTER_ROLE_BINDINGS
            bindings = [s.obj for s in self._store.list(resource, namespace)]
            self._rules[key] = [rule for b in bindings if _binds(b, user) for rule in self._role_rules(b, namespace)]
        return self._rules[key]

    def _role_rules(self, binding: dict, namespace: str) -> list[dict]:
        reference = binding.get("roleRef") or {}
        is_role = reference.get("kind") == "Role"
        role = self.role(ROLES if is_role else CLUSTER_ROLES, namespace if is_role else "", reference.get("name", ""))
        return (role or {}).get("rules") or []

    def role(self, resource: str, namespace: str, name: str) -> dict | None:
        """A Role (`namespace` given) or a ClusterRole as stored; None where a binding names one that is not there."""
        stored = self._store.get(resource, namespace, name)
        return stored.obj if stored else None


def _binds(binding: dict, user: User) -> bool:
    own_namespace = binding["metadata"].get("namespace", "")
    for subject in binding.get("subjects") or ():
        kind, name = subject.get("kind"), subject.get("name", "")
        if kind == "User" and name == user.name:
            return True
        if kind == "Group" and name in user.groups:
            return True
        if kind == "ServiceAccount":
            namespace = subject.get("namespace") or own_namespace
            if user.name == f"system:serviceaccount:{namespace}:{name}":
                return True
    return False


def rule_allows(rule: dict, asked: Asked) -> bool:
    """Whether one rule covers one question."""
    if not _covers(rule.get("verbs"), asked.verb):
        return False
    if asked.path:
        return any(_path_matches(pattern, asked.path) for pattern in rule.get("nonResourceURLs") or ())
    if not _covers(rule.get("apiGroups"), asked.group):
        return False
    names = rule.get("resourceNames")
    if names and asked.name not in names:
        return False
    resources = rule.get("resources") or ()
    if "*" in resources:
        return True
    if not asked.subresource:
        return asked.resource in resources
    return f"{asked.resource}/{asked.subresource}" in resources or f"*/{asked.subresource}" in resources


def _covers(allowed: list[str] | None, value: str) -> bool:
    return allowed is not None and ("*" in allowed or value in allowed)


def _path_matches(pattern: str, path: str) -> bool:
    return pattern == path or (pattern.endswith("*") and path.startswith(pattern[:-1]))


def forbidden(user: User, asked: Asked) -> ApiError:
    """403 in Kubernetes' words; for a resource it says which, in which API group and namespace."""
    if asked.path:
        message = f'forbidden: User "{user.name}" cannot {asked.verb} path "{asked.path}"'
        return refusal(message, {})
    resource = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    where = f'in the namespace "{asked.namespace}"' if asked.namespace else "at the cluster scope"
    full = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    subject = f'{full} "{asked.name}"' if asked.name else full
    action = f'User "{user.name}" cannot {asked.verb} resource "{resource}" in API group "{asked.group}" {where}'
    details = ({"name": asked.name} if asked.name else {}) | ({"group": asked.group} if asked.group else {})
    return refusal(f"{subject} is forbidden: {action}", details | {"kind": asked.resource})
