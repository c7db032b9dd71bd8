"""The API server that the fuzz sends its requests to, in a thread of its own, and one connection to it."""

import asyncio
import http.client
import json
import ssl
import threading
import time
from collections import Counter
from pathlib import Path

from loopkube.api import bootstrap
from loopkube.api.credentials import Credentials
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock
from operations import Asked

IN_TIME = 5.0
"""Seconds for the answer to any request, on a busy machine too."""


class Frank(http.client.HTTPSConnection):
    """Sends what it is given: the standard library's own checks of paths would hide what ours do."""

    def _validate_path(self, url: str) -> None:
        pass

    def _encode_request(self, request: str) -> bytes:
        return request.encode()


class Running:
    """An API server in a thread of its own, and one connection to it."""

    def __init__(self, folder: Path) -> None:
        self._started, self._ended = threading.Event(), threading.Event()
        self.credentials = Credentials.load_or_make(folder)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        assert self._started.wait(20)
        self._context = ssl.create_default_context(cadata=self.credentials.ca)
        self._connection: Frank | None = None
        self.answers: Counter[int] = Counter()
        self.slowest = (0.0, "")
        self.standing: list[dict] = []

    async def _serve(self) -> None:
        store, clock = Store(None), Clock()
        api = Api(store, Kinds(), clock, credentials=self.credentials)
        keeper = DefinitionKeeper(store, api.kinds, InProcessClient(api, "keeper"), clock)
        await keeper.start()
        server = Server(api, self.credentials)
        await server.start()
        self.port = server.port
        bootstrap.install(api, "127.0.0.1", server.port)
        self._started.set()
        await asyncio.to_thread(self._ended.wait)
        await server.stop()
        await keeper.stop()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join(20)

    def ask(self, asked: Asked) -> int:
        """The status; a connection that the server has closed is opened again."""
        began = time.monotonic()
        for _ in range(2):
            connection = self._connection or Frank("127.0.0.1", self.port, context=self._context, timeout=IN_TIME)
            try:
                status = self._send(connection, asked)
                break
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                self._connection, self.body, status = None, repr(error).encode(), 0
        self.answers[status] += 1
        self.slowest = max(self.slowest, (time.monotonic() - began, str(asked)[:300]))
        return status

    def _send(self, connection: Frank, asked: Asked) -> int:
        headers = {"Authorization": f"Bearer {self.credentials.admin_token}"} | asked.headers
        connection.request(asked.method, asked.path, asked.body, headers)
        answer = connection.getresponse()
        self.body = answer.read()
        self._connection = None if answer.will_close else connection
        return answer.status

    def get(self, path: str) -> dict:
        assert self.ask(Asked("GET", path, {}, None)) == 200
        return json.loads(self.body)
