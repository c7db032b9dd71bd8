"""`pods/NAME/attach`: the standard streams of a container's program over one WebSocket, as exec has them."""

from aiohttp import web

from loopkube.api.call import Call
from loopkube.api.streaming.channels import check_upgrade
from loopkube.api.streaming.exec import PROTOCOLS, serve
from loopkube.api.streaming.pods import container_of, link_to
from loopkube.api.verbs import Api


async def answer(api: Api, call: Call) -> web.StreamResponse:
    """Joins the client to the running container's own standard streams; raises a 400 ApiError before it runs."""
    pod = api.get(call.kind, call.namespace, call.name).obj
    container = container_of(pod, call.query.text("container"))
    check_upgrade(call.request, PROTOCOLS)
    session = await link_to(api, pod, "attach").attach(pod, container, stdin=call.query.flag("stdin"))
    return await serve(call, session, [])
