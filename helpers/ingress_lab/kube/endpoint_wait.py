"""Waiting until EndpointSlices follow their Pods: a controller writes them, some milliseconds after a Pod is ready.

What follows them in turn, the Services' addresses on each node, can be seen by a request only; see `http.pod_client`.
"""

import time
from collections.abc import Iterable, Iterator, Mapping

from labcore.errors import Refused
from labcore.kube.api import Api
from labcore.kube.patience import patient

from ingress_lab.kube.endpoints import SERVICE_NAME

KINDS = ("Pod", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
"""A change of these changes who is behind a Service."""
_PATIENCE = 5.0
_LOOK = 1.0  # seconds of one watch: Pods are looked at anew after it
States = Mapping[str, bool]


def wait_followed(api: Api, namespace: str, timeout: float = _PATIENCE) -> bool:
    """Wait until the endpoints of each Service are its Pods, ready as these are; False when they did not become so.

    Nobody is told: a cluster whose controller is off never follows, and the next request shows it.
    """
    deadline = time.monotonic() + patient(timeout)
    try:
        for followed in _looks(api, namespace, deadline):
            if followed:
                return True
    except Refused as error:
        if error.code not in (403, 410):
            raise
    return False


def _looks(api: Api, namespace: str, deadline: float) -> Iterator[bool]:
    """Whether all is followed: now, and after every change of a slice."""
    slices = api.resources().named("endpointslices")
    while True:
        services = api.list(api.resources().named("services"), namespace)["items"]
        pods = api.list(api.resources().named("pods"), namespace)["items"]
        listed = api.list(slices, namespace)
        yield is_followed(services, pods, listed["items"])
        left = deadline - time.monotonic()
        if left <= 0:
            return
        since = listed["metadata"]["resourceVersion"]
        next(iter(api.watch(slices, namespace, since=since, seconds=min(_LOOK, left))), None)


def is_followed(services: Iterable[dict], pods: Iterable[dict], slices: Iterable[dict]) -> bool:
    """Do the slices say of every Service what its Pods say?"""
    there: dict[str, dict[str, bool]] = {}
    for piece in slices:
        service = (piece["metadata"].get("labels") or {}).get(SERVICE_NAME, "")
        for endpoint in piece.get("endpoints") or []:
            name = (endpoint.get("targetRef") or {}).get("name", "")
            there.setdefault(service, {})[name] = (endpoint.get("conditions") or {}).get("ready") is not False
    pods = list(pods)
    return all(
        _expected(s, pods) == there.get(s["metadata"]["name"], {}) for s in services if s["spec"].get("selector")
    )


def _expected(service: dict, pods: Iterable[dict]) -> States:
    """The Pods that a Service selects, and whether each is ready; without those that have no address or have ended."""
    spec = service["spec"]
    if spec.get("type") == "ExternalName":
        return {}
    always = bool(spec.get("publishNotReadyAddresses"))
    return {
        pod["metadata"]["name"]: always or _is_ready(pod)
        for pod in pods
        if spec["selector"].items() <= (pod["metadata"].get("labels") or {}).items() and _has_address(pod)
    }


def _has_address(pod: dict) -> bool:
    status = pod.get("status") or {}
    return bool(status.get("podIP")) and status.get("phase") not in ("Succeeded", "Failed")


def _is_ready(pod: dict) -> bool:
    conditions = (pod.get("status") or {}).get("conditions") or []
    ready = any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)
    return ready and not pod["metadata"].get("deletionTimestamp")
