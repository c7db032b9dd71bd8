"""Ingresses of a folder, a file or an API's list: those for ingress-nginx are taken, all others are named."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from labcore.errors import BadManifest
from labcore.language.messages import joined, phrase
from labcore.yaml import encoded
from labcore.yaml.kubectl_yaml import contents, template_line

from labtools.migrate.found import Found, Input, Left
from labtools.upgrade.edit import Undecided
from labtools.upgrade.folder import manifest_files
from labtools.upgrade.one_text import today

CONTROLLER = "k8s.io/ingress-nginx"
HELPFUL = ("Service", "ConfigMap", "Secret", "IngressClass")
"""Kinds beside the Ingresses that say what a port's name, a Secret's key or a class means."""
_INGRESS = re.compile(r"""kind["']?\s*:\s*["']?Ingress(List)?\b["']?\s*(,|\}|#|$)""", re.MULTILINE)
_HOST = re.compile(r"^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$")


def read(source: str | Path, classes: Sequence[str] = (), namespace: str = "default") -> Input:
    """The manifests of a folder or a file; raises BadManifest where there are none."""
    made = Input(str(source), namespace=namespace)
    files, left = manifest_files(source)
    made.left += [Left(path.name, why) for path, why in left.items()]
    objects: list[tuple[dict, str]] = []
    for path in files:
        try:
            objects += _objects(encoded.read(path).text, path.name)
        except BadManifest as error:
            made.left.append(Left(path.name, error.message, bad=True))
    return taken(made, objects, classes)


def taken(made: Input, objects: Iterable[tuple[dict, str]], classes: Sequence[str] = ()) -> Input:
    """Sort objects into `made`: Ingresses for ingress-nginx, others that help, and what is left."""
    kept = list(objects)
    made.others += [obj for obj, _ in kept if obj.get("kind") in HELPFUL]
    known = {*(classes or ("nginx",)), *(_name(obj) for obj in made.others if _is_nginx(obj))}
    seen: dict[tuple[str, str], str] = {}
    for obj, where in kept:
        if obj.get("kind") != "Ingress":
            continue
        try:
            found = _found(obj, where, made.namespace)
        except BadManifest as error:
            made.left.append(Left(where, error.message, bad=True))
            continue
        key = (found.home, found.name)
        if why := _not_ours(found, known):
            made.left.append(Left(f"Ingress {found.title}", why))
        elif key in seen:
            why = phrase("the same Ingress stands in {first} and in {where}", first=seen[key], where=where)
            made.left.append(Left(f"Ingress {found.title}", why, bad=True))
        else:
            seen[key] = where
            made.ingresses.append(found)
    return made


def _objects(text: str, file: str) -> Iterator[tuple[dict, str]]:
    """The objects of a text that holds an Ingress; of others only those that can be read."""
    has_ingress = bool(_INGRESS.search(text))
    if line := template_line(text):
        if has_ingress:
            raise BadManifest(
                phrase(
                    "it is a template (line {line}), which is filled in before it is YAML; give the files that come "
                    "out of it, as with: helm template",
                    line=line,
                ),
                file,
            )
        return
    try:
        for number, content in enumerate(contents(text), 1):
            where = phrase("{file}, document {number}", file=file, number=number)
            yield from ((obj, where) for obj in _unfolded(content))
    except (yaml.YAMLError, RecursionError) as error:
        if has_ingress:
            raise BadManifest(phrase("it is not YAML: {error}", error=_first_line(error)), file) from error


def _unfolded(content: object) -> Iterator[dict]:
    """An object, or those of a list; whatever has no kind is no manifest."""
    if not isinstance(content, dict) or not isinstance(content.get("kind"), str):
        return
    if content["kind"].endswith("List") and isinstance(content.get("items"), list):
        for item in content["items"]:
            if isinstance(item, dict) and content["kind"] != "List":
                item = {"apiVersion": content.get("apiVersion"), "kind": content["kind"].removesuffix("List")} | item
            yield from _unfolded(item)
        return
    yield content


