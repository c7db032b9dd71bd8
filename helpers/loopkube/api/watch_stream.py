"""A watch over HTTP: one line of JSON for each event, until its time is up or the client goes away."""

import asyncio
import random
from collections.abc import Iterator

from aiohttp import HttpVersion11, web

from loopkube.api.call import Call
from loopkube.api.negotiation import PARTIAL, TABLE, negotiate
from loopkube.api.representation import WatchEncoder, error_event
from loopkube.api.store.table import Stored
from loopkube.api.verbs import Api
from loopkube.api.watch import Seen, Watch
from loopkube.kinds import Kind
from loopkube.shared.status import ApiError

_SHAPES = (TABLE, PARTIAL)
_LONGEST = 3600
_PATIENCE = 30.0
"""Seconds that a client may leave a full connection unread."""


async def answer(api: Api, call: Call) -> web.StreamResponse:
    """A version that is too old ends the stream with an ERROR event; any other refusal is an ordinary answer."""
    form = negotiate(call.request.headers.get("Accept", ""), _SHAPES, watch=True)
    listed = await call.list_options()
    if not listed.timeout:
        # Not all at the same time: clients that began together should not come back together.
        listed = listed._replace(timeout=random.randint(_LONGEST // 2, _LONGEST))
    encoder = WatchEncoder(call.kind, form, call.query.text("includeObject"), api.clock)
    try:
        watch = api.watch(call.kind, call.namespace, listed)
    except ApiError as error:
        if error.code != 410:
            raise
        response = await _begin(call)
        await response.write(error_event(error.status()))
        return response
    with watch:
        response = await _begin(call)
        try:
            await _send(api, call.kind, watch, encoder, response)
        except TimeoutError:
            # The client has not read for long: nothing that is sent to it now would arrive either.
            if call.request.transport is not None:
                call.request.transport.abort()
    return response


async def _begin(call: Call) -> web.StreamResponse:
    response = web.StreamResponse()
    response.headers["Content-Type"] = "application/json"
    response.headers["Cache-Control"] = "no-cache, private"
    if call.request.version >= HttpVersion11:  # before that, the end of the connection ends the watch
        response.enable_chunked_encoding()
    await response.prepare(call.request)
    return response


async def _send(api: Api, kind: Kind, watch: Watch, encoder: WatchEncoder, response: web.StreamResponse) -> None:
    async for batch in watch.batches():
        if kind.custom is not None:
            batch = await _converted(api, kind, watch, batch)
        async with asyncio.timeout(_PATIENCE):
            await response.write(b"".join([_line(encoder, seen) for seen in batch]))


async def _converted(api: Api, kind: Kind, watch: Watch, batch: list[Seen]) -> list[Seen]:
    """The events with their objects in the version that is watched, as far as they are selected in it."""
    objects = [stored for seen in batch for stored in (seen.stored, seen.previous) if stored]
    fresh = iter(await api.converter.stored(kind, objects))
    return [event for seen in batch if (event := _in_version(watch, seen, fresh))]


def _in_version(watch: Watch, seen: Seen, fresh: Iterator[Stored]) -> Seen | None:
    if seen.stored is None:
        return seen
    stored, previous = next(fresh), next(fresh) if seen.previous else None
    return watch.seen_as(seen.type, stored, previous)


def _line(encoder: WatchEncoder, seen: Seen) -> bytes:
    if seen.stored is None:
        return encoder.bookmark(seen.bookmark or {})
    return encoder.event(seen.type, seen.stored)
