"""WebSocket messages of the protocols `v4.channel.k8s.io` and `v5.channel.k8s.io`: a byte for the channel, then data.

https://kubernetes.io/docs/reference/using-api/websocket/ and KEP-4006.
"""

from aiohttp import WSMessage, WSMsgType, web

from loopkube.shared.status import bad_request

STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE = 0, 1, 2, 3, 4, 255
V4, V5 = "v4.channel.k8s.io", "v5.channel.k8s.io"
PING_SECONDS = 30.0


async def upgrade(request: web.BaseRequest, protocols: tuple[str, ...]) -> web.WebSocketResponse:
    """Answers the handshake with the first protocol of the client's that is served; `` serves one that names none."""
    check_upgrade(request, protocols)
    socket = web.WebSocketResponse(protocols=[p for p in protocols if p], compress=False, heartbeat=PING_SECONDS)
    await socket.prepare(request)
    return socket


def payload(message: WSMessage) -> bytes:
    """What a message carries; the Python client sends a string as text, bytes as binary. Empty for other messages."""
    if message.type is WSMsgType.TEXT:
        return message.data.encode()
    return message.data if message.type is WSMsgType.BINARY else b""


def wants_socket(request: web.BaseRequest) -> bool:
    """Whether the client asks for a WebSocket."""
    return request.headers.get("Upgrade", "").lower() == "websocket"


def check_upgrade(request: web.BaseRequest, protocols: tuple[str, ...]) -> None:
    """Only WebSocket is spoken; older clients that try SPDY get what an API server without it says."""
    if not wants_socket(request) or request.method != "GET":
        raise bad_request("Upgrade request required")
    offered = [p.strip() for p in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if p.strip()]
    if not set(offered or [""]) & set(protocols):
        raise bad_request(f"unable to upgrade: none of the protocols is supported: {', '.join(offered) or 'none'}")
