"""Empty a namespace that may not be deleted itself: what the notebooks made goes, what came with it stays.

Clusters publish objects into every namespace (`kube-root-ca.crt`, `openshift-service-ca.crt`, `istio-ca-root-cert`).
Whoever publishes them makes them anew when they go, so they are not waited for.
"""

import time
from datetime import datetime, timedelta
from typing import NamedTuple

from labcore.errors import Refused, TimedOut
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.kube.patience import patient
from labcore.language.messages import phrase

from ingress_lab.kube.apply import MANAGER

_STAYS = {
    "Event", "Lease", "LimitRange", "NetworkPolicy", "ResourceQuota", "Role", "RoleBinding", "ServiceAccount",
}  # fmt: skip
_CLOSED = (403, 404, 405)  # kinds that this account may not list or delete
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 0.2
_AT_ONCE = timedelta(seconds=5)
"""What somebody else makes this soon after the namespace came with it."""
_HANDS = (MANAGER, "kubectl", "OpenAPI-Generator", "python-requests")
"""How the programs of notebooks and learners begin their names in managedFields."""


_WITH_PODS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Pod")
_PUBLISHED = ("ConfigMap", "Secret")


class _Object(NamedTuple):
    path: str
    uid: str
    kind: str
    owned: bool
    """By a controller, which would make it anew, and takes it along when it goes itself."""


def empty(api: Api, namespace: str, timeout: float) -> None:
    """Delete every object that no controller owns, and wait until the last one is gone.

    Meanwhile only kinds are listed of which something is left; a whole round without any is the end.
    """
    resources = [r for r in api.resources().listed() if r.namespaced and "delete" in r.verbs and r.kind not in _STAYS]
    born = _created(api.request("get", f"/api/v1/namespaces/{namespace}"))
    timeout = patient(timeout)
    deadline = time.monotonic() + timeout
    asked: dict[str, str] = {}
    kinds, pause = resources, _FIRST_PAUSE
    while True:
        every = [obj for resource in kinds for obj in _remaining(api, resource, namespace, born)]
        for obj in sorted(every, key=lambda obj: obj.kind not in _WITH_PODS):  # what takes longest first
            if not obj.owned and obj.path not in asked:
                asked[obj.path] = obj.uid if _delete(api, obj) else ""
        left = [obj for obj in every if obj.owned or asked[obj.path] == obj.uid]  # others came back
        if not left and kinds is resources:
            return
        if left and time.monotonic() > deadline:
            raise TimedOut(
                phrase(
                    'namespace "{namespace}" was not empty after {timeout:g} s; still there: {left}',
                    namespace=namespace,
                    timeout=timeout,
                    left=", ".join(obj.path for obj in left),
                )
            )
        kinds = [r for r in resources if any(obj.kind == r.kind for obj in left)] or resources
        if left:
            time.sleep(pause)  # many kinds at once, each of which would need a watch of its own
            pause = min(pause * 1.5, _LONGEST_PAUSE)


def _remaining(api: Api, resource: Resource, namespace: str, born: datetime | None) -> list[_Object]:
    """What is to go, as far as this account may look."""
    try:
        items = api.list(resource, namespace)["items"]
    except Refused as error:
        if error.code in _CLOSED:
            return []
        raise
    remaining = [item for item in items if not _stays(item, resource) and not _came_along(item, resource, born)]
    return [_of(item, resource, namespace) for item in remaining]


def _of(item: dict, resource: Resource, namespace: str) -> _Object:
    meta = item["metadata"]
    return _Object(resource.path(namespace, meta["name"]), meta.get("uid", ""), resource.kind, _is_owned(item))


def _is_owned(item: dict) -> bool:
    return any(owner.get("controller") for owner in item["metadata"].get("ownerReferences") or [])


def _stays(item: dict, resource: Resource) -> bool:
    """What its owner takes along, and what every namespace has from the start."""
    if _is_owned(item) and resource.kind != "Pod":
        return True
    return item["metadata"]["name"] == "kube-root-ca.crt" or item.get("type") == "kubernetes.io/service-account-token"


def _came_along(item: dict, resource: Resource, born: datetime | None) -> bool:
    """Whether somebody else published it right after the namespace was made."""
    made = _created(item)
    writers = [entry.get("manager", "") for entry in item["metadata"].get("managedFields") or ()]
    if resource.kind not in _PUBLISHED or made is None or born is None or not writers:
        return False
    return made - born <= _AT_ONCE and not any(writer.startswith(_HANDS) for writer in writers)


def _created(obj: dict) -> datetime | None:
    stamp = obj["metadata"].get("creationTimestamp")
    return datetime.fromisoformat(stamp) if stamp else None


def _delete(api: Api, obj: _Object) -> bool:
    """Whether it is to be waited for."""
    try:
        api.request("delete", obj.path)
    except Refused as error:
        if error.code == 403 and obj.kind == "Endpoints":
            return False  # only controllers may write them: they go with their Service
        if error.code not in (404, 409):
            raise
    return True
