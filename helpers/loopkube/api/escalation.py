"""Nobody grants what they do not hold: roles and bindings written by users who are no administrators.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping.
The verb `escalate` on roles, and `bind` on the role that is bound, lift the check.
"""

from collections.abc import Iterator

from loopkube.api.authorization import CLUSTER_ROLES, ROLES, Asked, Authorizer, rule_allows
from loopkube.api.credentials import MASTERS, User
from loopkube.api.errors import ApiError, named
from loopkube.kinds import Kind

GROUP = "rbac.authorization.k8s.io"
_GO_NAMES = {
    "nonResourceURLs": "NonResourceURLs",
    "apiGroups": "APIGroups",
    "resources": "Resources",
    "resourceNames": "ResourceNames",
    "verbs": "Verbs",
}


class Escalation:
    """The check for one user; called with every object that is about to be stored."""

    def __init__(self, authorizer: Authorizer, user: User) -> None:
        self._authorizer, self._user = authorizer, user

    def check(self, kind: Kind, obj: dict, old: dict | None) -> None:
        if kind.group != GROUP or MASTERS in self._user.groups or _same_grant(obj, old):
            return
        namespace = obj["metadata"].get("namespace", "")
        if "roleRef" in obj:
            wanted = self._bound_rules(obj["roleRef"], namespace)
        elif self._may("escalate", kind.plural, namespace, obj["metadata"]["name"]):
            wanted = []
        else:
            wanted = list(self._authorizer.rules_of(obj))
        missing = [rule for rule in wanted if not self._holds(rule, namespace)]
        if missing:
            raise _refused(kind, obj["metadata"]["name"], self._user, missing)

    def _bound_rules(self, reference: dict, namespace: str) -> list[dict]:
        """The rules of the role that a binding names; none where the user may bind it anyway."""
        name, is_role = reference.get("name", ""), reference.get("kind") == "Role"
        plural = "roles" if is_role else "clusterroles"
        if self._may("bind", plural, namespace, name):
            return []
        found = self._authorizer.role(ROLES if is_role else CLUSTER_ROLES, namespace if is_role else "", name)
        return list(self._authorizer.rules_of(found)) if found else []

    def _may(self, verb: str, plural: str, namespace: str, name: str) -> bool:
        return self._authorizer.allows(self._user, Asked(verb, GROUP, plural, namespace=namespace, name=name))

    def _holds(self, rule: dict, namespace: str) -> bool:
        held = self._authorizer.rules(self._user, "")
        held = held + (self._authorizer.rules(self._user, namespace) if namespace else [])
        return all(any(rule_allows(own, asked) for own in held) for asked in _parts(rule))


def _same_grant(obj: dict, old: dict | None) -> bool:
    """Whether an update leaves alone what is granted, and to whom."""
    fields = ("rules", "aggregationRule", "roleRef", "subjects")
    return old is not None and all(obj.get(field) == old.get(field) for field in fields)


def _parts(rule: dict) -> Iterator[Asked]:
    """Every single thing that a rule grants."""
    for verb in rule.get("verbs") or ():
        for path in rule.get("nonResourceURLs") or ():
            yield Asked(verb, path=path)
        for group in rule.get("apiGroups") or ():
            for resource in rule.get("resources") or ():
                plural, _, subresource = resource.partition("/")
                for name in rule.get("resourceNames") or [""]:
                    yield Asked(verb, group, plural, subresource, name=name)


def _refused(kind: Kind, name: str, user: User, missing: list[dict]) -> ApiError:
    groups = " ".join(f'"{group}"' for group in user.groups)
    lines = "\n".join(sorted(_go(rule) for rule in missing))
    why = f'user "{user.name}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n{lines}'
    return ApiError(403, "Forbidden", f'{kind.resource} "{name}" is forbidden: {why}', named(kind, name))


def _go(rule: dict) -> str:
    """A rule as Kubernetes prints it: `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`."""
    parts = []
    for field, go_name in _GO_NAMES.items():
        if rule.get(field):
            values = " ".join(f'"{value}"' for value in rule[field])
            parts.append(f"{go_name}:[{values}]")
    return "{" + ", ".join(parts) + "}"
