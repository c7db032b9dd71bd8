"""OpenAPI documents: an index, and one document for each group and version.

They serve `kubectl explain`, and kubectl's question whether the server validates fields and knows dry run.
Documents are made from the upstream schema when first asked for, and kept compressed.
https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
"""

import hashlib
import zlib
from typing import NamedTuple

import orjson

from loopkube.api import discovery, patch
from loopkube.api.custom.structural import schema_of
from loopkube.kinds import Kind, Kinds
from loopkube.schema import KUBERNETES, definition, definitions

_DEFS, _COMPONENTS = "#/$defs/", "#/components/schemas/"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_GROUP_VERSION_KIND = "x-kubernetes-group-version-kind"
_V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
_WORDS = {
    "apiVersion": "APIVersion defines the versioned schema of this representation of an object.",
    "kind": "Kind is a string value representing the REST resource this object represents.",
}


class Page(NamedTuple):
    body: bytes
    content_type: str = "application/json"


def answer(kinds: Kinds, path: str, accept: str = "") -> Page | None:
    """The page below `/openapi`, or None where there is none."""
    parts = path.strip("/").split("/")
    if parts == ["openapi", "v3"]:
        return Page(orjson.dumps(index(kinds)))
    if parts == ["openapi", "v2"]:
        return _version_2(accept)
    if parts[:2] == ["openapi", "v3"]:
        body = _document_at(kinds, parts[2:])
        return Page(body) if body is not None else None
    return None


def index(kinds: Kinds) -> dict:
    """Where the documents are; the hash in an address changes when the document does."""
    paths = {}
    for group, version in _group_versions(kinds):
        place = f"apis/{group}/{version}" if group else f"api/{version}"
        hashed = _hash(_served(kinds, group, version))
        paths[place] = {"serverRelativeURL": f"/openapi/v3/{place}?hash={hashed}"}
    return {"paths": paths}


def document(kinds: Kinds, group: str, version: str) -> bytes | None:
    """The document of a group and version as JSON, or None where nothing is served."""
    served = _served(kinds, group, version)
    if not served:
        return None
    hashed = _hash(served)
    kept = _kept.get((group, version))
    if kept is None or kept[0] != hashed:
        kept = _kept[group, version] = (hashed, zlib.compress(orjson.dumps(_document(served)), 6))
    return zlib.decompress(kept[1])


_kept: dict[tuple[str, str], tuple[str, bytes]] = {}


def _document_at(kinds: Kinds, place: list[str]) -> bytes | None:
    match place:
        case ["api", version]:
            return document(kinds, "", version)
        case ["apis", group, version] if group:
            return document(kinds, group, version)
    return None


def _group_versions(kinds: Kinds) -> list[tuple[str, str]]:
    return sorted({(kind.group, kind.version) for kind in discovery.everything(kinds)})


def _served(kinds: Kinds, group: str, version: str) -> list[Kind]:
    return [k for k in discovery.everything(kinds) if (k.group, k.version) == (group, version)]


def _hash(served: list[Kind]) -> str:
    """Built-in schemas change with the Kubernetes version only, custom ones with their definition."""
    parts = [[k.plural, k.kind, list(k.verbs), k.custom] for k in served]
    return hashlib.sha256(KUBERNETES.encode() + orjson.dumps(parts)).hexdigest().upper()


def _document(served: list[Kind]) -> dict:
    schemas: dict[str, dict] = {}
    paths: dict[str, dict] = {}
    for kind in served:
        name = kind.schema or _custom_name(kind)
        if kind.custom is not None:
            schemas[name] = _custom_schema(kind)
            _add_closure(f"{_META}.ObjectMeta", schemas)
        else:
            _add_closure(name, schemas)
        paths |= _paths(kind, name)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": KUBERNETES},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _add_closure(name: str, schemas: dict[str, dict]) -> None:
    """A definition and all that it refers to."""
    waiting = [name]
    while waiting:
        name = waiting.pop()
        if name in schemas or name not in definitions():
            continue
        schemas[name] = _converted(definition(name))
        waiting += sorted(_references(definition(name)))


def _references(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for item in schema for name in _references(item)}
    if not isinstance(schema, dict):
        return set()
    found = {name for value in schema.values() for name in _references(value)}
    reference = schema.get("$ref")
    return found | {reference.removeprefix(_DEFS)} if isinstance(reference, str) else found


