"""`GET pods/NAME/log`: what a container has written, and with `follow` what it writes from now on."""

import asyncio
import base64
from collections.abc import AsyncIterator

from aiohttp import web

from loopkube.api.call import Call
from loopkube.api.decoding import leaves
from loopkube.api.decoding.errors import ValueProblem
from loopkube.api.query import Query
from loopkube.api.streaming.channels import upgrade, wants_socket
from loopkube.api.streaming.pods import container_of, link_to
from loopkube.api.verbs import Api
from loopkube.kinds import Kind
from loopkube.shared.links import LogOptions
from loopkube.shared.status import FORBIDDEN, INVALID, FieldError, bad_request, invalid

_OPTIONS = Kind("", "v1", "PodLogOptions", "podlogoptions", "podlogoptions", True)
_BASE64 = "base64.binary.k8s.io"
_PROTOCOLS = ("", "binary.k8s.io", _BASE64)
PATIENCE = 0.1
"""Seconds to wait for the first line or refusal before the answer begins."""


async def answer(api: Api, call: Call) -> web.StreamResponse:
    """Sends the log as it is, or as it grows (`follow`) until the container or the client ends."""
    pod = api.get(call.kind, call.namespace, call.name).obj
    selected = _options(call.query, call.name)
    container = container_of(pod, call.query.text("container"))
    if not pod["spec"].get("nodeName"):
        return web.Response(status=204)
    lines = link_to(api, pod, "logs").logs(pod, container, selected)
    # before the answer begins: once its head is sent, a refusal of the node can no longer be a Status
    first = asyncio.ensure_future(_next(lines))
    try:
        # not wait_for, which would cancel the read, and a line with it
        await asyncio.wait({first}, timeout=PATIENCE)
        if first.done():
            first.result()
        if wants_socket(call.request):
            return await _send_messages(call, first, lines)
        return await _send(call, first, lines)
    finally:
        first.cancel()


async def _send(call: Call, first: asyncio.Future, lines: AsyncIterator[bytes]) -> web.StreamResponse:
    response = web.StreamResponse()
    response.headers["Content-Type"] = "text/plain"
    response.headers["Cache-Control"] = "no-cache, private"
    response.enable_chunked_encoding()
    await response.prepare(call.request)
    chunk = await first
    while chunk is not None:
        await response.write(chunk)
        chunk = await _next(lines)
    return response


async def _send_messages(call: Call, first: asyncio.Future, lines: AsyncIterator[bytes]) -> web.StreamResponse:
    """The same over a WebSocket (apiserver's responsewriters, wsstream.Reader), until the log or the client ends."""
    socket = await upgrade(call.request, _PROTOCOLS)
    ended = asyncio.ensure_future(_drained(socket))
    written = asyncio.ensure_future(_write(socket, first, lines))
    try:
        await asyncio.wait({ended, written}, return_when=asyncio.FIRST_COMPLETED)
        if written.done():
            written.result()
            await socket.close()
        return socket
    finally:
        ended.cancel()
        written.cancel()
        await asyncio.gather(ended, written, return_exceptions=True)


async def _write(socket: web.WebSocketResponse, first: asyncio.Future, lines: AsyncIterator[bytes]) -> None:
    """An empty message first, before there is any line."""
    as_text = socket.ws_protocol == _BASE64

    async def send(chunk: bytes) -> None:
        await (socket.send_str(base64.b64encode(chunk).decode()) if as_text else socket.send_bytes(chunk))

    await send(b"")
    chunk = await first
    while chunk is not None:
        await send(chunk)
        chunk = await _next(lines)


async def _drained(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        continue  # a reader of logs has nothing to say


async def _next(lines: AsyncIterator[bytes]) -> bytes | None:
    return await anext(lines, None)


def _options(query: Query, name: str) -> LogOptions:
    """Read from the query; 422 where a number makes no sense."""
    parsed = LogOptions(
        follow=query.flag("follow"),
        previous=query.flag("previous"),
        timestamps=query.flag("timestamps"),
        tail_lines=query.number("tailLines"),
        since_seconds=query.number("sinceSeconds"),
        since_time=_time(query.text("sinceTime")),
        limit_bytes=query.number("limitBytes"),
    )
    errors = []
    if parsed.tail_lines is not None and parsed.tail_lines < 0:
        errors.append(FieldError(INVALID, "tailLines", parsed.tail_lines, "must be greater than or equal to 0"))
    if parsed.limit_bytes is not None and parsed.limit_bytes < 1:
        errors.append(FieldError(INVALID, "limitBytes", parsed.limit_bytes, "must be greater than 0"))
    if parsed.since_seconds is not None and parsed.since_time:
        detail = "at most one of `sinceTime` or `sinceSeconds` may be specified"
        errors.append(FieldError(FORBIDDEN, "", detail=detail))
    elif parsed.since_seconds is not None and parsed.since_seconds < 1:
        errors.append(FieldError(INVALID, "sinceSeconds", parsed.since_seconds, "must be greater than 0"))
    if errors:
        raise invalid(_OPTIONS, name, errors)
    return parsed


def _time(text: str) -> str:
    try:
        return str(leaves.micro_time(text)) if text else ""
    except ValueProblem as problem:
        raise bad_request(str(problem)) from None
