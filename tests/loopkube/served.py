"""A running API server and one HTTP client for it, as the fixture `served` gives them."""

import json
import ssl
from typing import NamedTuple

import aiohttp
from loopkube.api.credentials import Credentials
from loopkube.api.in_process import InProcessClient
from loopkube.api.server import Server
from loopkube.api.verbs import Api


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
