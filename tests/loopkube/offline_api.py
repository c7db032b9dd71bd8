"""A judge without a server: decoding and admission over a few objects held in a dict."""

import copy
import json

import pytest
from loopkube.api.admission import Admission
from loopkube.api.decode import decode
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock
from loopkube.shared.status import ApiError

KINDS = Kinds()
NAMESPACE = "shop"


class Held(dict):
    """The objects there are, by (resource, namespace, name)."""

    def get(self, resource: str, namespace: str, name: str) -> dict | None:
        return super().get((resource, namespace, name))

    def list(self, resource: str, namespace: str = "") -> list[dict]:
        return [obj for key, obj in self.items() if key[0] == resource and namespace in ("", key[1])]


class OfflineApi:
    """`create` and `update` as the API does them, without metadata of its own and without a store."""

    def __init__(self, namespace: str = NAMESPACE) -> None:
        self.namespace = namespace
        self.held = Held()
        self.held["namespaces", "", namespace] = {"metadata": {"name": namespace}}
        self.held["serviceaccounts", namespace, "default"] = {"metadata": {"name": "default"}}
        self._admission = Admission(KINDS, self.held, Clock())

    def create(
        self, obj: dict | str, kind: Kind | None = None, field_validation: str = "Warn"
    ) -> tuple[dict, list[str]]:
        """The object as it would be stored, and warnings."""
        body = obj if isinstance(obj, str) else json.dumps(obj)
        kind = kind or kind_of(obj)
        fresh, warnings = decode(kind, body.encode(), "application/json")
        if kind.namespaced:
            fresh["metadata"].setdefault("namespace", self.namespace)
        fresh["metadata"].setdefault("uid", f"uid-{len(self.held)}")
        warnings += self._admission.admit(kind, fresh, None)
        self.held[kind.resource, fresh["metadata"].get("namespace", ""), fresh["metadata"]["name"]] = fresh
        return fresh, warnings

    def update(self, old: dict, changes: dict, subresource: str = "") -> dict:
        """`old` with some of its fields replaced, as it would be stored."""
        kind = kind_of(old)
        body = json.dumps(merged(old, changes)).encode()
        fresh, _ = decode(kind, body, "application/json")
        self._admission.admit(kind, fresh, old, subresource)
        return fresh


def refusal(offline: OfflineApi, obj: dict) -> str:
    """What is wrong with the object's fields, without `Kind "name" is invalid: `."""
    with pytest.raises(ApiError) as caught:
        offline.create(obj)
    assert (caught.value.code, caught.value.reason) == (422, "Invalid")
    return caught.value.message.partition("is invalid: ")[2]


def kind_of(obj: dict) -> Kind:
    found = KINDS.of(obj["apiVersion"], obj["kind"])
    assert found is not None
    return found


def merged(old: object, changes: object) -> object:
    if not isinstance(old, dict) or not isinstance(changes, dict):
        return changes
    result = copy.deepcopy(old)
    for key, value in changes.items():
        result[key] = merged(result.get(key), value)
    return result


def pod(name: str = "web", **spec: object) -> dict:
    spec.setdefault("containers", [{"name": "app", "image": "python:3.13"}])
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


def service(name: str = "web", **spec: object) -> dict:
    spec.setdefault("ports", [{"port": 80}])
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def ingress(*paths: dict, name: str = "shop", host: str = "shop.example.com", **spec: object) -> dict:
    entries = list(paths) or [path()]
    spec.setdefault("rules", [{"host": host, "http": {"paths": entries}}])
    return {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec}


def path(text: str = "/", kind: str = "Prefix", **service_port: object) -> dict:
    backend = {"service": {"name": "web", "port": service_port or {"number": 80}}}
    return {"path": text, "pathType": kind, "backend": backend}


def deployment(name: str = "web", **spec: object) -> dict:
    template = {"metadata": {"labels": {"app": name}}, "spec": pod()["spec"]}
    spec = {"selector": {"matchLabels": {"app": name}}, "template": template} | spec
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}
