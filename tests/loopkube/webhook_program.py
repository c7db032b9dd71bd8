"""A webhook for tests: an HTTPS server in the test's own event loop, whose answers are a function of the request."""

import asyncio
import base64
import json
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from aiohttp import web
from loopkube.api import certificates

Answer = Callable[[dict], object]
"""From the `request` of a review to its `response` without the uid, or a coroutine of it."""


@cache
def pair(*addresses: str) -> dict[str, str]:
    """A certificate for these addresses, and the authority that signed it."""
    authority = certificates.authority(datetime.now(UTC))
    return authority | certificates.server(authority, addresses, datetime.now(UTC))


def bundle(*addresses: str) -> str:
    """What a caBundle says."""
    return base64.b64encode(pair(*(addresses or ("127.0.0.1",)))["ca.crt"].encode()).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Webhook:
    """`asked` is every request so far, `paths` where it came to (with the query), `versions` in which form;
    `connections` are those that brought them."""

    def __init__(self, port: int, answer: Answer) -> None:
        self.port, self.answer = port, answer
        self.asked: list[dict] = []
        self.paths: list[str] = []
        self.versions: list[str] = []
        self.connections: list[asyncio.Transport] = []

    def client(self, path: str = "/hook") -> dict:
        return {"url": f"https://127.0.0.1:{self.port}{path}", "caBundle": bundle()}

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        review = json.loads(await request.read())
        asked = review["request"]
        self.asked.append(asked)
        self.paths.append(request.path_qs)
        self.versions.append(review["apiVersion"])
        if request.transport not in self.connections:
            self.connections.append(request.transport)
        found = self.answer(asked)
        if hasattr(found, "__await__"):
            found = await found
        if isinstance(found, web.Response):
            return found
        answer = {"uid": asked["uid"]} | found
        head = {"kind": review["kind"], "apiVersion": review["apiVersion"]}
        return web.json_response(head | {"response": answer})


@asynccontextmanager
async def running(answer: Answer, *, host: str = "127.0.0.1") -> AsyncIterator[Webhook]:
    made = Webhook(free_port(), answer)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("server.crt", "server.key"):
            (Path(folder) / name).write_text(pair("127.0.0.1")[name])
        context.load_cert_chain(Path(folder) / "server.crt", Path(folder) / "server.key")
    runner = web.ServerRunner(web.Server(made.handle, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, made.port, ssl_context=context).start()
    try:
        yield made
    finally:
        await runner.cleanup()


def allow(request: dict) -> dict:
    return {"allowed": True}


def deny(message: str, **result: object) -> Answer:
    return lambda request: {"allowed": False, "status": {"message": message} | result}


def patched(*operations: dict) -> dict:
    patch = base64.b64encode(json.dumps(operations).encode()).decode()
    return {"allowed": True, "patchType": "JSONPatch", "patch": patch}


def patch(*operations: dict) -> Answer:
    return lambda request: patched(*operations)


def configuration(name: str, *webhooks: dict, mode: str = "Validating") -> dict:
    kind = f"{mode}WebhookConfiguration"
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "webhooks": list(webhooks),
    }


def webhook(client: dict, *resources: str, name: str = "judge.example.com", **more: object) -> dict:
    """One entry of a configuration, for all operations on these resources."""
    rule = {"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": list(resources)}
    return {
        "name": name,
        "clientConfig": client,
        "rules": [rule],
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    } | more


PATHS = {
    "Validating": "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
    "Mutating": "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
}