def _found(obj: dict, where: str, namespace: str) -> Found:
    checked = _checked(obj, where)
    return Found(checked, where, str(checked["metadata"].get("namespace") or namespace))


def _checked(obj: dict, where: str) -> dict:
    """The Ingress in today's version, with the fields that are read here in their own shape."""
    try:
        obj = today(obj, where)
    except Undecided as undecided:
        raise BadManifest(joined("", undecided.args), where) from undecided
    meta, spec = obj.get("metadata"), obj.get("spec")
    if not isinstance(meta, dict) or not isinstance(meta.get("name"), str) or not meta["name"]:
        raise BadManifest(phrase("an Ingress without metadata.name"), where)
    if not _is_shaped(meta, spec):
        why = phrase("Ingress {name}: a field holds something else than an Ingress has there", name=meta["name"])
        raise BadManifest(why, where)
    for host in _hosts(spec or {}):
        if not _HOST.match(host):
            why = phrase(
                "Ingress {name}: the host {host} is no DNS name; if it is filled in later, give what comes out of it",
                name=meta["name"],
                host=host,
            )
            raise BadManifest(why, where)
    return obj


def _hosts(spec: dict) -> Iterator[str]:
    yield from (rule["host"] for rule in spec.get("rules") or [] if rule.get("host"))
    yield from (host for tls in spec.get("tls") or [] for host in tls.get("hosts") or [])


def _is_shaped(meta: dict, spec: Any) -> bool:
    return (
        isinstance(meta.get("annotations") or {}, dict)
        and isinstance(spec or {}, dict)
        and isinstance((spec or {}).get("defaultBackend") or {}, dict)
        and all(isinstance(tls, dict) and _texts(tls.get("hosts")) for tls in _list((spec or {}).get("tls")))
        and all(_is_rule(rule) for rule in _list((spec or {}).get("rules")))
    )


def _is_rule(rule: Any) -> bool:
    if not isinstance(rule, dict) or not isinstance(rule.get("host") or "", str):
        return False
    http = rule.get("http") or {}
    return isinstance(http, dict) and all(_is_path(path) for path in _list(http.get("paths")))


def _is_path(path: Any) -> bool:
    if not isinstance(path, dict) or not isinstance(path.get("path") or "", str):
        return False
    backend = path.get("backend")
    service = backend.get("service") if isinstance(backend, dict) else None
    if service is None:
        return isinstance(backend, dict)
    return (
        isinstance(service, dict)
        and isinstance(service.get("name"), str)
        and isinstance(service.get("port") or {}, dict)
    )


def _list(value: Any) -> list:
    """A list as it is; something else becomes one that no check lets pass."""
    return value if isinstance(value, list) else [] if value is None else [None]


def _texts(value: Any) -> bool:
    return all(isinstance(one, str) for one in _list(value))


def _is_nginx(obj: dict) -> bool:
    return obj.get("kind") == "IngressClass" and (obj.get("spec") or {}).get("controller") == CONTROLLER


def _name(obj: dict) -> str:
    return str((obj.get("metadata") or {}).get("name", ""))


def _not_ours(found: Found, known: set[str]) -> str:
    """Why an Ingress is none for ingress-nginx; "" if it is one."""
    name = found.class_name
    if name in known or "nginx" in name.lower():
        return ""
    if name:
        return phrase(
            "its class is {name}; if ingress-nginx serves that class, say so: --ingress-class {name}", name=name
        )
    if found.said:
        return ""
    return phrase("it names no class, and has no annotation of ingress-nginx")


def _first_line(error: BaseException) -> str:
    problem = getattr(error, "problem", "") or str(error)
    mark = getattr(error, "problem_mark", None)
    return joined("", [problem, phrase(" (line {line})", line=mark.line + 1)]) if mark else problem
