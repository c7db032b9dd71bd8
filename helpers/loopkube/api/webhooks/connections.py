"""Connections to webhooks, kept open between requests, as a kube-apiserver keeps them.

Each webhook has its own: who is somewhere else or trusts another authority never gets a connection of theirs. They are
closed when nobody has used them for a while, when no configuration names the webhook any more, and with the API server;
in each case only when no request is under way on them.
"""

import asyncio
import socket
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

import aiohttp

from loopkube.api import trust

KEPT = 64
"""Webhooks; for one more, the connections of the one that was asked longest ago are closed."""
MOST_OF_ONE = 200
"""Connections to one webhook: as many as verbs may be under way."""
IDLE_SECONDS = 30.0

Key = tuple[str, str]
_CONTEXTS = trust.Contexts(trust.made)


def key_of(config: dict) -> Key:
    """What a clientConfig says of where the webhook is, and whom to trust."""
    service = config.get("service") or {}
    where = config.get("url") or f"{service.get('namespace')}/{service.get('name')}:{service.get('port')}"
    return where, config.get("caBundle") or ""


OfMachine = Callable[[], socket.socket]
"""A new TCP socket of this machine's network: a URL that says 127.0.0.1 means that one, whatever the cluster's is."""


class _Webhook:
    """The connections to one; `uses` are the requests under way."""

    def __init__(self, context: ssl.SSLContext, of_machine: OfMachine) -> None:
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note)

        def made(address: tuple) -> socket.socket:
            """For `socket.getaddrinfo`'s (family, type, protocol, name, address)."""
            family, kind, protocol, _, (host, *_) = address
            sock = of_machine() if host.startswith("127.") else socket.socket(family, kind, protocol)
            sock.setblocking(False)
            return sock

        connector = aiohttp.TCPConnector(
            ssl=context, limit=MOST_OF_ONE, keepalive_timeout=IDLE_SECONDS, socket_factory=made
        )
        jar = aiohttp.DummyCookieJar()
        self.session = aiohttp.ClientSession(connector=connector, cookie_jar=jar, trace_configs=[trace])
        self.uses = 0
        self.dropped = False

    async def close_when_unused(self) -> None:
        if self.dropped and not self.uses:
            await self.session.close()


async def _note(session: aiohttp.ClientSession, context, params: aiohttp.TraceConnectionReuseconnParams) -> None:
    context.trace_request_ctx.append(params)


class Connections:
    """For the event loop that asks the webhooks."""

    def __init__(self, of_machine: OfMachine = socket.socket) -> None:
        self._of_machine = of_machine
        self._webhooks: OrderedDict[Key, _Webhook] = OrderedDict()
        self._closing: set[asyncio.Task] = set()

    @asynccontextmanager
    async def to(self, config: dict) -> AsyncIterator[aiohttp.ClientSession]:
        """For one request, which notes in its `trace_request_ctx` that its connection has been used before. Raises
        ValueError or ssl.SSLError for a caBundle that is none."""
        key = key_of(config)
        # awaited first: nobody may run between the look for the webhook and its use, or it could be closed there
        context = await _CONTEXTS.of(key[1])
        webhook = self._webhooks.get(key) or self._opened(key, context)
        self._webhooks.move_to_end(key)
        webhook.uses += 1
        try:
            yield webhook.session
        finally:
            webhook.uses -= 1
            await webhook.close_when_unused()

    def keep_only(self, configs: Iterable[dict]) -> None:
        """Closes those of webhooks that are configured no longer, or in another way."""
        kept = {key_of(config) for config in configs}
        for key in [key for key in self._webhooks if key not in kept]:
            self._drop(key)

    def __len__(self) -> int:
        return len(self._webhooks)

    async def close(self) -> None:
        """Ends all connections, and returns when they are closed."""
        for key in list(self._webhooks):
            self._drop(key)
        await asyncio.gather(*self._closing)

    def _opened(self, key: Key, context: ssl.SSLContext) -> _Webhook:
        if len(self._webhooks) >= KEPT:
            self._drop(next(iter(self._webhooks)))
        webhook = self._webhooks[key] = _Webhook(context, self._of_machine)
        return webhook

    def _drop(self, key: Key) -> None:
        webhook = self._webhooks.pop(key)
        webhook.dropped = True
        task = asyncio.ensure_future(webhook.close_when_unused())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
