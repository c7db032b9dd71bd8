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
from loopkube.api.negotiation import JSON, accepted
from loopkube.api.openapi import protobuf_2, version_2
from loopkube.api.openapi.paths import paths_of
from loopkube.api.openapi.schemas import add_closure, add_custom, custom_name
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import ApiError
from loopkube.upstream.version import VERSION

PROTOBUF = (
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
)
"""The older document's form for clients in Go; the second is its older name."""


class Page(NamedTuple):
    """`etag` changes with the body; `location` is where the document is now, for a client with an old hash."""

    body: bytes
    content_type: str = JSON
    etag: str = ""
    location: str = ""


def answer(kinds: Kinds, path: str, accept: str = "", hashed: str = "") -> Page | None:
    """The page below `/openapi`, or None where there is none; `hashed` is the query's. Raises 406."""
    parts = path.strip("/").split("/")
    if parts == ["openapi", "v3"]:
        listed = orjson.dumps(index(kinds))
        return Page(listed, etag=hashlib.sha256(listed).hexdigest().upper())
    if parts == ["openapi", "v2"]:
        return _version_2(kinds, accept)
    group_version = _group_version_of(parts[2:]) if parts[:2] == ["openapi", "v3"] else None
    body = document(kinds, *group_version) if group_version else None
    if body is None or group_version is None:
        return None
    _media(accept, (JSON,))
    etag = _hash(_served(kinds, *group_version))
    return Page(body, etag=etag, location=_address(group_version, etag) if hashed and hashed != etag else "")


def _media(accept: str, served: tuple[str, ...]) -> str:
    """The first media type that is accepted and served."""
    for media, _ in accepted(accept or "*/*"):
        for one in served:
            if media in (one, "*/*", "application/*", "*"):
                return one
    raise ApiError(406, "NotAcceptable", f"only the following media types are accepted: {', '.join(served)}", {})


def index(kinds: Kinds) -> dict:
    """Where the documents are; the hash in an address changes when the document does."""
    paths = {}
    for group, version in _group_versions(kinds):
        path = f"apis/{group}/{version}" if group else f"api/{version}"
        paths[path] = {"serverRelativeURL": _address((group, version), _hash(_served(kinds, group, version)))}
    return {"paths": paths}


def _address(group_version: tuple[str, str], hashed: str) -> str:
    group, version = group_version
    return f"/openapi/v3/{f'apis/{group}' if group else 'api'}/{version}?hash={hashed}"


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


def _group_version_of(parts: list[str]) -> tuple[str, str] | None:
    """(group, version) of a document."""
    match parts:
        case ["api", version]:
            return "", version
        case ["apis", group, version] if group:
            return group, version
    return None


def _group_versions(kinds: Kinds) -> list[tuple[str, str]]:
    return sorted({(kind.group, kind.version) for kind in discovery.everything(kinds)})


def _served(kinds: Kinds, group: str, version: str) -> list[Kind]:
    return [k for k in discovery.everything(kinds) if (k.group, k.version) == (group, version)]


def _hash(served: list[Kind]) -> str:
    """Built-in schemas change with the Kubernetes version only, custom ones with their definition."""
    parts = [[k.plural, k.kind, k.list_kind, list(k.verbs), k.custom] for k in served]
    return hashlib.sha256(VERSION.encode() + orjson.dumps(parts)).hexdigest().upper()


def _document(served: list[Kind]) -> dict:
    schemas: dict[str, dict] = {}
    paths: dict[str, dict] = {}
    for kind in served:
        name = kind.schema or custom_name(kind)
        if kind.custom is not None:
            add_custom(kind, schemas)
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
    media = _media(accept, (JSON, *PROTOBUF))
    media = JSON if media == JSON else PROTOBUF[0]
    etag = _hash(discovery.everything(kinds))
    kept = _kept.get(("v2", media))
    if kept is None or kept[0] != etag:
        made = version_2.document(kinds)
        body = orjson.dumps(made) if media == JSON else protobuf_2.encode(made)
        kept = _kept["v2", media] = (etag, zlib.compress(body, 6))
    return Page(zlib.decompress(kept[1]), media, etag)
