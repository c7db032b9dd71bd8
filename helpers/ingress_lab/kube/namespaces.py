"""The lab's namespaces: each carries the lab's label, and nothing without that label is ever deleted."""

from collections.abc import Iterable, Mapping

from labcore.errors import LabError, Refused
from labcore.kube.api import Api
from labcore.kube.discovery import Resource
from labcore.language.messages import phrase

from ingress_lab.kube.apply import LABEL, MANAGER
from ingress_lab.kube.conditions import condition
from ingress_lab.kube.wait import Wait

DELETE_TIMEOUT = 60.0
GRACE = 1
"""Seconds that a Pod has to end when its namespace goes: it serves nobody any more."""
OWN = f"{LABEL}={MANAGER}"
OWNER = "ingress-lab/prefix"
"""The label of what belongs to a person on a shared cluster; its value is their prefix."""
UNSHARED = f"{OWN},!{OWNER}"


def ensure(api: Api, name: str, *, fresh: bool, labels: Mapping[str, str] | None = None) -> None:
    """Make the namespace; one that an earlier run left is removed first when `fresh`."""
    there = _get(api, name)
    if there is not None and (fresh or there["metadata"].get("deletionTimestamp")):
        remove(api, name)
        there = _get(api, name)  # still there where it could only be emptied
    if there is None:
        body = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {LABEL: MANAGER, **(labels or {})}},
        }
        api.request("post", "/api/v1/namespaces", body, query={"fieldManager": MANAGER})


def remove(api: Api, name: str, timeout: float = DELETE_TIMEOUT) -> None:
    """Delete a namespace of the lab and wait until it is gone; refuses any other."""
    there = _get(api, name)
    if there is None:
        return
    require_own(there)
    if may_delete(api, name):
        _hasten(api, name)
        Wait(api, api.resources().named("namespace"), "", name, condition("Namespace", "deleted"), timeout).run()
    else:
        from ingress_lab.kube.empty_namespace import empty

        empty(api, name, timeout)


def require_own(namespace: dict) -> None:
    """Raise unless a namespace carries the lab's label."""
    if not is_own(namespace):
        raise LabError(
            phrase(
                'namespace "{name}" does not carry the label {own}: it is not the lab\'s, so the lab '
                "leaves it alone; choose another name: Lab.connect(namespace=...)",
                name=namespace["metadata"]["name"],
                own=OWN,
            )
        )


def _hasten(api: Api, name: str) -> None:
    """Its Pods need not finish what they have begun; where this account may not say so, they do."""
    try:
        api.request("delete", f"/api/v1/namespaces/{name}/pods", query={"gracePeriodSeconds": str(GRACE)})
    except Refused as error:
        if error.code not in (403, 404, 409):
            raise


def may_delete(api: Api, name: str) -> bool:
    """Delete a namespace; False where the account may only use it (a shared cluster's participant)."""
    try:
        _delete(api, f"/api/v1/namespaces/{name}")
    except Refused as error:
        if error.code == 403:
            return False
        raise
    return True


def remove_all(api: Api, prefix: str = "", selector: str = UNSHARED, known: Iterable[str] = ()) -> list[str]:
    """Delete everything of the lab: its namespaces and its cluster-wide objects; returns their titles.

    On a shared cluster only what is this person's: namespaces with their prefix, objects with their label. `known`
    names namespaces where they may not be listed.
    """
    removed = []
    for resource in api.resources().listed():
        if resource.namespaced or resource.kind == "Namespace" or "delete" not in resource.verbs:
            continue
        for obj in _listed(api, resource, selector):
            _delete(api, resource.path("", obj["metadata"]["name"]))
            removed.append(f"{resource.title}/{obj['metadata']['name']}")
    names = {name for name in (*own_names(api, prefix), *known) if name.startswith(prefix) and _get(api, name)}
    deleted = {name for name in names if may_delete(api, name)}
    for name in sorted(names):
        remove(api, name)
        removed.append(f"namespace/{name}{'' if name in deleted else ' (emptied)'}")
    return removed


def own_names(api: Api, prefix: str = "") -> list[str]:
    """The names of one person's namespaces; none where this account may not list namespaces."""
    listed = _listed(api, api.resources().named("namespace"), OWN if prefix else UNSHARED)
    return [n["metadata"]["name"] for n in listed if n["metadata"]["name"].startswith(prefix)]


def _listed(api: Api, resource: Resource, labels: str) -> list[dict]:
    try:
        return api.list(resource, labels=labels)["items"]
    except Refused as error:
        if error.code == 403:
            return []
        raise


def is_own(obj: dict) -> bool:
    """The lab made this object: its label app.kubernetes.io/managed-by says so."""
    return (obj["metadata"].get("labels") or {}).get(LABEL) == MANAGER


def _get(api: Api, name: str) -> dict | None:
    try:
        return api.request("get", f"/api/v1/namespaces/{name}")
    except Refused as error:
        if error.code == 404:
            return None
        raise


def _delete(api: Api, path: str) -> None:
    try:
        api.request("delete", path)
    except Refused as error:
        if error.code not in (404, 409):  # gone already, or going
            raise
