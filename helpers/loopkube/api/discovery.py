"""Discovery: which groups, versions and resources the API serves.

`/api`, `/apis`, `/apis/GROUP`, `/apis/GROUP/VERSION`, `/api/v1`, and all of it at once as aggregated
discovery (KEP-3352), which kubectl asks for. Answers follow `Kinds`, so they change as definitions come and go.
"""

import base64
import hashlib
import re
from collections.abc import Iterable

from loopkube.api import metrics
from loopkube.api.aliases import stored_kind
from loopkube.api.negotiation import wants_aggregated
from loopkube.kinds import Kind
from loopkube.kinds.registry import GROUPS, NOT_STORED, Kinds, spec_of

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
READ_WRITE = ("get", "patch", "update")

_PRIORITIES = {group.name: -group.priority for group in GROUPS}  # others follow by name

# Subresources of another kind than their resource: (group, version, kind).
_SUBRESOURCE_KINDS = {
    "scale": ("autoscaling", "v1", "Scale"),
    "eviction": ("policy", "v1", "Eviction"),
    "token": ("authentication.k8s.io", "v1", "TokenRequest"),
    "binding": ("", "", "Binding"),
    "attach": ("", "", "PodAttachOptions"),
    "exec": ("", "", "PodExecOptions"),
    "portforward": ("", "", "PodPortForwardOptions"),
}
_SUBRESOURCE_VERBS = {
    "attach": ("create", "get"),
    "binding": ("create",),
    "eviction": ("create",),
    "exec": ("create", "get"),
    "finalize": ("update",),
    "log": ("get",),
    "portforward": ("create", "get"),
    "proxy": ("create", "delete", "get", "patch", "update"),
    "token": ("create",),
}


def answer(
    kinds: Kinds, path: str, accept: str = "", *, address: str = "", elsewhere: Iterable[Kind] = ()
) -> dict | None:
    """The discovery document at `path`, or None where there is none.

    `address` is the server's HOST:PORT, `elsewhere` the kinds of other servers.
    """
    served = [*everything(kinds), *metrics.KINDS, *elsewhere]
    parts = path.strip("/").split("/")
    if parts in (["api"], ["apis"]) and wants_aggregated(accept):
        return _aggregated(served, core=parts == ["api"])
    match parts:
        case ["api"]:
            versions = _versions(served).get("", [])
            addresses = [{"clientCIDR": "0.0.0.0/0", "serverAddress": address}]
            return {"kind": "APIVersions", "versions": versions, "serverAddressByClientCIDRs": addresses}
        case ["apis"]:
            groups = [_group(name, versions) for name, versions in _versions(served).items() if name]
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
        case ["apis", group]:
            served_versions = _versions(served).get(group, []) if group else []
            return (
                {"kind": "APIGroup", "apiVersion": "v1"} | _group(group, served_versions) if served_versions else None
            )
        case ["api", version]:
            return _resource_list([k for k in served if k.group == "" and k.version == version])
        case ["apis", group, version]:
            return _resource_list([k for k in served if group and (k.group, k.version) == (group, version)])
    return None


def content_type(document: dict) -> str:
    """The media type of an answer; clients tell the aggregated form by it."""
    return AGGREGATED if document.get("kind") == "APIGroupDiscoveryList" else "application/json"


def everything(kinds: Kinds) -> list[Kind]:
    """All that is served, those that are not stored too, each once, by name."""
    known = {(k.group, k.version, k.plural): k for k in (*NOT_STORED, *kinds)}
    return sorted(known.values(), key=lambda k: k.plural)


def storage_version_hash(kind: Kind) -> str:
    """How clients see that the stored form of a kind changed (apiserver/pkg/endpoints/discovery)."""
    spec, stored = spec_of(kind), stored_kind(kind)
    stored_as = spec.stored_as or f"{stored.group}/{stored.version}/{stored.kind}"
    digest = hashlib.sha256(stored_as.encode()).digest()
    return base64.b64encode(digest[:8]).decode()


