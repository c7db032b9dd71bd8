"""Manifests that a cluster applies itself when it starts (here: the ingress controller's)."""

import asyncio
import contextlib
from pathlib import Path

import yaml

from loopkube.client.client import Client
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.shared.status import ApiError

Applied = list[tuple[Kind, dict]]


def read(path: Path) -> list[tuple[str, dict]]:
    """(file name, object) for every manifest of a file or folder, in the order of the file names."""
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    documents = [(file.name, yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader)) for file in files]
    return [(name, document) for name, contents in documents for document in contents if document]


async def apply(client: Client, kinds: Kinds, documents: list[tuple[str, dict]]) -> Applied:
    """Apply them server-side, one after the other."""
    applied: Applied = []
    for file, document in documents:
        kind = kinds.of(document["apiVersion"], document["kind"])
        if kind is None:
            what = f'no matches for kind "{document["kind"]}" in version "{document["apiVersion"]}"'
            raise ValueError(f"{file}: {what}")
        # in turn: a namespace comes before what is in it, rights before who needs them
        applied.append((kind, await _apply(client, kind, document)))
    return applied


async def _apply(client: Client, kind: Kind, document: dict) -> dict:
    metadata = document["metadata"]
    namespace = metadata.get("namespace", "default") if kind.namespaced else ""
    return await client.patch(kind.resource, metadata["name"], document, namespace, type="apply")


async def wait_available(client: Client, applied: Applied, seconds: float) -> None:
    """Wait until every DaemonSet and Deployment among `applied` has all its Pods available, or `seconds` are over."""
    # late is no failure: the cluster runs, and who starts it asks its entry
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            for kind, obj in applied:
                if kind.kind in ("DaemonSet", "Deployment"):
                    await _available(client, kind, obj)


async def _available(client: Client, kind: Kind, obj: dict) -> None:
    metadata = obj["metadata"]
    selected = f"metadata.name={metadata['name']}"
    while True:
        listed = await client.list(kind.resource, metadata["namespace"], fields=selected)
        if all(_is_available(current) for current in listed.items):
            return
        # a watch that is refused, or ends, begins again with a list
        with contextlib.suppress(ApiError):
            async for change in client.watch(
                kind.resource, metadata["namespace"], since=listed.version, fields=selected
            ):
                if change.type == "MODIFIED" and _is_available(change.object):
                    return


def _is_available(obj: dict) -> bool:
    status, replicas = obj.get("status") or {}, obj["spec"].get("replicas", 1)
    if status.get("observedGeneration") != obj["metadata"].get("generation"):
        return False
    if obj["kind"] == "DaemonSet":
        return status.get("numberAvailable", 0) == status.get("desiredNumberScheduled", -1) > 0
    return status.get("availableReplicas", 0) >= replicas
