"""Answers that are about the server itself: version, health, discovery, OpenAPI, the issuer of tokens."""

import asyncio
import hashlib
import platform
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate

import orjson
from aiohttp import web

from loopkube import __name__ as implementation
from loopkube.api import discovery, openapi, representation
from loopkube.api.account_tokens import CONFIGURATION, KEYS, AccountTokens
from loopkube.api.negotiation import JSON, negotiate
from loopkube.api.query import Query
from loopkube.api.routing import no_such_group
from loopkube.kinds import Kind
from loopkube.kinds.registry import Kinds
from loopkube.upstream.version import MAJOR, MINOR, VERSION

_CHECKS = ("ping", "log", "store", "poststarthook/bootstrap")
_A_YEAR = 365 * 24 * 3600
_HEALTH = ("healthz", "livez", "readyz")


def version() -> dict:
    """What `kubectl version` prints."""
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return {
        "major": str(MAJOR),
        "minor": str(MINOR),
        "emulationMajor": str(MAJOR),
        "emulationMinor": str(MINOR),
        "minCompatibilityMajor": str(MAJOR),
        "minCompatibilityMinor": str(MINOR - 1),
        "gitVersion": f"{VERSION}+{implementation}",
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "none",
        "compiler": f"python {platform.python_version()}",
        "platform": f"{platform.system().lower()}/{machine}",
    }


def health(path: str, *, verbose: bool) -> str | None:
    """The text of a health page, or None where the path is none."""
    name, _, check = path.strip("/").partition("/")
    if name not in _HEALTH or (check and check not in _CHECKS):
        return None
    if check or not verbose:
        return "ok"
    return "".join(f"[+]{check} ok\n" for check in _CHECKS) + f"{name} check passed\n"


class Pages:
    """What stands at the paths that name no resource; one per server."""

    def __init__(self, kinds: Kinds, tokens: AccountTokens, elsewhere: Callable[[], list[Kind]]) -> None:
        """`elsewhere` tells the kinds of other servers."""
        self._kinds, self._tokens, self._elsewhere = kinds, tokens, elsewhere

    async def answer(self, path: str, query: Query, headers: Mapping[str, str], address: str) -> web.Response:
        """The page; 404 where there is none. `address` is the server's HOST:PORT."""
        text = health(path, verbose="verbose" in query)
        if text is not None:
            return web.Response(text=text, headers={"X-Content-Type-Options": "nosniff"})
        page_path, accept = path.rstrip("/"), headers.get("Accept", "")
        if page_path == "/version":
            return _json(version())
        if page_path == CONFIGURATION:
            return _for_an_hour(self._tokens.configuration(address), JSON)
        if page_path == KEYS:
            return _for_an_hour(self._tokens.keys(), "application/jwk-set+json")
        if path.startswith("/openapi"):
            hashed = query.text("hash")
            # The largest documents take 0.1 s to make, and seconds to serve where there are many definitions.
            page = await asyncio.to_thread(openapi.answer, self._kinds, path, accept, hashed)
            if page is None:
                raise no_such_group()
            return _openapi(page, headers, hashed)
        return self._discovery(path, headers, address)

    def _discovery(self, path: str, headers: Mapping[str, str], address: str) -> web.Response:
        accept = headers.get("Accept", "")
        document = discovery.answer(self._kinds, path, accept, address=address, elsewhere=self._elsewhere())
        if document is None:
            raise no_such_group()
        media = discovery.content_type(document)
        if media == discovery.AGGREGATED:
            body = orjson.dumps(document)
            return _cached(body, media, hashlib.sha512(body).hexdigest().upper(), headers, "public")
        form = negotiate(accept)
        return web.Response(
            body=representation.encode(document, form).rstrip(b"\n") + b"\n", headers={"Content-Type": form.media}
        )


def _cached(body: bytes, media: str, etag: str, headers: Mapping[str, str], control: str = "") -> web.Response:
    """An answer that a client may keep; 304 where it has it."""
    quoted = f'"{etag}"'
    told = {"ETag": quoted, "Vary": "Accept"} | ({"Cache-Control": control} if control else {})
    if headers.get("If-None-Match") == quoted:
        return web.Response(status=304, headers=told)
    return web.Response(body=body, headers=told | {"Content-Type": media})


def _openapi(page: openapi.Page, headers: Mapping[str, str], hashed: str) -> web.Response:
    if page.location:
        return web.Response(status=301, headers={"Location": page.location})
    response = _cached(page.body, page.content_type, page.etag, headers, "public, immutable" if hashed else "")
    if hashed:
        response.headers["Expires"] = formatdate(time.time() + _A_YEAR, usegmt=True)
    return response


def _for_an_hour(document: dict, media: str) -> web.Response:
    kept = {"Content-Type": media, "Cache-Control": "public, max-age=3600"}
    return web.Response(body=orjson.dumps(document), headers=kept)


def _json(document: dict, content_type: str = JSON) -> web.Response:
    return web.Response(body=orjson.dumps(document) + b"\n", headers={"Content-Type": content_type})
