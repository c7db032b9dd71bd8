"""An API in memory, and an API server in a temporary folder on a free port; no controllers run."""

import json
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest
from loopkube.api import bootstrap
from loopkube.api.credentials import Credentials
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.server import Server
from loopkube.api.verbs import Api
from loopkube.clock import Clock
from loopkube.inprocess import InProcessClient
from loopkube.kinds import Kinds
from loopkube.store import Store


class Reply(NamedTuple):
    """An answer: `body` is the parsed JSON, or the text where it is none."""

    status: int
    body: dict
    headers: dict[str, str]
    text: str


class Served:
    """A running server and one HTTP client for it; `links` is filled by tests that need a node."""

    def __init__(self, api: Api, server: Server, credentials: Credentials, links: dict) -> None:
        self.api, self.server, self.credentials, self.links = api, server, credentials, links
        self.client = InProcessClient(api, "test")
        context = ssl.create_default_context(cadata=credentials.ca)
        self.session = aiohttp.ClientSession(server.url, connector=aiohttp.TCPConnector(ssl=context))

    def headers(self, token: str | None = None) -> dict[str, str]:
        token = self.credentials.admin_token if token is None else token
        return {"Authorization": f"Bearer {token}"} if token else {}

    async def call(self, method: str, path: str, body: object = None, **more: object) -> Reply:
        """One request as the administrator; `token`, `headers`, `data` and `params` as wanted."""
        headers = self.headers(more.pop("token", None)) | more.pop("headers", {})
        if body is not None:
            more["data"] = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        async with self.session.request(method, path, headers=headers, **more) as response:
            text = await response.text()
            parsed = json.loads(text) if "json" in response.headers.get("Content-Type", "") else {}
            return Reply(response.status, parsed, dict(response.headers), text)


@pytest.fixture
def api() -> Iterator[Api]:
    store = Store(None)
    api = Api(store, Kinds(), Clock())
    bootstrap.install(api, "127.0.0.1", 6443)
    yield api
    store.close()


@pytest.fixture
async def client(api: Api) -> InProcessClient:
    client = InProcessClient(api, "test")
    await client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    return client


@pytest.fixture(scope="session")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return Credentials.load_or_make(tmp_path_factory.mktemp("credentials"))


@pytest.fixture
async def served(tmp_path: Path, credentials: Credentials) -> AsyncIterator[Served]:
    links: dict = {}
    store = Store(tmp_path / "state.db")
    api = Api(store, Kinds(), Clock(), links=links.get, credentials=credentials)
    server = Server(api, credentials)
    await server.start()
    keeper = DefinitionKeeper(store, api.kinds, InProcessClient(api, "keeper"), Clock())
    await keeper.start()
    bootstrap.install(api, "127.0.0.1", server.port)
    found = Served(api, server, credentials, links)
    yield found
    await found.session.close()
    await keeper.stop()
    await server.stop()
    store.close()
