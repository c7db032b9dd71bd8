"""`metrics.k8s.io/v1beta1`, which metrics-server adds to a real cluster: `kubectl top nodes` and `kubectl top pods`.

Nothing of it is stored: each answer asks the nodes.
"""

import asyncio
from datetime import UTC, datetime

import orjson
from aiohttp import web

from loopkube.api.options import list_options
from loopkube.api.query import Query
from loopkube.api.responses import respond
from loopkube.api.routing import Target
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.shared.links import Usage
from loopkube.shared.status import method_not_allowed, no_such_resource, not_found

GROUP, VERSION = "metrics.k8s.io", "v1beta1"
_VERBS = ("get", "list")
NODES = Kind(GROUP, VERSION, "NodeMetrics", "nodes", "", False, verbs=_VERBS)
PODS = Kind(GROUP, VERSION, "PodMetrics", "pods", "", True, verbs=_VERBS)
KINDS = (NODES, PODS)


async def answer(api: Api, endpoint: Target, query: Query) -> web.Response:
    """One object's metrics, or those of all that are selected."""
    kind = next((kind for kind in KINDS if kind.plural == endpoint.plural), None)
    if kind is None or endpoint.version != VERSION or endpoint.subresource:
        raise no_such_resource()
    if endpoint.verb not in _VERBS:
        raise method_not_allowed()
    stored_kind = api.kinds.named(kind.plural)
    if stored_kind is None:
        raise no_such_resource()
    if endpoint.name:
        objects = [api.get(stored_kind, endpoint.namespace if kind.namespaced else "", endpoint.name).obj]
    else:
        selected = api.list(stored_kind, endpoint.namespace, list_options(query))
        objects = [stored.obj for stored in selected.items]
    items = await _items(api, kind, objects)
    if not endpoint.name:
        return _respond({"kind": kind.list_kind, "apiVersion": kind.api_version, "metadata": {}, "items": items})
    if not items:
        raise not_found(Kind(GROUP, VERSION, kind.kind, f"{kind.kind.lower()}", "", kind.namespaced), endpoint.name)
    return _respond(items[0])


def _respond(body: dict) -> web.Response:
    return respond(orjson.dumps(body))


async def _items(api: Api, kind: Kind, objects: list[dict]) -> list[dict]:
    """Of those that run, in the order in which they are listed."""
    names = {_node_of(kind, obj) for obj in objects}
    links = {name: link for name in names if name and (link := api.links(name))}
    measured = dict(zip(links, await asyncio.gather(*(link.usage() for link in links.values())), strict=True))
    items = []
    for obj in objects:
        of_node = measured.get(_node_of(kind, obj), {})
        used = of_node.get("" if kind is NODES else obj["metadata"]["uid"])
        if used:
            items.append(_item(kind, obj, used))
    return items


def _node_of(kind: Kind, obj: dict) -> str:
    return obj["metadata"]["name"] if kind is NODES else obj["spec"].get("nodeName", "")


def _item(kind: Kind, obj: dict, used: dict[str, Usage]) -> dict:
    """`used` is {container: its use}; a node has one, under ``."""
    latest, metadata = max(used.values(), key=lambda each: each.window), obj["metadata"]
    stamp = datetime.fromtimestamp(latest.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    named = {word: metadata[word] for word in ("name", "namespace", "labels") if word in metadata}
    item = {
        "kind": kind.kind,
        "apiVersion": kind.api_version,
        "metadata": named | {"creationTimestamp": stamp},
        "timestamp": stamp,
        "window": f"{latest.window:.3f}s",
    }
    if kind is NODES:
        return item | {"usage": _usage(latest)}
    return item | {"containers": [{"name": name, "usage": _usage(each)} for name, each in used.items()]}


def _usage(usage: Usage) -> dict[str, str]:
    return {"cpu": f"{round(usage.cores * 1e9)}n", "memory": f"{usage.memory // 1024}Ki"}
