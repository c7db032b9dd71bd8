"""Which FlowSchema a request belongs to, as kube-apiserver tells it in two headers; no request waits here.

After apiserver/pkg/util/flowcontrol/rule.go. Schemas are read again after one of them, or a level, has changed.
"""

from typing import NamedTuple

from loopkube.api.credentials import User
from loopkube.api.routing import Target
from loopkube.api.store.store import Store

SCHEMAS, LEVELS = (f"{kind}.flowcontrol.apiserver.k8s.io" for kind in ("flowschemas", "prioritylevelconfigurations"))
SCHEMA_HEADER, LEVEL_HEADER = "X-Kubernetes-PF-FlowSchema-UID", "X-Kubernetes-PF-PriorityLevel-UID"
KEPT = 1000
"""Answers, which the same user gets for the same question until a schema or a level has changed."""
_ACCOUNT = "system:serviceaccount:"


class _Flow(NamedTuple):
    rules: list[dict]
    headers: dict[str, str]


class FlowControl:
    """One per server."""

    def __init__(self, store: Store) -> None:
        self._store, self._stale = store, True
        self._flows: list[_Flow] = []
        self._kept: dict[tuple, dict[str, str]] = {}
        for resource in (SCHEMAS, LEVELS):
            store.subscribe(resource, self._changed)

    def _changed(self, event: object) -> None:
        self._stale = True

    def headers(self, user: User, endpoint: Target) -> dict[str, str]:
        """Of the first schema that the request meets, in the order of their precedence; nothing where none is."""
        if self._stale:
            self._stale, self._flows = False, self._read()
            self._kept.clear()
        path = "" if endpoint.plural else endpoint.path
        asked = (user, endpoint.verb, path, endpoint.group, endpoint.plural, endpoint.subresource, endpoint.namespace)
        headers = self._kept.get(asked)
        if headers is None:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            headers = self._kept[asked] = self._classified(user, endpoint)
        return headers

    def _classified(self, user: User, endpoint: Target) -> dict[str, str]:
        flows = (flow for flow in self._flows if any(_meets(rule, user, endpoint) for rule in flow.rules))
        return next((flow.headers for flow in flows), {})

    def _read(self) -> list[_Flow]:
        levels = {stored.obj["metadata"]["name"]: stored.obj for stored in self._store.list(LEVELS)}
        schemas = [stored.obj for stored in self._store.list(SCHEMAS)]
        schemas.sort(key=lambda schema: (schema["spec"]["matchingPrecedence"], schema["metadata"]["name"]))
        flows = []
        for schema in schemas:
            level = levels.get(schema["spec"]["priorityLevelConfiguration"]["name"])
            if level:
                uids = {SCHEMA_HEADER: schema["metadata"]["uid"], LEVEL_HEADER: level["metadata"]["uid"]}
                flows.append(_Flow(schema["spec"].get("rules") or [], uids))
        return flows


def _meets(rule: dict, user: User, endpoint: Target) -> bool:
    if not any(_is(subject, user) for subject in rule["subjects"]):
        return False
    if endpoint.plural:
        return any(_names(one, endpoint) for one in rule.get("resourceRules") or ())
    return any(
        _listed(one["verbs"], endpoint.verb) and _leads_to(one["nonResourceURLs"], endpoint.path)
        for one in rule.get("nonResourceRules") or ()
    )


def _is(subject: dict, user: User) -> bool:
    match subject["kind"]:
        case "User":
            return subject["user"]["name"] in ("*", user.name)
        case "Group":
            return subject["group"]["name"] == "*" or subject["group"]["name"] in user.groups
    account = subject["serviceAccount"]
    begin = f"{_ACCOUNT}{account['namespace']}:"
    return user.name.startswith(begin) and account["name"] in ("*", user.name.removeprefix(begin))


def _names(rule: dict, endpoint: Target) -> bool:
    plural = f"{endpoint.plural}/{endpoint.subresource}" if endpoint.subresource else endpoint.plural
    if not (_listed(rule["verbs"], endpoint.verb) and _listed(rule["apiGroups"], endpoint.group)):
        return False
    if not _listed(rule["resources"], plural):
        return False
    if endpoint.namespace:
        return _listed(rule.get("namespaces") or (), endpoint.namespace)
    return bool(rule.get("clusterScope"))


def _listed(values: list[str] | tuple, value: str) -> bool:
    return "*" in values or value in values


def _leads_to(urls: list[str], path: str) -> bool:
    """A `*` stands at the end of a URL only."""
    return any(url in ("*", path) or (url.endswith("*") and path.startswith(url[:-1])) for url in urls)
