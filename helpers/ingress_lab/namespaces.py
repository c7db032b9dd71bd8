"""The lab's namespaces: each carries the lab's label, and nothing without that label is ever deleted."""

from ingress_lab.api import Api
from ingress_lab.applying import LABEL, MANAGER
from ingress_lab.conditions import condition
from ingress_lab.errors import LabError, Refused
from ingress_lab.waiting import Wait

DELETE_TIMEOUT = 60.0
OWN = f"{LABEL}={MANAGER}"


def ensure(api: Api, name: str, *, fresh: bool) -> None:
    """Make the namespace; one that an earlier run left is removed first when `fresh`."""
    there = _get(api, name)
    if there is not None and (fresh or there["metadata"].get("deletionTimestamp")):
        remove(api, name)
        there = None
    if there is None:
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {LABEL: MANAGER}}}
        api.request("post", "/api/v1/namespaces", body, query={"fieldManager": MANAGER})


def remove(api: Api, name: str, timeout: float = DELETE_TIMEOUT) -> None:
    """Delete a namespace of the lab and wait until it is gone; refuses any other."""
    there = _get(api, name)
    if there is None:
        return
    if not is_own(there):
        raise LabError(
            f'namespace "{name}" does not carry the label {OWN}: it is not the lab\'s, so the lab leaves it alone; '
            "choose another name: Lab.connect(namespace=...)"
        )
    _delete(api, f"/api/v1/namespaces/{name}")
    Wait(api, api.resources().named("namespace"), "", name, condition("Namespace", "deleted"), timeout).run()


def remove_all(api: Api) -> list[str]:
    """Delete everything of the lab: its namespaces and its cluster-wide objects; returns their titles."""
    removed = []
    for resource in api.resources().listed():
        if resource.namespaced or resource.kind == "Namespace" or "delete" not in resource.verbs:
            continue
        for obj in api.list(resource, labels=OWN)["items"]:
            _delete(api, resource.path("", obj["metadata"]["name"]))
            removed.append(f"{resource.title}/{obj['metadata']['name']}")
    namespaces = own_names(api)
    for name in namespaces:
        _delete(api, f"/api/v1/namespaces/{name}")
    for name in namespaces:
        remove(api, name)
        removed.append(f"namespace/{name}")
    return removed


def own_names(api: Api) -> list[str]:
    """The names of the lab's namespaces."""
    return [n["metadata"]["name"] for n in api.list(api.resources().named("namespace"), labels=OWN)["items"]]


def is_own(obj: dict) -> bool:
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
