"""A stand-in for the Kubernetes API: objects in a dictionary, refusals and watch events as told."""

import copy
import itertools
import json
from collections.abc import Callable, Iterator

from labcore.errors import Refused
from labcore.kube.api import Api, refused
from labcore.kube.discovery import Catalogue, Resource

RESOURCES = [
    Resource("", "v1", "Namespace", "namespaces", "namespace", False, ("ns",), ("delete", "list")),
    Resource("", "v1", "Pod", "pods", "pod", True, ("po",), ("delete", "list")),
    Resource("", "v1", "Service", "services", "service", True, ("svc",), ("delete", "list")),
    Resource("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", "endpointslice", True, (), ("list",)),
    Resource("", "v1", "ConfigMap", "configmaps", "configmap", True, ("cm",), ("delete", "list")),
    Resource("", "v1", "Event", "events", "event", True, ("ev",), ("delete", "list")),
    Resource("apps", "v1", "Deployment", "deployments", "deployment", True, ("deploy",), ("delete", "list")),
    Resource("networking.k8s.io", "v1", "Ingress", "ingresses", "ingress", True, ("ing",), ("delete", "list")),
    Resource(
        "networking.k8s.io", "v1", "IngressClass", "ingressclasses", "ingressclass", False, (), ("delete", "list")
    ),
]
NEEDED: dict[str, dict] = {"pods": {"containers": []}, "services": {}}
"""What no spec of an API is without, added to those of tests that say less."""


class FakeApi(Api):
    """Enough of a server for the lab's own logic: get, list, apply, create, delete by path; nothing is validated.

    `refuse(method, body)` may return (code, reason, message); `changes` are called in turn while a watch waits.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self._catalogue = Catalogue(RESOURCES)
        self.objects: dict[str, dict] = {}
        self.refuse: Callable[[str, dict | None, dict], tuple[int, str, str] | None] = lambda method, body, query: None
        self.changes: list[Callable[[], Iterator[dict]]] = []
        self.requests: list[tuple[str, str]] = []
        self._versions = itertools.count(1000)

    def resources(self, *, fresh: bool = False) -> Catalogue:
        return self._catalogue

    def request(self, method, path, body=None, *, query=None, headers=None, content_type=None):
        self.requests.append((method, path))
        if verdict := self.refuse(method, body, query or {}):
            raise refusal(*verdict)
        if method == "get":
            return self._get(path, query or {})
        if method == "delete":
            if path not in self.objects:
                raise refusal(404, "NotFound", f'"{path}" not found')
            return self.objects.pop(path)
        if method == "post":
            path = f"{path}/{body['metadata']['name']}"
            if path in self.objects:
                raise refusal(409, "AlreadyExists", f'"{path}" already exists')
            if (query or {}).get("dryRun"):
                return body
        return self.put(path, body)

    def put(self, path: str, body: dict) -> dict:
        """Store an object; one that did not change keeps its resourceVersion."""
        before = self.objects.get(path)
        content = {k: v for k, v in body.items() if k != "metadata"}
        if before and {k: v for k, v in before.items() if k != "metadata"} == content:
            return before
        obj = copy.deepcopy(body)
        obj["metadata"]["resourceVersion"] = str(next(self._versions))
        self.objects[path] = obj
        return obj

    def watch(self, resource, namespace, *, since, seconds, fields=""):
        if self.changes:
            yield from self.changes.pop(0)()

    def _get(self, path: str, query: dict) -> dict:
        if path in self.objects:
            return _whole(path, self.objects[path])
        if path.rpartition("/")[2] not in {r.plural for r in RESOURCES}:
            raise refusal(404, "NotFound", f'"{path}" not found')
        name = query.get("fieldSelector", "").removeprefix("metadata.name=")
        wanted = [part for part in query.get("labelSelector", "").split(",") if part]
        items = [
            _whole(where, obj)
            for where, obj in self.objects.items()
            if where.rpartition("/")[0] == path
            and name in ("", obj["metadata"]["name"])
            and all(_selects(part, obj["metadata"].get("labels") or {}) for part in wanted)
        ]
        return {"items": items, "metadata": {"resourceVersion": "1000"}}


def _whole(path: str, obj: dict) -> dict:
    needed = NEEDED.get(path.split("/")[-2])
    return obj if needed is None else obj | {"spec": needed | obj.get("spec", {})}


def _selects(part: str, labels: dict) -> bool:
    """`key=value` or `!key` of a label selector."""
    key, _, value = part.partition("=")
    return key[1:] not in labels if key.startswith("!") else labels.get(key) == value


def refusal(code: int, reason: str, message: str) -> Refused:
    return refused(code, json.dumps({"kind": "Status", "reason": reason, "message": message}))
