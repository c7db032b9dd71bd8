"""The door of the API: accepts connections, and bounds how many of them there are that nobody answers for.

A connection takes memory from its first moment on, a TLS buffer above all, long before its client has shown a token.
So of more than `STRANGERS` connections without one the oldest is ended, in its handshake or after it. A connection
that has brought a valid token once is trusted from then on: watches, logs and exec streams live as long as they like.
"""

import asyncio
import contextlib
import logging
import socket
import ssl

from aiohttp import web

log = logging.getLogger(__name__)

STRANGERS = 256
SECONDS_TO_SHAKE_HANDS = 10.0
BACKLOG = 512
"""Connections that the system holds while the loop is busy."""
AGAIN_SECONDS = 1.0
"""Until it accepts again when the process has no descriptor left."""


class Door:
    """`open()`, then `port`; `close()` lets nobody in any more, and may be called twice."""

    def __init__(self, server: web.Server, tls: ssl.SSLContext) -> None:
        self._server, self._tls = server, tls
        self._strangers: dict[web.RequestHandler, asyncio.Task] = {}
        self._listening: list[socket.socket] = []
        self._accepting: list[asyncio.Task] = []

    @property
    def strangers(self) -> int:
        """How many connections are open that have not brought a valid token yet."""
        return len(self._strangers)

    def open(self, sockets: list[socket.socket]) -> int:
        """Accepts on these bound sockets, and returns the port of the first one."""
        self._listening = sockets
        for sock in sockets:
            sock.listen(BACKLOG)
            sock.setblocking(False)
        self._accepting = [asyncio.create_task(self._accept(sock)) for sock in sockets]
        return sockets[0].getsockname()[1]

    def known(self, connection: web.RequestHandler) -> None:
        """Its client has shown a valid token."""
        self._strangers.pop(connection, None)

    async def close(self) -> None:
        """Ends accepting and all connections of strangers; those with a token belong to the server, which closes them
        itself."""
        tasks = [*self._accepting, *self._strangers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for sock in self._listening:
            sock.close()
        self._accepting, self._listening = [], []
        self._strangers.clear()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, _ = await loop.sock_accept(listening)
            except ConnectionError:
                continue  # gone before it was taken
            except OSError as error:
                log.warning("a connection could not be accepted: %s", error)
                await asyncio.sleep(AGAIN_SECONDS)
                continue
            self._let_in(accepted)
            if len(self._strangers) > STRANGERS:
                self._end_oldest()

    def _let_in(self, accepted: socket.socket) -> None:
        connection = self._server()
        task = asyncio.create_task(self._shake_hands(accepted, connection))
        self._strangers[connection] = task

        def done(task: asyncio.Task) -> None:  # not in the task: that may be cancelled before its first step
            if connection.transport is None:
                accepted.close()
                self._strangers.pop(connection, None)

        task.add_done_callback(done)

    async def _shake_hands(self, accepted: socket.socket, connection: web.RequestHandler) -> None:
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: connection, accepted, ssl=self._tls, ssl_handshake_timeout=SECONDS_TO_SHAKE_HANDS
            )

    def _end_oldest(self) -> None:
        """First forget those that have gone of themselves."""
        for connection, task in list(self._strangers.items()):
            if task.done() and connection.transport is None:
                del self._strangers[connection]
        if len(self._strangers) > STRANGERS:
            connection = next(iter(self._strangers))
            self._strangers.pop(connection).cancel()
            if connection.transport is not None:
                connection.transport.abort()
