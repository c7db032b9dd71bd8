"""The contract: 301 recorded requests to kube-apiserver v1.36, sent again to the API server and its controllers."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from loopkube import controllers
from loopkube.api import bootstrap
from loopkube.api.credentials import Credentials
from loopkube.api.custom.keeper import DefinitionKeeper
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server
from loopkube.api.store.store import Store
from loopkube.api.verbs import Api
from loopkube.client.informer import Informers
from loopkube.kinds.registry import Kinds
from loopkube.shared.clock import Clock
from recorded import differences, served_entries

GROUPS = sorted((Path(__file__).parent.parent / "recordings" / "api").glob("*.json"))
DEADLINE = 10.0


class Replay:
    """Sends the steps of one group; `values` are what earlier answers have given."""

    def __init__(self, session: aiohttp.ClientSession, admin: str, namespace: str) -> None:
        self._session, self._admin = session, admin
        self._values = {"ns": namespace}

    async def send(self, request: dict) -> tuple[int, str, object]:
        """(status, Warning headers, body); a stream of lines is a list."""
        headers = {"Authorization": f"Bearer {request.get('token', self._admin)}"}
        headers |= {"Accept": request["accept"]} if "accept" in request else {}
        headers |= {"Content-Type": request.get("content_type", "application/json")}
        data = self._filled(request["raw"]) if "raw" in request else None
        if "body" in request:
            data = json.dumps(self._filled(request["body"]))
        path, params = self._filled(request["path"]), self._filled(request.get("params"))
        async with self._session.request(
            request["method"], path, params=params, data=data and data.encode(), headers=headers
        ) as response:
            text, told = await response.text(), ", ".join(response.headers.getall("Warning", []))
            return response.status, told, _parsed(text, (params or {}).get("watch") and response.status == 200)

    def keep(self, capture: dict[str, str], body: object) -> None:
        for name, path in capture.items():
            value: object = body
            for part in path.split("."):
                value = value.get(part, "") if isinstance(value, dict) else ""
            self._values[name] = str(value)

    def _filled(self, value):
        if isinstance(value, str):
            for name, found in self._values.items():
                value = value.replace("{" + name + "}", found)
            return value
        if isinstance(value, dict):
            return {key: self._filled(inner) for key, inner in value.items()}
        return [self._filled(inner) for inner in value] if isinstance(value, list) else value


def _parsed(text: str, watch: object) -> object:
    if watch:
        return [json.loads(line) for line in text.splitlines()]
    try:
        return json.loads(text)
    except ValueError:
        return text


def compared(step: dict, status: int, told: str, body: object) -> Iterator[str]:
    """What is not as recorded; the step's note says where less is compared."""
    wanted, note = step["response"], step.get("note", "")
    if status != wanted["status"]:
        yield f"status {status}, recorded {wanted['status']}: {body}"
    elif note.startswith("a server may serve fewer"):
        yield from served_entries(wanted["body"], body)  # type: ignore[arg-type]
    elif note.startswith("compare columnDefinitions"):
        yield from differences(wanted["body"]["columnDefinitions"], body["columnDefinitions"])  # type: ignore[index]
        yield from differences(len(wanted["body"]["rows"]), len(body["rows"]), "rows")  # type: ignore[index]
    elif not note.startswith(("compare the status code only", "a resourceVersion that is no longer kept")):
        yield from differences(wanted["body"], body)
    if wanted.get("warning", told) != told:
        yield f"Warning {told!r}, recorded {wanted['warning']!r}"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[Server, Credentials]]:
    """The API server with its controllers, without nodes."""
    clock, credentials = Clock(), Credentials.load_or_make(tmp_path / "credentials")
    store = Store(tmp_path / "state.db")
    api = Api(store, Kinds(), clock, credentials=credentials)
    client = InProcessClient(api, "kube-controller-manager")
    served, keeper = Server(api, credentials), DefinitionKeeper(store, api.kinds, client, clock)
    await served.start()
    await keeper.start()
    bootstrap.install(api, "127.0.0.1", served.port)
    informers = Informers(client, clock)
    running = controllers.make_all(client, informers, clock, kinds=api.kinds, ca=credentials.ca)
    for controller in running:
        await controller.start()
    for controller in running:
        await controller.ready()
    yield served, credentials
    for controller in reversed(running):
        await controller.stop()
    await informers.stop()
    await keeper.stop()
    await served.stop()
    store.close()


async def _until(replay: Replay, path: str) -> None:
    """Waits until the path is served."""
    async with asyncio.timeout(DEADLINE):
        while (await replay.send({"method": "GET", "path": path}))[0] != 200:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: path.stem)
async def test_answers_are_as_recorded(path: Path, server: tuple[Server, Credentials]) -> None:
    group, (served, credentials) = json.loads(path.read_text()), server
    context, wrong = ssl.create_default_context(cadata=credentials.ca), []
    async with aiohttp.ClientSession(served.url, connector=aiohttp.TCPConnector(ssl=context)) as session:
        replay = Replay(session, credentials.admin_token, group["namespace"])
        await replay.send({"method": "POST", "path": "/api/v1/namespaces", "body": {"metadata": {"name": "{ns}"}}})
        await _until(replay, "/api/v1/namespaces/{ns}/serviceaccounts/default")
        for step in group["steps"]:
            status, told, body = await replay.send(step["request"])
            replay.keep(step.get("capture", {}), body)
            wrong += [f"{step['id']}: {line}" for line in compared(step, status, told, body)]
            if step["id"] == "define":
                await _until(replay, "/apis/golden.example.com/v1/namespaces/x/kettles")
    assert wrong == []
