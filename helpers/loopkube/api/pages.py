"""Answers that are about the server itself: version, health, discovery, OpenAPI."""

import platform

import orjson
from aiohttp import web

from loopkube import __name__ as implementation
from loopkube.api import discovery, openapi
from loopkube.api.routing import no_such_group
from loopkube.kinds.registry import Kinds
from loopkube.upstream.version import MAJOR, MINOR, VERSION

_CHECKS = ("ping", "log", "store", "poststarthook/bootstrap")
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


def answer(kinds: Kinds, path: str, accept: str, address: str, *, verbose: bool) -> web.Response:
    """The page at a path that names no resource; 404 where there is none."""
    text = health(path, verbose=verbose)
    if text is not None:
        return web.Response(text=text, headers={"X-Content-Type-Options": "nosniff"})
    if path.rstrip("/") == "/version":
        return _json(version())
    if path.startswith("/openapi"):
        page = openapi.answer(kinds, path, accept)
        if page is None:
            raise no_such_group()
        return web.Response(body=page.body, headers={"Content-Type": page.content_type})
    document = discovery.answer(kinds, path, accept, address=address)
    if document is None:
        raise no_such_group()
    return _json(document, discovery.content_type(document))


def _json(document: dict, content_type: str = "application/json") -> web.Response:
    return web.Response(body=orjson.dumps(document) + b"\n", headers={"Content-Type": content_type})
