"""Ingress of extensions/v1beta1 and networking.k8s.io/v1beta1, to networking.k8s.io/v1."""

import re
from typing import Any

from labcore.language.messages import phrase
from labcore.yaml.fields import Path

from labtools.upgrade.edit import Edit, Undecided, mapping, require_own

OLD = ("extensions/v1beta1", "networking.k8s.io/v1beta1")
NEW = "networking.k8s.io/v1"
CLASS = "kubernetes.io/ingress.class"
NGINX = "nginx.ingress.kubernetes.io/"
_FILLED_IN = re.compile(r"\{\{|\{%|\$[({]?\w")  # Helm and Jinja in quotes, $(VAR) of kustomize, ${VAR}
_PLAIN = re.compile(r"^/[\w./~%-]*$")


def upgrade(edit: Edit) -> None:
    """extensions/v1beta1 and networking.k8s.io/v1beta1 to v1: backends, pathType and the class."""
    root = edit.root
    if root.get("apiVersion") in OLD:
        edit.value(root, (), "apiVersion", NEW, phrase("both old versions were removed in Kubernetes 1.22"))
        _spec(edit, root.get("spec") or {})
    _class(edit)
    _annotations(edit)


def _spec(edit: Edit, spec: Any) -> None:
    if "backend" in spec:
        backend = spec["backend"]
        edit.rename(
            spec, ("spec",), "backend", "defaultBackend", backend, phrase("the name says what it is"), "defaultBackend:"
        )
        _backend(edit, backend, ("spec", "defaultBackend"))
    for number, rule in enumerate(spec.get("rules") or []):
        for index, path in enumerate((rule.get("http") or {}).get("paths") or []):
            where: Path = ("spec", "rules", number, "http", "paths", index)
            _path(edit, path, where)
            if isinstance(path.get("backend"), dict):
                _backend(edit, path["backend"], (*where, "backend"))


def _path(edit: Edit, path: Any, where: Path) -> None:
    written = path.get("path")
    if not written:
        why = phrase("required now; without it, every path was meant")
        edit.insert(path, where, None, "path", "/", why)
        written = "/"
    if path.get("pathType"):
        return
    if _PLAIN.match(str(written)):
        why = phrase("required now; Prefix is nearest to what most controllers did, but not the same on all: try it")
        edit.insert(path, where, "path", "pathType", "Prefix", why)
    else:
        why = phrase("required now; only this type allows a path with signs of a regular expression")
        edit.insert(path, where, "path", "pathType", "ImplementationSpecific", why)


def _backend(edit: Edit, backend: Any, where: Path) -> None:
    if "serviceName" not in backend:
        return
    name, port = backend["serviceName"], backend.get("servicePort")
    service = mapping(name=name)
    flow = backend.fa.flow_style()
    why = phrase("a backend need not be a Service any more, so a Service's fields have their own map")
    edit.rename(backend, where, "serviceName", "service", service, why, f"service: name: {name}")
    if port is None:
        return
    if isinstance(port, str) and _FILLED_IN.search(port):
        raise Undecided(
            phrase("servicePort: {port} is filled in later; a number and a name have a field each now", port=port)
        )
    number = int(port) if str(port).isdigit() else None
    key, value = ("number", number) if number is not None else ("name", port)
    said = phrase("a number and a name have a field each") + (
        phrase("; the text was a number") if number is not None and isinstance(port, str) else ""
    )
    old = f"servicePort: {port}"
    require_own(backend, "servicePort")
    comment = backend.ca.items.pop("servicePort", None)
    line = edit.line(backend, "servicePort")
    del backend["servicePort"]
    target = mapping(**{key: value})
    if flow:
        service.fa.set_flow_style()
        target.fa.set_flow_style()
    service["port"] = target
    if comment is not None:
        target.ca.items[key] = comment
    edit.moved(service, (*where, "service"), "port", old, f"port: {key}: {value}", said, line)


def _class(edit: Edit) -> None:
    """The annotation, written before there were classes, to the field."""
    root = edit.root
    meta, spec = root.get("metadata") or {}, root.get("spec")
    annotations = meta.get("annotations") or {}
    name = annotations.get(CLASS)
    if not name or not isinstance(spec, dict):
        return
    why = phrase("the class is a field now; the annotation is deprecated, and refused on creation where the two differ")
    where: Path = ("metadata", "annotations")
    if spec.get("ingressClassName"):
        edit.remove(annotations, where, CLASS, why)
    else:
        edit.move(annotations, where, CLASS, spec, ("spec",), None, "ingressClassName", name, why)
        edit.note(
            phrase(
                'Ingress {ingress}: there has to be an IngressClass "{name}" in the cluster',
                ingress=meta.get("name", ""),
                name=name,
            )
        )
    edit.clear(meta, "annotations")


def _annotations(edit: Edit) -> None:
    """Names of ingress-nginx that are gone, and one that means something else now."""
    meta = edit.root.get("metadata") or {}
    annotations = meta.get("annotations") or {}
    where: Path = ("metadata", "annotations")
    name = meta.get("name", "")
    if f"{NGINX}secure-backends" in annotations:
        why = phrase("replaced in ingress-nginx 0.20")
        value = "HTTPS" if str(annotations[f"{NGINX}secure-backends"]).lower() == "true" else "HTTP"
        edit.rename(annotations, where, f"{NGINX}secure-backends", f"{NGINX}backend-protocol", value, why)
    target = str(annotations.get(f"{NGINX}rewrite-target", ""))
    if target and "$" not in target:
        edit.note(
            phrase(
                "Ingress {name}: since ingress-nginx 0.22, rewrite-target: {target} puts {target} in "
                "place of the path, and what follows is lost. To keep it: path: /NAME(/|$)(.*), "
                "pathType: ImplementationSpecific, rewrite-target: /$2",
                name=name,
                target=target,
            )
        )
    for key in annotations:
        if _is_traefik_1(key):
            edit.note(
                phrase(
                    "Ingress {name}: {key} was read by Traefik 1; since Traefik 2 a Middleware or an annotation of "
                    "router or service says it",
                    name=name,
                    key=key,
                )
            )
        if key.startswith("ingress.kubernetes.io/"):
            edit.note(
                phrase(
                    "Ingress {name}: {key} was read by ingress-nginx before 0.9; today it is nginx.{key}",
                    name=name,
                    key=key,
                )
            )


def _is_traefik_1(key: str) -> bool:
    """Traefik 2 and later read router.* and service.* below their prefix, and nothing else."""
    own = "traefik.ingress.kubernetes.io/"
    return key.startswith(("traefik.frontend.", "traefik.backend.")) or (
        key.startswith(own) and not key.removeprefix(own).startswith(("router.", "service."))
    )
