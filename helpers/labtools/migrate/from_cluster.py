"""A cluster's Ingresses for ingress-nginx, and the Services, ConfigMaps and classes beside them."""

from collections.abc import Sequence

from labcore.errors import Refused
from labcore.kube.api import Api
from labcore.language.messages import phrase

from labtools.migrate.found import Input, Left
from labtools.migrate.reading import taken

_INGRESSES = ("/apis/networking.k8s.io/v1", "Ingress", "ingresses")
_BESIDE = (("/api/v1", "Service", "services"), ("/api/v1", "ConfigMap", "configmaps"))
_CLASSES = ("/apis/networking.k8s.io/v1/ingressclasses", "IngressClass")


def read(api: Api, source: str, classes: Sequence[str] = (), namespace: str = "") -> Input:
    """Those of a namespace, or of all ("")."""
    made = Input(source, namespace=namespace or "default")
    objects = _listed(api, *_INGRESSES, namespace)
    for group, kind, plural in _BESIDE:
        try:
            objects += _listed(api, group, kind, plural, namespace)
        except Refused as refused:
            made.left.append(Left(f"{kind}s", phrase("they may not be read: {why}", why=refused.message)))
    try:
        objects += _items(api.request("get", _CLASSES[0]), _CLASSES[1])
    except Refused as refused:
        made.left.append(Left("IngressClasses", phrase("they may not be read: {why}", why=refused.message)))
    objects.sort(key=lambda obj: str((obj["metadata"] or {}).get("creationTimestamp", "")))
    return taken(made, [(obj, phrase("the cluster")) for obj in objects], classes)


def _listed(api: Api, group: str, kind: str, plural: str, namespace: str) -> list[dict]:
    place = f"/namespaces/{namespace}" if namespace else ""
    return _items(api.request("get", f"{group}{place}/{plural}"), kind)


def _items(answer: dict, kind: str) -> list[dict]:
    """The API leaves version and kind out of the items of a list."""
    version = answer.get("apiVersion", "")
    return [{"apiVersion": version, "kind": kind} | item for item in answer.get("items") or []]
