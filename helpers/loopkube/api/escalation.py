"""Nobody grants what they do not hold: roles and bindings written by users who are not administrators.

https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping.
The verb `escalate` on roles, and `bind` on the role that is bound, lift the check.
"""

from collections.abc import Iterator

from loopkube.api.authorization import CLUSTER_ROLES, ROLES, Asked, Authorizer, rule_allows
from loopkube.api.credentials import MASTERS, User
from loopkube.api.role_rules import EVERYTHING
from loopkube.kinds import Kind
from loopkube.kinds.shared.patience import go_on, patience
from loopkube.shared.status import ApiError, forbidden

GROUP = "rbac.authorization.k8s.io"


class Escalation:
    """The check for one user; called with every object that is about to be stored."""

    def __init__(self, authorizer: Authorizer, user: User) -> None:
        self._authorizer, self._user = authorizer, user

    def check(self, kind: Kind, obj: dict, old: dict | None) -> None:
        """Raises a Forbidden ApiError where the user would grant more than they hold
        (pkg/registry/rbac/escalation_check.go)."""
        if kind.group != GROUP or MASTERS in self._user.groups or (old and _only_for_the_end(obj, old)):
            return
        if "roleRef" in obj:
            self._check_binding(kind, obj)
        elif not self._may("escalate", kind.plural, _namespace(obj), obj["metadata"]["name"] if old else ""):
            self._check_role(kind, obj, old)

    def _check_role(self, kind: Kind, obj: dict, old: dict | None) -> None:
        self._confirm(kind, obj, obj.get("rules") or [])
        can_gather_anything = _gathers(obj) or _gathers(old or {})
        if can_gather_anything and self._missing(EVERYTHING, ""):
            raise forbidden(
                kind, obj["metadata"]["name"], "must have cluster-admin privileges to use the aggregationRule"
            )

    def _check_binding(self, kind: Kind, obj: dict) -> None:
        """The rules of the role that is bound must be held, unless the user may bind it anyway."""
        reference, namespace = obj["roleRef"], _namespace(obj)
        name, is_role = reference.get("name", ""), reference.get("kind") == "Role"
        plural, resource = ("roles", ROLES) if is_role else ("clusterroles", CLUSTER_ROLES)
        if self._may("bind", plural, namespace, name):
            return
        role = self._authorizer.role(resource, namespace if is_role else "", name)
        if role is None:
            details = {"name": name, "group": GROUP, "kind": plural}
            raise ApiError(404, "NotFound", f'{resource} "{name}" not found', details)
        self._confirm(kind, obj, role.get("rules") or [])

    def _confirm(self, kind: Kind, obj: dict, rules: list[dict]) -> None:
        missing = self._missing(rules, _namespace(obj))
        if missing:
            raise forbidden(kind, obj["metadata"]["name"], _not_held(self._user, missing))

    def _may(self, verb: str, plural: str, namespace: str, name: str) -> bool:
        return self._authorizer.allows(self._user, Asked(verb, GROUP, plural, namespace=namespace, name=name))

    def _missing(self, rules: list[dict], namespace: str) -> list[Asked]:
        held = self._authorizer.rules(self._user, "")
        held = held + (self._authorizer.rules(self._user, namespace) if namespace else [])
        missing = []
        with patience():
            for part in (part for rule in rules for part in _parts(rule)):
                go_on()  # a short rule may grant thousands of verbs on thousands of resources
                if not any(rule_allows(own, part) for own in held):
                    missing.append(part)
        return missing


def _namespace(obj: dict) -> str:
    return obj["metadata"].get("namespace", "")


def _gathers(role: dict) -> bool:
    return bool((role.get("aggregationRule") or {}).get("clusterRoleSelectors"))


def _only_for_the_end(obj: dict, old: dict) -> bool:
    """Whether an update changes only what the garbage collector needs to delete the object."""
    return _without_bookkeeping(obj) == _without_bookkeeping(old)


def _without_bookkeeping(obj: dict) -> dict:
    left_out = ("ownerReferences", "finalizers", "managedFields", "resourceVersion")
    return obj | {"metadata": {word: value for word, value in obj["metadata"].items() if word not in left_out}}


def _parts(rule: dict) -> Iterator[Asked]:
    """Every single thing that a rule grants."""
    verbs = rule.get("verbs") or ()
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            plural, _, subresource = resource.partition("/")
            for verb in verbs:
                for name in rule.get("resourceNames") or [""]:
                    yield Asked(verb, group, plural, subresource, name=name)
    for path in rule.get("nonResourceURLs") or ():
        for verb in verbs:
            yield Asked(verb, path=path)


def _not_held(user: User, missing: list[Asked]) -> str:
    groups = " ".join(f'"{group}"' for group in user.groups)
    lines = "\n".join(sorted(_lines(missing)))
    return (
        f'user "{user.name}" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n{lines}'
    )


def _lines(missing: list[Asked]) -> set[str]:
    """As Kubernetes prints rules, e.g. `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`; a line a resource."""
    verbs: dict[Asked, list[str]] = {}
    for part in missing:
        together = verbs.setdefault(part._replace(verb=part.verb if part.path else ""), [])
        together += [] if part.verb in together else [part.verb]
    return {_line(part, group_verbs) for part, group_verbs in verbs.items()}


def _line(part: Asked, verbs: list[str]) -> str:
    shown = " ".join(f'"{verb}"' for verb in verbs)
    if part.path:
        return f'{{NonResourceURLs:["{part.path}"], Verbs:[{shown}]}}'
    resource = f"{part.resource}/{part.subresource}" if part.subresource else part.resource
    names = f', ResourceNames:["{part.name}"]' if part.name else ""
    return f'{{APIGroups:["{part.group}"], Resources:["{resource}"]{names}, Verbs:[{shown}]}}'
