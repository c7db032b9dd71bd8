"""`authorizer`: questions to the cluster's authorization, as values that are completed step by step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

from loopkube.shared.cel.values import Ask, EvalError, Opaque


@dataclass(frozen=True)
class Authorizer(Opaque):
    user: dict
    """username, groups, uid."""
    ask: Ask
    cel_type: ClassVar[str] = "kubernetes.authorization.Authorizer"


@dataclass(frozen=True)
class PathCheck(Opaque):
    of: Authorizer
    path: str
    cel_type: ClassVar[str] = "kubernetes.authorization.PathCheck"


@dataclass(frozen=True)
class GroupCheck(Opaque):
    of: Authorizer
    group: str
    cel_type: ClassVar[str] = "kubernetes.authorization.GroupCheck"


@dataclass(frozen=True)
class ResourceCheck(Opaque):
    of: Authorizer
    attributes: dict
    cel_type: ClassVar[str] = "kubernetes.authorization.ResourceCheck"

    def having(self, field: str, value: str) -> "ResourceCheck":
        return ResourceCheck(self.of, self.attributes | {field: value})


@dataclass(frozen=True)
class Decision(Opaque):
    allowed: bool
    reason: str
    cel_type: ClassVar[str] = "kubernetes.authorization.Decision"


def path(of, text):
    """`authorizer.path(text)`: a check of a path that is no resource. Raises EvalError for an empty one."""
    if not text.strip():
        raise EvalError("path must not be empty")
    return PathCheck(of, text)


def resource(of, name):
    """`authorizer.group(g).resource(name)`, in every version."""
    if not name.strip():
        raise EvalError("resource must not be empty")
    return ResourceCheck(of.of, {"group": of.group, "version": "*", "resource": name})


def service_account(of, namespace, name):
    """`authorizer.serviceAccount(namespace, name)`: the same questions, asked for that account."""
    if not name:
        raise EvalError("Invalid service account name")
    if not namespace:
        raise EvalError("Invalid service account namespace")
    groups = ["system:serviceaccounts", f"system:serviceaccounts:{namespace}"]
    user = {"username": f"system:serviceaccount:{namespace}:{name}", "groups": groups, "uid": ""}
    return replace(of, user=user)


def check(what, verb):
    """`.check(verb)`: asks the authorizer, and returns its decision."""
    if isinstance(what, PathCheck):
        return Decision(*what.of.ask(what.of.user, {"path": what.path, "verb": verb}))
    return Decision(*what.of.ask(what.of.user, what.attributes | {"verb": verb}))


def _with(field: str) -> Callable:
    return lambda of, value: of.having(field, value)


AUTHORIZER: dict[str, Callable] = {
    "path": path,
    "group": GroupCheck,
    "serviceAccount": service_account,
    "resource": resource,
    "subresource": _with("subresource"),
    "namespace": _with("namespace"),
    "name": _with("name"),
    "fieldSelector": _with("fieldSelector"),
    "labelSelector": _with("labelSelector"),
    "check": check,
    "allowed": lambda decision: decision.allowed,
    "reason": lambda decision: decision.reason,
    "errored": lambda decision: False,
    "error": lambda decision: "",
}
