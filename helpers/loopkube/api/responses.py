"""Answers of the API: a body, its media type, and the warnings that go with it as headers."""

from collections.abc import Iterable

from aiohttp import web

from loopkube.api.negotiation import JSON

LONGEST_WARNINGS, LONGEST_WARNING = 4096, 256
"""Characters of all Warning headers, and of each where all are too long."""


def respond(body: bytes, status: int = 200, media: str = JSON, warnings: Iterable[str] = ()) -> web.Response:
    """An answer as Go's encoder ends it: with a new line."""
    headers = {"Content-Type": media, "Cache-Control": "no-cache, private"}
    response = web.Response(body=body if body.endswith(b"\n") else body + b"\n", status=status, headers=headers)
    if warnings:
        for warning in _short_enough(list(dict.fromkeys(warnings))):
            response.headers.add("Warning", f"299 - {_quoted(warning)}")
    return response


def _short_enough(warnings: list[str]) -> list[str]:
    """All of them in full, or each cut off and no more than fit (apiserver's filters/warning.go)."""
    if sum(map(len, warnings)) <= LONGEST_WARNINGS:
        return warnings
    kept, written = [], 0
    for warning in warnings:
        if written >= LONGEST_WARNINGS:
            break
        kept.append(warning[:LONGEST_WARNING])
        written += len(kept[-1])
    return kept


def _quoted(text: str) -> str:
    """An HTTP quoted-string; what could end the header is left out."""
    clean = "".join(c for c in text if c.isprintable())
    return '"' + clean.replace("\\", "\\\\").replace('"', '\\"') + '"'
