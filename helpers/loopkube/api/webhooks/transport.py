"""One HTTPS request to a webhook; its certificate must be signed by the authority that the configuration names."""

import asyncio
import socket
import ssl

import aiohttp
import orjson

from loopkube.api import go_errors, trust
from loopkube.api.store.store import Store
from loopkube.api.store.table import Event
from loopkube.api.webhooks import endpoint as endpoints
from loopkube.api.webhooks.configurations import WHERE_CONFIGURED, client_configs
from loopkube.api.webhooks.connections import Connections, OfMachine
from loopkube.api.webhooks.endpoint import Endpoint, Reach, Unreachable

LONGEST_ANSWER = 16 * 1024 * 1024
"""Bytes."""


class NotAnswered(Exception):
    """There was no answer, or it was an error; worded as Go words it."""


class Caller:
    """Sends reviews; knows the Services of the cluster, and how its addresses are reached from here."""

    def __init__(self, store: Store, reach: Reach, of_machine: OfMachine = socket.socket) -> None:
        self._store, self._reach, self.connections = store, reach, Connections(of_machine)
        for resource in WHERE_CONFIGURED:
            store.subscribe(resource, self._on_event)

    def _on_event(self, event: Event) -> None:
        if self.connections:
            self.connections.keep_only(client_configs(self._store))

    async def post(self, config: dict, review: dict, seconds: int, *, told: bool = True) -> bytes:
        """The body of the answer. `config` is a clientConfig; `told`: whether the URL names the seconds, too."""
        endpoint = endpoints.of(config)
        url = f"{endpoint.origin}{endpoint.path}" + (f"?timeout={seconds}s" if told else "")
        try:
            # around everything, a second try too: this is how long the writer of an object waits
            async with asyncio.timeout(seconds):
                return await self._post(endpoint, config, url, orjson.dumps(review))
        except TimeoutError:
            raise NotAnswered(go_errors.posting(url, "context deadline exceeded")) from None

    async def _post(self, endpoint: Endpoint, config: dict, url: str, body: bytes) -> bytes:
        host, port = endpoint.host, endpoint.port
        try:
            host, port = await endpoints.address_of(endpoint, self._store, self._reach)
            async with self.connections.to(config) as session:
                return await _exchange(session, (host, port), endpoint, url, body)
        except Unreachable as error:
            why = f"{error}"
        except aiohttp.ClientConnectorCertificateError as error:
            wrong_name = _is_wrong_name(error.certificate_error)
            names = await _names(host, port, config.get("caBundle") or "") if wrong_name else None
            why = go_errors.tls(error.certificate_error, names, endpoint.name)
        except (aiohttp.ClientError, ConnectionError) as error:
            why = go_errors.of_client(error, (host, endpoint.port), endpoint.name)
        except (ssl.SSLError, ValueError):
            raise NotAnswered(go_errors.NO_ROOTS) from None
        raise NotAnswered(go_errors.posting(url, why))


async def _exchange(
    session: aiohttp.ClientSession, address: tuple[str, int], endpoint: Endpoint, url: str, body: bytes
) -> bytes:
    """Once more where the other side has closed a kept connection just before it was used again."""
    used_before: list = []
    try:
        return await _sent(session, address, endpoint, url, body, used_before)
    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
        if not used_before:
            raise
    return await _sent(session, address, endpoint, url, body, [])


async def _sent(
    session: aiohttp.ClientSession,
    address: tuple[str, int],
    endpoint: Endpoint,
    url: str,
    body: bytes,
    used_before: list,
) -> bytes:
    host, port = address
    shown = f"[{host}]" if ":" in host else host
    headers = {
        "Host": endpoint.origin.removeprefix("https://"),
        "Content-Type": "application/json",
        "Accept": "application/json, */*",
        "User-Agent": "kube-apiserver-admission",
    }
    async with session.post(
        f"https://{shown}:{port}{url.removeprefix(endpoint.origin)}",
        data=body,
        headers=headers,
        allow_redirects=False,
        server_hostname=endpoint.name,
        timeout=aiohttp.ClientTimeout(total=None),
        trace_request_ctx=used_before,
    ) as answer:
        received = await answer.content.read(LONGEST_ANSWER) if answer.content else b""
        while not answer.content.at_eof() and len(received) < LONGEST_ANSWER:
            received += await answer.content.read(LONGEST_ANSWER)
        if not 200 <= answer.status < 300:
            raise NotAnswered(go_errors.answered(answer.status, received))
        return received


def _is_wrong_name(error: Exception) -> bool:
    return getattr(error, "verify_code", 0) in go_errors.WRONG_NAME


async def _names(host: str, port: int, bundle: str) -> list[tuple[str, str]]:
    """Whom the certificate is for: a connection that sends nothing, only for the message."""
    context = await asyncio.to_thread(trust.made, bundle)
    context.check_hostname = False
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname="")
    except (OSError, ssl.SSLError, ValueError):
        return []
    try:
        certificate = writer.get_extra_info("peercert") or {}
        return list(certificate.get("subjectAltName", ()))
    finally:
        writer.close()
