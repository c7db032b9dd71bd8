"""Nodes of the cluster in a case's objects, and a taint on one of them.

No scene can know their names: an object says `@node1@` for the name of the first node that takes Pods, `@address1@` for
its address, and gets them when it is made.
"""

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labcore.kube.api import Api


_SAID = re.compile(r"@(node|address)(\d)@")
_CONTROL_PLANE = "node-role.kubernetes.io/control-plane"
_MERGE = "application/merge-patch+json"


def workers(api: "Api") -> list[dict]:
    """The nodes that are meant for applications; all, where each is a control plane, too."""
    every = sorted(api.list(api.resources().named("nodes"))["items"], key=lambda node: node["metadata"]["name"])
    return [node for node in every if _CONTROL_PLANE not in node["metadata"].get("labels", {})] or every


def placed(api: "Api", objects: Sequence[dict]) -> list[dict]:
    """The same objects with the nodes of this cluster in them."""
    text = json.dumps(list(objects))
    if not _SAID.search(text):
        return list(objects)
    nodes = workers(api)
    return json.loads(_SAID.sub(lambda said: _value(nodes[(int(said[2]) - 1) % len(nodes)], said[1]), text))


def name(api: "Api", number: int) -> str:
    """The name of node `number`, as `@node1@` would say it."""
    nodes = workers(api)
    return nodes[(number - 1) % len(nodes)]["metadata"]["name"]


def taint(api: "Api", node: str, key: str, value: str) -> None:
    """No Pod comes to this node from now on that does not tolerate it; those that run there go on."""
    _set_taints(api, node, lambda taints: [*taints, {"key": key, "value": value, "effect": "NoSchedule"}])


def untaint(api: "Api", keys: Sequence[str]) -> None:
    """No node has a taint with one of these keys."""
    for node in workers(api):
        if any(taint["key"] in keys for taint in node["spec"].get("taints") or []):
            _set_taints(
                api, node["metadata"]["name"], lambda taints: [taint for taint in taints if taint["key"] not in keys]
            )


def _value(node: dict, said: str) -> str:
    if said == "node":
        return node["metadata"]["name"]
    return next(a["address"] for a in node["status"]["addresses"] if a["type"] == "InternalIP")


def _set_taints(api: "Api", node: str, change) -> None:
    path = api.resources().named("nodes").path("", node)
    there = api.request("get", path)
    meta = {"resourceVersion": there["metadata"]["resourceVersion"]}
    body = {"metadata": meta, "spec": {"taints": change(there["spec"].get("taints") or [])}}
    api.request("patch", path, body, content_type=_MERGE)
