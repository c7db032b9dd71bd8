"""kubectl's port-forward: SPDY/3.1 frames inside a WebSocket, a pair of streams for each connection."""

from aiohttp import web

from loopkube.api.links import NodeLink

PROTOCOL = "SPDY/3.1+portforward.k8s.io"


async def serve(socket: web.WebSocketResponse, pod: dict, link: NodeLink) -> None:
    await socket.close()
