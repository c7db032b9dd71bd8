"""OpenAPI documents: an index, and one document for each group and version.

They serve `kubectl explain`, and kubectl's question whether the server validates fields and knows dry run.
Documents are made from the upstream schema when first asked for, and kept compressed.
https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-v3
"""

import hashlib
import zlib
from typing import NamedTuple

import orjson

from loopkube.api import discovery
from loopkube.api.openapi import version_2
from loopkube.api.openapi.paths import paths_of
from loopkube.api.openapi.schemas import OBJECT_META, add_closure, custom_name, custom_schema
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.upstream.version import VERSION


class Page(NamedTuple):
    body: bytes
    content_type: str = "application/json"


def answer(kinds: Kinds, path: str, accept: str = "") -> Page | None:
    """The page below `/openapi`, or None where there is none."""
    parts = path.strip("/").split("/")
    if parts == ["openapi", "v3"]:
        return Page(orjson.dumps(index(kinds)))
    if parts == ["openapi", "v2"]:
        return _version_2(kinds, accept)
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
    return hashlib.sha256(VERSION.encode() + orjson.dumps(parts)).hexdigest().upper()


def _document(served: list[Kind]) -> dict:
    schemas: dict[str, dict] = {}
    paths: dict[str, dict] = {}
    for kind in served:
        name = kind.schema or custom_name(kind)
        if kind.custom is not None:
            schemas[name] = custom_schema(kind)
            add_closure(OBJECT_META, schemas)
        else:
            add_closure(name, schemas)
        paths |= paths_of(kind, name)
    return {
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": VERSION},
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _version_2(kinds: Kinds, accept: str) -> Page:
    if "proto-openapi" in accept:
        return Page(version_2.empty_protobuf(), version_2.PROTOBUF)
    hashed = _hash(discovery.everything(kinds))
    kept = _kept.get(("", "swagger"))
    if kept is None or kept[0] != hashed:
        kept = _kept["", "swagger"] = (hashed, zlib.compress(orjson.dumps(version_2.document(kinds)), 6))
    return Page(zlib.decompress(kept[1]))
