"""`nodes/NAME/proxy`: the little of a kubelet's own pages that has a meaning here."""

import orjson
from aiohttp import web

from loopkube.api.call import Call
from loopkube.api.proxying.location import split
from loopkube.api.routing import no_such_group
from loopkube.api.verbs import Api
from loopkube.shared.status import ApiError


def answer(api: Api, call: Call) -> web.Response:
    """What a kubelet tells of itself: its Pods and health. Raises ApiError: 404, 405, 503 for a node that is off."""
    _, name, port = split(call.name, "node")
    api.get(call.kind, "", name)
    if api.links(name) is None or port not in ("", "10250"):
        where = f"dial tcp {name}:{port or 10250}: connection refused"
        raise ApiError(503, "ServiceUnavailable", f"error trying to reach service: {where}")
    if call.request.method not in ("GET", "HEAD"):
        raise ApiError(405, "MethodNotAllowed", "405: Method Not Allowed", {})
    match call.endpoint.tail.strip("/"):
        case "healthz" | "healthz/ping":
            return web.Response(text="ok")
        case "pods":
            on_node = [stored.obj for stored in api.store.list("pods") if stored.obj["spec"].get("nodeName") == name]
            pods = {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": on_node}
            return web.json_response(body=orjson.dumps(pods))
    raise no_such_group()
