"""One HTTPS request to a webhook; its certificate must be signed by the authority that the configuration names."""

import asyncio
import base64
import binascii
import ssl
from functools import lru_cache

import aiohttp
import orjson

from loopkube.api.store.store import Store
from loopkube.api.webhooks import endpoint as endpoints
from loopkube.api.webhooks import go_errors
from loopkube.api.webhooks.endpoint import Endpoint, Reach, Unreachable

LONGEST_ANSWER = 16 * 1024 * 1024
"""Bytes."""


class NotAnswered(Exception):
    """There was no answer, or it was an error; worded as Go words it."""


class Caller:
    """Sends reviews; knows the Services of the cluster, and how its addresses are reached from here."""

    def __init__(self, store: Store, reach: Reach) -> None:
        self._store, self._reach = store, reach

    async def post(self, config: dict, review: dict, seconds: int, *, told: bool = True) -> bytes:
        """The body of the answer. `config` is a clientConfig; `told`: whether the URL names the seconds, too."""
        endpoint = endpoints.of(config)
        url = f"{endpoint.origin}{endpoint.path}" + (f"?timeout={seconds}s" if told else "")
        try:
            async with asyncio.timeout(seconds):
                return await self._post(endpoint, config.get("caBundle") or "", url, orjson.dumps(review))
        except TimeoutError:
            raise NotAnswered(go_errors.posting(url, "context deadline exceeded")) from None

    async def _post(self, endpoint: Endpoint, bundle: str, url: str, body: bytes) -> bytes:
        try:
            context = trusting(bundle)
            host, port = await endpoints.address_of(endpoint, self._store, self._reach)
        except (ssl.SSLError, ValueError):
            raise NotAnswered("unable to load root certificates: unable to parse bytes as PEM block") from None
        except Unreachable as error:
            raise NotAnswered(go_errors.posting(url, error)) from None
        try:
            return await _exchange(host, port, endpoint, context, url, body)
        except aiohttp.ClientConnectorCertificateError as error:
            names = await _names(host, port, bundle) if _is_wrong_name(error.certificate_error) else None
            why = go_errors.tls(error.certificate_error, names, endpoint.name)
        except aiohttp.ClientConnectorSSLError as error:
            why = go_errors.tls(error.os_error, None, endpoint.name)
        except aiohttp.ClientConnectorError as error:
            why = go_errors.dial(host, endpoint.port, error.os_error)
        except aiohttp.ServerDisconnectedError:
            why = "EOF"
        except (aiohttp.ClientError, ConnectionError) as error:
            why = f"{error}"
        raise NotAnswered(go_errors.posting(url, why))


async def _exchange(host: str, port: int, endpoint: Endpoint, context: ssl.SSLContext, url: str, body: bytes) -> bytes:
    shown = f"[{host}]" if ":" in host else host
    path_and_query = url.removeprefix(endpoint.origin)
    headers = {
        "Host": endpoint.origin.removeprefix("https://"),
        "Content-Type": "application/json",
        "Accept": "application/json, */*",
        "User-Agent": "kube-apiserver-admission",
    }
    session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context, force_close=True))
    async with (
        session,
        session.post(
            f"https://{shown}:{port}{path_and_query}",
            data=body,
            headers=headers,
            allow_redirects=False,
            server_hostname=endpoint.name,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as answer,
    ):
        found = await answer.content.read(LONGEST_ANSWER) if answer.content else b""
        while not answer.content.at_eof() and len(found) < LONGEST_ANSWER:
            found += await answer.content.read(LONGEST_ANSWER)
        if not 200 <= answer.status < 300:
            raise NotAnswered(go_errors.answered(answer.status, found))
        return found


@lru_cache(maxsize=64)
def trusting(bundle: str) -> ssl.SSLContext:
    """For certificates of these authorities (a caBundle); of the system's, where there are none. Raises ValueError."""
    if not bundle:
        return ssl.create_default_context()
    try:
        text = base64.b64decode(bundle, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("no PEM") from None
    return ssl.create_default_context(cadata=text)


def _is_wrong_name(error: Exception) -> bool:
    return getattr(error, "verify_code", 0) in go_errors.WRONG_NAME


async def _names(host: str, port: int, bundle: str) -> list[tuple[str, str]]:
    """Whom the certificate is for: a connection that sends nothing, only for the message."""
    context = ssl.create_default_context(cadata=base64.b64decode(bundle).decode()) if bundle else trusting("")
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