def _converted(schema: dict) -> dict:
    """A definition of the JSON schema in OpenAPI's dialect: one type, no null, references without siblings."""
    found: dict = {}
    for key, value in schema.items():
        if key == "type":
            found[key] = next(t for t in value if t != "null") if isinstance(value, list) else value
        elif key == "$ref":
            found["allOf"] = [{"$ref": value.replace(_DEFS, _COMPONENTS)}]
        elif key == "properties":
            found[key] = {name: _converted(_without_own_enum(name, inner)) for name, inner in value.items()}
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            found[key] = _converted(value)
        elif key in ("oneOf", "anyOf", "allOf"):
            found[key] = [_converted(inner) for inner in value]
        else:
            found[key] = value
    return found["allOf"][0] if found.keys() == {"allOf"} else found


def _without_own_enum(name: str, schema: dict) -> dict:
    """The JSON schema pins apiVersion and kind to their one value; OpenAPI does not."""
    if name in _WORDS and "enum" in schema:
        return {key: value for key, value in schema.items() if key != "enum"}
    return schema


def _custom_name(kind: Kind) -> str:
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def _custom_schema(kind: Kind) -> dict:
    """The schema of a custom kind, completed by what every object has."""
    declared = schema_of(kind.custom or {})
    metadata = {"description": "Standard object's metadata.", "allOf": [{"$ref": f"{_COMPONENTS}{_META}.ObjectMeta"}]}
    own = {name: {"type": "string", "description": words} for name, words in _WORDS.items()} | {"metadata": metadata}
    return declared | {
        "type": "object",
        "properties": own | {k: v for k, v in (declared.get("properties") or {}).items() if k not in own},
        _GROUP_VERSION_KIND: [_gvk(kind)],
    }


def _gvk(kind: Kind) -> dict:
    return {"group": kind.group, "kind": kind.kind, "version": kind.version}


def _paths(kind: Kind, schema_name: str) -> dict[str, dict]:
    """The paths of a kind: as much as clients read of them."""
    prefix = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
    collection = f"{prefix}/namespaces/{{namespace}}/{kind.plural}" if kind.namespaced else f"{prefix}/{kind.plural}"
    content = {"application/json": {"schema": {"$ref": _COMPONENTS + schema_name}}}
    found: dict[str, dict] = {collection: {}, f"{collection}/{{name}}": {}}
    for method, verb, place in (
        ("get", "list", collection),
        ("post", "create", collection),
        ("get", "get", f"{collection}/{{name}}"),
        ("put", "update", f"{collection}/{{name}}"),
        ("patch", "patch", f"{collection}/{{name}}"),
        ("delete", "delete", f"{collection}/{{name}}"),
    ):
        if verb in kind.verbs:
            found[place][method] = _operation(kind, verb, content)
    return {path: methods for path, methods in found.items() if methods}


def _operation(kind: Kind, verb: str, content: dict) -> dict:
    operation: dict = {"operationId": f"{verb}{kind.group.title().replace('.', '')}{kind.version.title()}{kind.kind}"}
    if verb in ("create", "update", "patch"):
        names = ("dryRun", "fieldManager", "fieldValidation") + (("force",) if verb == "patch" else ())
        operation["parameters"] = [
            {"name": n, "in": "query", "schema": {"type": "boolean" if n == "force" else "string"}} for n in names
        ]
        types = patch.accepted(kind) if verb == "patch" else tuple(content)
        operation["requestBody"] = {"content": {way: {"schema": {"type": "object"}} for way in types}}
    elif verb == "delete":
        operation["parameters"] = [{"name": "dryRun", "in": "query", "schema": {"type": "string"}}]
    operation["responses"] = {"200": {"description": "OK", "content": content}}
    operation["x-kubernetes-action"] = verb
    return operation | {_GROUP_VERSION_KIND: _gvk(kind)}


def _version_2(accept: str) -> Page:
    """A document without definitions: clients of the older form find no schema and check nothing themselves."""
    if "proto-openapi" in accept:
        title, version = b"Kubernetes", KUBERNETES.encode()
        info = b"\x0a" + bytes([len(title)]) + title + b"\x12" + bytes([len(version)]) + version
        return Page(b"\x0a\x032.0" + b"\x12" + bytes([len(info)]) + info + b"\x42\x00", _V2_PROTOBUF)
    info_json = {"title": "Kubernetes", "version": KUBERNETES}
    return Page(orjson.dumps({"swagger": "2.0", "info": info_json, "paths": {}, "definitions": {}}))
