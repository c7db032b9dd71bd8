"""A learner's hand on the cluster, for the tests of the clinic: what kubectl does, by the API."""

import copy
from collections.abc import Iterator
from contextlib import suppress

import yaml
from labcore.errors import Refused, UnknownName
from labcore.kube.discovery import Resource
from labtools.clinic.case import Scene
from labtools.clinic.ground import Ground

_KINDS = (
    "roles", "rolebindings", "configmaps", "secrets", "services", "deployments", "ingresses", "pods", "networkpolicies",
    "endpointslices", "gateways", "httproutes", "referencegrants",
)  # fmt: skip
_OF_LEARNERS = ("labels", "annotations")
_PUBLISHED = "kube-root-ca.crt"


class Hand:
    """`scene` is the case as drawn: names, hosts and ports are read from its objects."""

    def __init__(self, ground: Ground, scene: Scene) -> None:
        self.ground, self.scene, self.api = ground, scene, ground.api
        self._before = self._objects()

    @property
    def sick(self) -> str:
        """The first URL of the complaint."""
        return next(each.shown for each in self.scene.asks if each.sick)

    @property
    def name(self) -> str:
        """The application of the complaint, where its first path is named after it."""
        return self.sick.split("/")[3]

    def healthy(self, kind: str, name: str) -> dict:
        """An object as it was before the change."""
        return copy.deepcopy(
            next(o for o in self.scene.healthy if (o["kind"].lower(), o["metadata"]["name"]) == (kind, name))
        )

    def get(self, kind: str, name: str, namespace: str = "") -> dict:
        return self.api.get(self.api.resources().named(kind), namespace or self.ground.namespace, name)

    def patch(self, kind: str, name: str, body: object, namespace: str = "") -> None:
        """A merge patch; a list is a JSON patch."""
        path = self.api.resources().named(kind).path(namespace or self.ground.namespace, name)
        form = "json-patch+json" if isinstance(body, list) else "merge-patch+json"
        self.api.request("patch", path, body, content_type=f"application/{form}")

    def set(self, kind: str, name: str, where: str, value: object, namespace: str = "") -> None:
        """One field by its JSON pointer: `/spec/ports/0/targetPort`."""
        self.patch(kind, name, [{"op": "add", "path": where, "value": value}], namespace)

    def create(self, text: str | dict, namespace: str = "") -> None:
        obj = yaml.safe_load(text) if isinstance(text, str) else text
        resource = self.api.find(obj["apiVersion"], obj["kind"])
        assert resource
        self.api.request("post", resource.path(namespace or self.ground.namespace), obj)

    def delete(self, kind: str, name: str, namespace: str = "") -> None:
        self.api.request("delete", self.api.resources().named(kind).path(namespace or self.ground.namespace, name))

    def scale(self, name: str, replicas: int) -> None:
        self.patch("deployment", name, {"spec": {"replicas": replicas}})

    def restart(self, name: str) -> None:
        """`kubectl rollout restart`."""
        stamp = {"kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"}
        self.patch("deployment", name, {"spec": {"template": {"metadata": {"annotations": stamp}}}})

    # -- back to how it was found ----------------------------------------------------------------------------------

    def undo(self) -> None:
        """All that was made goes, all else is as before the hand came.

        A watch that was once allowed goes on, so what has an account starts anew where rights were changed.
        """
        now = self._objects()
        again = _rights(now) != _rights(self._before)
        for path in now.keys() - self._before.keys():
            self._delete(path)
        for path, obj in self._before.items():
            if path not in now:
                self.api.request("post", path.rpartition("/")[0], _as_new(obj))
            elif obj["kind"] == "Deployment" and (obj["spec"] != now[path]["spec"] or (again and _has_account(obj))):
                self._delete(path)  # a rollout to what never gets ready would keep the Pods that are
                self.api.request("post", path.rpartition("/")[0], _as_new(obj))
            elif _content(obj) != _content(now[path]):
                meta = {key: value for key, value in now[path]["metadata"].items() if key not in _OF_LEARNERS}
                mine = {key: obj["metadata"][key] for key in _OF_LEARNERS if key in obj["metadata"]}
                self.api.request("put", path, obj | {"metadata": meta | mine})

    def _delete(self, path: str) -> None:
        with suppress(Refused):
            self.api.request("delete", path)

    def _kinds(self) -> Iterator[Resource]:
        for name in _KINDS:
            with suppress(UnknownName):  # the Gateway API is not on every cluster
                yield self.api.resources().named(name)

    def _objects(self) -> dict[str, dict]:
        """{path: object} of what learners write, without what controllers have made."""
        found = {}
        for kind in self._kinds():
            for namespace in self.ground.namespaces:
                for obj in self.api.list(kind, namespace)["items"]:
                    name = obj["metadata"]["name"]
                    if not obj["metadata"].get("ownerReferences") and name != _PUBLISHED:
                        obj = {"apiVersion": kind.api_version, "kind": kind.kind, **obj}
                        found[kind.path(namespace, name)] = obj
        return found


def _rights(objects: dict[str, dict]) -> dict[str, dict]:
    return {path: _content(obj) for path, obj in objects.items() if obj["kind"] in ("Role", "RoleBinding")}


def _has_account(deployment: dict) -> bool:
    return "serviceAccountName" in deployment["spec"]["template"]["spec"]


def _content(obj: dict) -> dict:
    kept = {key: value for key, value in obj.items() if key not in ("metadata", "status")}
    return kept | {key: obj["metadata"].get(key) for key in _OF_LEARNERS}


def _as_new(obj: dict) -> dict:
    meta = {key: obj["metadata"][key] for key in ("name", "labels", "annotations") if key in obj["metadata"]}
    return {key: value for key, value in obj.items() if key != "status"} | {"metadata": meta}
