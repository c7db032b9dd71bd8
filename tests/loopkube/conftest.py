"""An API in memory, and an API server in a temporary folder on a free port; no controllers run."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from loopkube.api import bootstrap
from loopkube.api.credentials import Credentials
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.kinds.registry import Kinds
from loopkube.shared import addresses
from loopkube.shared.clock import Clock
from node_harness import Node, node
from offline_api import OfflineApi
from served import Served


@pytest.fixture(autouse=True)
def first_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block of addresses that a test claims in this process is not the next one's."""
    monkeypatch.setattr(addresses, "_first", 0)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Node]:
    """A node whose Pods are real processes."""
    async with node(tmp_path) as found:
        yield found


@pytest.fixture
def offline() -> OfflineApi:
    return OfflineApi()


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


@pytest.fixture
async def serving(served: Served) -> Served:
    """The API server with the account that Pods of the namespace default need."""
    await served.client.create("serviceaccounts", {"metadata": {"name": "default"}}, "default")
    return served
