"""What a test does with a cluster: objects in and out as dicts, in a namespace of its own."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import yaml

from loopkube.shared.status import ApiError
from loopkube.testing.connection import Connection

DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
FIELD_MANAGER = "loopkube-testing"
_PAUSE = 0.01
Object = dict[str, Any]


class Resource(NamedTuple):
    """A kind as the API serves it: `root` is its path (`/apis/apps/v1`)."""

    root: str
    plural: str
    kind: str
    api_version: str
    namespaced: bool
    names: frozenset[str]


class Kube:
    """One namespace of a cluster. `kind` is what kubectl takes: `pods`, `po`, `Pod`, `deployments.apps`.

    Every method raises `loopkube.shared.status.ApiError` with the API's own code, reason and message.
    """

    def __init__(self, kubeconfig: Path, namespace: str = "default") -> None:
        self.kubeconfig, self.namespace = kubeconfig, namespace
        self._connection = Connection(kubeconfig)
        self._resources: list[Resource] = []

    def request(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Any:
        """Any request, as `kubectl get --raw` sends it; the answer's object."""
        return self._connection.request(method, path, body, content_type)

    def create(self, obj: Object) -> Object:
        """The object as it is stored. Raises ApiError (409 when it is there)."""
        return self.request("POST", self._path(self._resource_of(obj), obj), obj)

    def apply(self, manifest: Path | str | Object) -> list[Object]:
        """Server-side apply of an object, of YAML text, or of a file or folder; the objects as they are stored."""
        return [self._apply(obj) for obj in _objects(manifest)]

    def _apply(self, obj: Object) -> Object:
        path = f"{self._path(self._resource_of(obj), obj)}/{obj['metadata']['name']}"
        query = f"?fieldManager={FIELD_MANAGER}&force=true"
        return self.request("PATCH", path + query, obj, "application/apply-patch+yaml")

    def get(self, kind: str, name: str) -> Object:
        """Raises ApiError (404 when it is not there)."""
        return self.request("GET", f"{self._path(self._resource(kind))}/{name}")

    def list(self, kind: str, *, labels: str = "", fields: str = "") -> list[Object]:
        """The objects of the namespace; `labels` and `fields` are selectors as in kubectl's -l and --field-selector."""
        chosen = {name: text for name, text in (("labelSelector", labels), ("fieldSelector", fields)) if text}
        return self.request("GET", f"{self._path(self._resource(kind))}?{urlencode(chosen)}")["items"]

    def patch(self, kind: str, name: str, patch: Object, *, subresource: str = "") -> Object:
        """A merge patch; `subresource` is `status` or `scale`."""
        path = f"{self._path(self._resource(kind))}/{name}" + (f"/{subresource}" if subresource else "")
        return self.request("PATCH", path, patch, "application/merge-patch+json")

    def delete(self, kind: str, name: str) -> None:
        """Returns when the API has taken it; `wait_gone` waits for its end. Raises ApiError (404)."""
        self.request("DELETE", f"{self._path(self._resource(kind))}/{name}")

    def wait(self, kind: str, name: str, until: Callable[[Object], Any], seconds: float = 10.0) -> Object:
        """The object, once it is there and `until(object)` is true. Raises TimeoutError with its last state."""
        last: Object | None = None

        def reached() -> bool:
            nonlocal last
            last = self._found(kind, name)
            return last is not None and bool(until(last))

        if not _patiently(reached, seconds):
            raise TimeoutError(f"{kind}/{name} after {seconds:g} s: {last or 'not there'}")
        assert last is not None
        return last

    def wait_gone(self, kind: str, name: str, seconds: float = 10.0) -> None:
        """Returns when there is no such object. Raises TimeoutError."""
        if not _patiently(lambda: self._found(kind, name) is None, seconds):
            raise TimeoutError(f"{kind}/{name} is still there after {seconds:g} s")

    def _found(self, kind: str, name: str) -> Object | None:
        try:
            return self.get(kind, name)
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def _path(self, resource: Resource, obj: Object | None = None) -> str:
        namespace = (obj or {}).get("metadata", {}).get("namespace") or self.namespace
        return f"{resource.root}{f'/namespaces/{namespace}' if resource.namespaced else ''}/{resource.plural}"

    def _resource(self, kind: str) -> Resource:
        name, _, group = kind.lower().partition(".")
        return self._lookup(
            lambda r: name in r.names and (not group or r.root.removeprefix("/apis/").startswith(f"{group}/")), kind
        )

    def _resource_of(self, obj: Object) -> Resource:
        api_version, kind = obj.get("apiVersion", ""), obj.get("kind", "")
        return self._lookup(lambda r: (r.api_version, r.kind) == (api_version, kind), f"{api_version} {kind}")

    def _lookup(self, wanted: Callable[[Resource], bool], words: str) -> Resource:
        """What the API serves is asked once, and again where a kind may have been defined since."""
        for fresh in (False, True):
            if fresh or not self._resources:
                self._resources = list(self._discovered())
            for resource in self._resources:
                if wanted(resource):
                    return resource
        raise ApiError(404, "NotFound", f"the API serves no {words}")

    def _discovered(self) -> Iterable[Resource]:
        for base in ("/api", "/apis"):
            for group in self._connection.request("GET", base, accept=DISCOVERY)["items"]:
                name = group["metadata"].get("name", "")
                for version in group["versions"]:
                    root = f"{base}/{name}/{version['version']}" if name else f"{base}/{version['version']}"
                    yield from (_resource(root, found) for found in version.get("resources", []))


def _resource(root: str, found: Object) -> Resource:
    kind = found["responseKind"]["kind"]
    names = {found["resource"], kind.lower(), found.get("singularResource", ""), *found.get("shortNames", [])}
    api_version = root.removeprefix("/apis/").removeprefix("/api/")
    return Resource(root, found["resource"], kind, api_version, found["scope"] == "Namespaced", frozenset(names - {""}))


def _objects(manifest: Path | str | Object) -> Iterable[Object]:
    if isinstance(manifest, dict):
        yield manifest
    elif isinstance(manifest, str):
        yield from (obj for obj in yaml.safe_load_all(manifest) if obj)
    else:
        files = sorted(manifest.glob("*.yaml")) if manifest.is_dir() else [manifest]
        for file in files:
            yield from _objects(file.read_text(encoding="utf-8"))


def _patiently(reached: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE)
    return True
