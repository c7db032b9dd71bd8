"""Which resource a URL names: `Target`, read from the path alone, as kube-apiserver's RequestInfo is.

Authorization judges the target before anybody asks whether such a kind is served.
"""

from typing import NamedTuple
from urllib.parse import unquote

from loopkube.kinds import Kind
from loopkube.kinds.registry import NOT_STORED, Kinds
from loopkube.shared.status import ApiError, method_not_allowed, no_such_resource

_NAMESPACE_PARTS = ("status", "finalize")
_VERBS = {"GET": "get", "HEAD": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
STREAMS = ("exec", "attach", "portforward")
PROXY = "proxy"
_SUBRESOURCE_VERBS = {
    "status": ("get", "update", "patch"),
    **dict.fromkeys(("approval", "ephemeralcontainers", "resize"), ("get", "update", "patch")),
    "scale": ("get", "update", "patch"),
    "finalize": ("update",),
    "log": ("get",),
    "binding": ("create",),
    "eviction": ("create",),
    "token": ("create",),
    **dict.fromkeys(STREAMS, ("get", "create")),
    PROXY: ("get", "create", "update", "patch", "delete", "options"),
}
_NOT_STORED = {kind.group_version_resource: kind for kind in NOT_STORED}
_NOT_STORED_GROUPS = {kind.group for kind in NOT_STORED}


class Target(NamedTuple):
    """A request's place and verb; `plural` is empty for paths that name no resource (discovery, health)."""

    verb: str
    path: str
    group: str = ""
    version: str = ""
    namespace: str = ""
    plural: str = ""
    name: str = ""
    subresource: str = ""
    tail: str = ""
    """What stands behind `/proxy`, as it was sent."""

    @property
    def resource(self) -> str:
        """`ingresses.networking.k8s.io`, or `pods` for the group without a name."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


def target(method: str, path: str, *, watch: bool = False) -> Target:
    """Reads a path, e.g. `/apis/apps/v1/namespaces/shop/deployments/web/scale`."""
    verb = _VERBS.get(method, method.lower())
    parts = [unquote(part) if "%" in part else part for part in path.split("/") if part]
    if parts[:1] == ["api"] and len(parts) > 2:
        group, version, rest = "", parts[1], parts[2:]
    elif parts[:1] == ["apis"] and len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        return Target(verb, path)
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 2 and rest[2] not in _NAMESPACE_PARTS:
        namespace, rest = rest[1], rest[2:]
    plural, name = rest[0], rest[1] if len(rest) > 1 else ""
    if not name:
        verb = {"get": "watch" if watch else "list", "delete": "deletecollection"}.get(verb, verb)
    if plural == "namespaces" and not group and name:
        namespace = name
    subresource, tail = "/".join(rest[2:]), ""
    if rest[2:3] == [PROXY] and not group:
        subresource, tail = PROXY, _behind(path, len(parts) - len(rest) + 3)
    return Target(verb, path, group, version, namespace, plural, name, subresource, tail)


def _behind(path: str, count: int) -> str:
    """A path without its first parts, as it was sent."""
    at = 0
    for _ in range(count):
        while path[at : at + 1] == "/":
            at += 1
        end = path.find("/", at)
        if end < 0:
            return ""
        at = end
    return path[at:]


def kind_of(kinds: Kinds, endpoint: Target) -> Kind:
    """The kind that serves this target; 404 or 405 when none does, or not this way."""
    kind = kinds.at(endpoint.group, endpoint.version, endpoint.plural)
    kind = kind or _NOT_STORED.get((endpoint.group, endpoint.version, endpoint.plural))
    if kind is None:
        known = endpoint.group in _NOT_STORED_GROUPS or endpoint.group in kinds.groups()
        raise no_such_resource() if known else no_such_group()
    in_namespace = bool(endpoint.namespace) and kind.plural != "namespaces"
    if endpoint.subresource:
        if endpoint.subresource not in kind.subresources or in_namespace != kind.namespaced:
            raise no_such_resource()
        if endpoint.verb not in _SUBRESOURCE_VERBS.get(endpoint.subresource, ()):
            raise method_not_allowed()
        return kind
    across = kind.namespaced and not in_namespace
    if (in_namespace and not kind.namespaced) or (across and endpoint.name):
        raise no_such_resource()
    if endpoint.verb not in kind.verbs or (across and endpoint.verb not in ("list", "watch")):
        raise method_not_allowed()
    if bool(endpoint.name) != _named(endpoint.verb):
        raise method_not_allowed()
    return kind


def _named(verb: str) -> bool:
    return verb in ("get", "update", "patch", "delete")


def no_such_group() -> ApiError:
    """404 in plain text: what the mux says about paths that no group has registered."""
    return ApiError(404, "", "404 page not found\n")