def version_priority(version: str) -> tuple[int, int, int, str]:
    """Sorts v2, v1, v1beta2, v1beta1, v1alpha1, then other names (apimachinery/pkg/version)."""
    match = re.fullmatch(r"v(\d+)(?:(alpha|beta)(\d+))?", version)
    if not match:
        return (3, 0, 0, version)
    level = {None: 0, "beta": 1, "alpha": 2}[match[2]]
    return (level, -int(match[1]), -int(match[3] or 0), "")


def _versions(served: list[Kind]) -> dict[str, list[str]]:
    """{group: versions}, groups and versions in the order in which they are listed."""
    by_group: dict[str, set[str]] = {}
    for kind in served:
        by_group.setdefault(kind.group, set()).add(kind.version)
    names = sorted(by_group, key=lambda name: (_PRIORITIES.get(name, 0), name))
    return {name: sorted(by_group[name], key=version_priority) for name in names}


def _group(name: str, versions: list[str]) -> dict:
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def _resource_list(served: list[Kind]) -> dict | None:
    if not served:
        return None
    resources = [entry for kind in served for entry in (_resource(kind), *_subresources(kind))]
    api_version = {"apiVersion": "v1"} if served[0].group else {}
    return {"kind": "APIResourceList"} | api_version | {"groupVersion": served[0].api_version, "resources": resources}


def _resource(kind: Kind) -> dict:
    resource = {"name": kind.plural, "singularName": kind.singular, "namespaced": kind.namespaced, "kind": kind.kind}
    resource |= {"verbs": list(kind.verbs)} | _names(kind)
    return resource | ({"storageVersionHash": storage_version_hash(kind)} if "watch" in kind.verbs else {})


def _names(kind: Kind) -> dict:
    short_names = {"shortNames": list(kind.short_names)} if kind.short_names else {}
    return short_names | ({"categories": list(kind.categories)} if kind.categories else {})


def _subresources(kind: Kind) -> list[dict]:
    entries = []
    for name in sorted(kind.subresources):
        own = f"{kind.kind}ProxyOptions" if name == "proxy" else kind.kind
        group, version, answers_as = _SUBRESOURCE_KINDS.get(name, ("", "", own))
        entry = {"name": f"{kind.plural}/{name}", "singularName": "", "namespaced": kind.namespaced}
        entry |= {"group": group, "version": version} if group else {}
        entries.append(entry | {"kind": answers_as, "verbs": list(_SUBRESOURCE_VERBS.get(name, READ_WRITE))})
    return entries


def _aggregated(served: list[Kind], core: bool) -> dict:
    items = []
    for group, versions in _versions(served).items():
        if (group == "") is not core:
            continue
        entries = [
            {"version": v, "resources": [_discovered(k) for k in served if (k.group, k.version) == (group, v)]}
            for v in versions
        ]
        metadata = ({"name": group} if group else {}) | {"creationTimestamp": None}
        items.append({"metadata": metadata, "versions": [entry | {"freshness": "Current"} for entry in entries]})
    return {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": {}, "items": items}


def _discovered(kind: Kind) -> dict:
    """One resource of aggregated discovery."""
    resource = {
        "resource": kind.plural,
        "responseKind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular,
        "verbs": list(kind.verbs),
    }
    subresources = [_discovered_subresource(kind, entry) for entry in _subresources(kind)]
    return resource | _names(kind) | ({"subresources": subresources} if subresources else {})


def _discovered_subresource(kind: Kind, entry: dict) -> dict:
    response = {
        "group": entry.get("group", kind.group),
        "version": entry.get("version", kind.version),
        "kind": entry["kind"],
    }
    return {"subresource": entry["name"].partition("/")[2], "responseKind": response, "verbs": entry["verbs"]}


def custom_verbs(terminating: bool) -> tuple[str, ...]:
    """The verbs of a custom kind; nothing new is taken while its definition is being deleted."""
    if terminating:
        return ("delete", "deletecollection", "get", "list", "watch")
    return ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
