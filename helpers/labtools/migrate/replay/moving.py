"""The objects of a folder, moved to the namespaces of one side: pure functions of plain dictionaries."""

import copy
from collections.abc import Iterable, Mapping, Sequence

from labtools.migrate.replay.corpus.rules import PREFIX

KEPT = ("Ingress", "Service", "Secret", "ConfigMap")
"""What an Ingress reads. Applications are stood in for."""
_REFERRING = ("auth-secret", "auth-tls-secret", "proxy-ssl-secret", "custom-headers", "auth-proxy-set-headers")
_AUTH = PREFIX + "auth-url"
_OLD_CLASS = "kubernetes.io/ingress.class"


def namespaces(objects: Iterable[dict], side: str) -> dict[str, str]:
    """For each namespace that a kept object is in, the one of this side: one keeps no name, several keep theirs."""
    found = sorted({namespace_of(obj) for obj in objects if obj.get("kind") in KEPT})
    own = f"migrate-{side}"
    if len(found) < 2:
        return dict.fromkeys(found or ["default"], own)
    return {name: f"{own}-{name}"[:63].rstrip("-") for name in found}


def moved(objects: Iterable[dict], places: Mapping[str, str]) -> list[dict]:
    """Copies of what is kept, in their new namespaces; without what an API server had added."""
    return [_one(obj, places) for obj in objects if obj.get("kind") in KEPT]


def namespace_of(obj: dict) -> str:
    return str((obj.get("metadata") or {}).get("namespace") or "default")


def _one(obj: dict, places: Mapping[str, str]) -> dict:
    made = copy.deepcopy(obj)
    made.pop("status", None)
    if made["kind"] == "Ingress":
        made["spec"] = {**(made.get("spec") or {}), "ingressClassName": "nginx"}
    meta = made["metadata"] = {
        name: value for name, value in (made.get("metadata") or {}).items() if name in ("name", "annotations", "labels")
    }
    meta["namespace"] = places[namespace_of(obj)]
    if made["kind"] == "Ingress":
        meta["annotations"] = {str(k): _text(v) for k, v in (meta.get("annotations") or {}).items()}
        meta["annotations"].pop(_OLD_CLASS, None)
        for name in _REFERRING:
            _refer(meta["annotations"], PREFIX + name, places)
    elif made["kind"] == "Secret":
        made.pop("immutable", None)
    return made


def _refer(annotations: dict[str, str], name: str, places: Mapping[str, str]) -> None:
    """`shop/passwords` names a namespace that was moved, too."""
    space, slash, rest = annotations.get(name, "").partition("/")
    if slash and space in places:
        annotations[name] = f"{places[space]}/{rest}"


def asks_permission(ingress: dict) -> bool:
    return _AUTH in ((ingress.get("metadata") or {}).get("annotations") or {})


def with_permission_from(objects: Sequence[dict], address: str) -> list[dict]:
    """Every auth-url leads to the stand-in; its path is the one at which that gives or refuses permission."""
    made = []
    for obj in objects:
        if obj["kind"] == "Ingress" and asks_permission(obj):
            obj = copy.deepcopy(obj)
            obj["metadata"]["annotations"][_AUTH] = f"{address}/permission"
        made.append(obj)
    return made


def with_class(objects: Iterable[dict], name: str, *, by_annotation: bool = False) -> list[dict]:
    """Ingresses of a class of the side's own, which no other controller serves."""
    made = []
    for obj in objects:
        if obj["kind"] == "Ingress":
            obj = copy.deepcopy(obj)
            annotations = obj["metadata"].setdefault("annotations", {})
            annotations.pop(_OLD_CLASS, None)
            obj["spec"].pop("ingressClassName", None)
            if by_annotation:
                annotations[_OLD_CLASS] = name
            else:
                obj["spec"]["ingressClassName"] = name
        made.append(obj)
    return made


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
