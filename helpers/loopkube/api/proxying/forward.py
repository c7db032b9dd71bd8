"""One request through the proxy, and its answer back."""

import asyncio
import functools
import ssl
from collections.abc import AsyncIterator
from typing import NamedTuple

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from loopkube.api.call import Call
from loopkube.api.proxying import headers, location, nodes, pages
from loopkube.api.verbs import Api
from loopkube.shared.status import ApiError, bad_request

LONGEST_CONNECT, LONGEST_SILENCE = 10.0, 300.0
"""Seconds."""
LARGEST_REQUEST, LARGEST_PAGE = 64 * 1024 * 1024, 4 * 1024 * 1024
"""Bytes; the links of a larger page are left as they are."""
CHUNK = 65536


async def answer(api: Api, call: Call) -> web.StreamResponse:
    """`.../proxy`: what a Service, a Pod or a node answers, passed on as it comes. Raises ApiError (503)."""
    request = call.request
    if request.headers.get("Upgrade"):
        raise bad_request("connections that change their protocol are not proxied on this cluster")
    if not call.endpoint.tail and request.method in ("GET", "HEAD"):
        query = f"?{request.rel_url.raw_query_string}" if request.rel_url.raw_query_string else ""
        return web.Response(status=301, headers={"Location": f"{request.rel_url.raw_path}/{query}"})
    if call.kind.resource == "nodes":
        return nodes.answer(api, call)
    find = location.of_pod if call.kind.resource == "pods" else location.of_service
    target = find(api, call.namespace, call.name)
    try:
        sent = headers.sent(request.headers, request.remote or "", request.rel_url.raw_path)
        prefix = request.rel_url.raw_path.removesuffix(call.endpoint.tail)
        return await passed_on(request, Way(target, call.endpoint.tail, prefix=prefix), sent)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        message = f"error trying to reach service: {_told(error, target)}"
        raise ApiError(503, "ServiceUnavailable", message) from None


def _told(error: Exception, target: location.Location) -> str:
    """Go's words for the most frequent one."""
    where = f"{target.host}:{target.port}"
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ConnectionRefusedError):
        return f"dial tcp {where}: connect: connection refused"
    return f"dial tcp {where}: i/o timeout" if isinstance(error, TimeoutError) else str(error)


class Way(NamedTuple):
    """Where a request goes: the path of the server there, its TLS, and the name that its certificate has."""

    target: location.Location
    path: str
    tls: ssl.SSLContext | None = None
    name: str | None = None
    prefix: str | None = None
    """What leads back here; None leaves links as they are."""
    silence: float | None = LONGEST_SILENCE
    """Seconds without a word that end it; None for servers that may have nothing to say for long."""


async def passed_on(request: web.BaseRequest, way: Way, sent: CIMultiDict[str]) -> web.StreamResponse:
    """The answer to a request that goes there with these headers. Raises what aiohttp raises."""
    host, port = way.target.dialled
    raw = request.rel_url.raw_query_string
    url = URL(f"{way.target.scheme}://{host}:{port}{way.path or '/'}{'?' + raw if raw else ''}", encoded=True)
    limits = aiohttp.ClientTimeout(total=None, sock_connect=LONGEST_CONNECT, sock_read=way.silence)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=way.tls or _trusting(), force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        skip_auto_headers=("User-Agent", "Accept", "Content-Type"),
        timeout=limits,
    ) as session:
        body = _body(request) if request.body_exists else None
        async with session.request(
            request.method, url, headers=sent, data=body, allow_redirects=False, server_hostname=way.name
        ) as response:
            if way.prefix is None:
                return await _stream(request, response, headers.answered(response.headers), b"")
            known = (f"{way.target.host}:{way.target.port}", way.target.host, f"{host}:{port}")
            return await _answer(request, response, way.prefix, {*known, request.headers.get("Host", "")})


@functools.cache
def _trusting() -> ssl.SSLContext:
    """A Pod's certificate is its own affair, as on a real cluster."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _body(request: web.BaseRequest) -> AsyncIterator[bytes]:
    size = 0
    async for chunk in request.content.iter_chunked(CHUNK):
        size += len(chunk)
        if size > LARGEST_REQUEST:
            raise ApiError(413, "RequestEntityTooLarge", f"Request entity too large: limit is {LARGEST_REQUEST}")
        yield chunk


async def _answer(
    request: web.BaseRequest, response: aiohttp.ClientResponse, prefix: str, hosts: set[str]
) -> web.StreamResponse:
    told = headers.answered(response.headers)
    if "Location" in told:
        told["Location"] = pages.rewritten(told["Location"], prefix, hosts)
    elif response.content_type == "text/html" and "Content-Encoding" not in told:
        begin = await _begin(response)
        if len(begin) <= LARGEST_PAGE:
            text = await asyncio.to_thread(pages.html, begin.decode("utf-8", "surrogateescape"), prefix, hosts)
            told.popall("Content-Length", None)
            return web.Response(status=response.status, headers=told, body=text.encode("utf-8", "surrogateescape"))
        return await _stream(request, response, told, begin)
    return await _stream(request, response, told, b"")


async def _begin(response: aiohttp.ClientResponse) -> bytes:
    """The whole body, or one byte more than is read at most."""
    beginning = b""
    async for chunk in response.content.iter_chunked(CHUNK):
        beginning += chunk
        if len(beginning) > LARGEST_PAGE:
            break
    return beginning


async def _stream(request: web.BaseRequest, response: aiohttp.ClientResponse, told, begin: bytes) -> web.StreamResponse:
    back = web.StreamResponse(status=response.status, reason=response.reason, headers=told)
    await back.prepare(request)
    if begin:
        await back.write(begin)
    try:
        async for chunk in response.content.iter_any():
            await back.write(chunk)
        await back.write_eof()
    except (aiohttp.ClientError, TimeoutError):
        if request.transport:  # the answer has begun: only its end can say that it is not whole
            request.transport.close()
    return back
