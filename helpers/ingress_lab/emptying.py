"""Empty a namespace that may not be deleted itself: what the notebooks made goes, what came with it stays."""

import time

from ingress_lab.api import Api
from ingress_lab.catalogue import Resource
from ingress_lab.errors import Refused, TimedOut
from ingress_lab.messages import phrase
from ingress_lab.patience import patient

_STAYS = {
    "Event", "Lease", "LimitRange", "NetworkPolicy", "ResourceQuota", "Role", "RoleBinding", "ServiceAccount",
}  # fmt: skip
_CLOSED = (403, 404, 405)  # kinds that this account may not list or delete
_AGAIN = 0.2


def empty(api: Api, namespace: str, timeout: float) -> None:
    """Delete every object that no other owns, and wait until the last one is gone."""
    resources = [r for r in api.resources().listed() if r.namespaced and "delete" in r.verbs and r.kind not in _STAYS]
    open_ones = [r for r in resources if _remaining(api, r, namespace) is not None]
    timeout = patient(timeout)
    deadline = time.monotonic() + timeout
    asked: set[str] = set()
    while left := [path for resource in open_ones for path in _remaining(api, resource, namespace) or []]:
        for path in left:
            if path not in asked:
                asked.add(path)
                _delete(api, path)
        if time.monotonic() > deadline:
            raise TimedOut(
                phrase(
                    'namespace "{namespace}" was not empty after {timeout:g} s; still there: {left}',
                    namespace=namespace,
                    timeout=timeout,
                    left=", ".join(left),
                )
            )
        time.sleep(_AGAIN)  # many kinds at once, each of which would need a watch of its own


def _remaining(api: Api, resource: Resource, namespace: str) -> list[str] | None:
    """The paths of what is to go; None if this account may not even look."""
    try:
        items = api.list(resource, namespace)["items"]
    except Refused as error:
        if error.code in _CLOSED:
            return None
        raise
    return [resource.path(namespace, item["metadata"]["name"]) for item in items if not _stays(item, resource)]


def _stays(item: dict, resource: Resource) -> bool:
    """What its owner takes along, and what every namespace has from the start."""
    meta = item["metadata"]
    if any(owner.get("controller") for owner in meta.get("ownerReferences") or []) and resource.kind != "Pod":
        return True
    return meta["name"] == "kube-root-ca.crt" or item.get("type") == "kubernetes.io/service-account-token"


def _delete(api: Api, path: str) -> None:
    try:
        api.request("delete", path)
    except Refused as error:
        if error.code not in (404, 409):
            raise
