"""A URL as Traefik's routers see it, after it has tidied the path.

Source: Traefik's pkg/server/server_entrypoint.go (normalizePath, sanitizePath: RFC 3986, 6.2.2) and
pkg/muxer/http/mux.go (withRoutingPath).
"""

import re
import string
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from ingress_lab.http import urls

_UNRESERVED = string.ascii_letters + string.digits + "-._~"
_RESERVED = ":/?#[]@!$&'()*+,;=%"
_GO_KEEPS = set(_UNRESERVED + "$&+,/:;=@" + "!'()*[]%")  # what Go accepts in a path as it is written
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Request:
    """`path` is what the rules are compared with; `escaped` is what an application would be sent.

    `status` is not 0 when Traefik answers by itself before it looks at any rule.
    """

    scheme: str
    host: str
    path: str
    escaped: str
    status: int = 0


def request_of(url: str) -> Request:
    """What a GET of this URL is to Traefik; raises BadArgument for what is not a URL."""
    parts, target = urls.split(url)
    host = (parts.hostname or "").lower()
    written = target.partition("?")[0]
    if re.search("%(?![0-9A-Fa-f]{2})", written):
        return Request(parts.scheme, host, written, written, status=400)
    escaped = clean(_normalized(_escaped(written)))
    return Request(parts.scheme, host, _decoded(escaped, keep=_RESERVED), escaped)


def clean(path: str) -> str:
    """Without `.`, `..` and empty parts; a slash at the end stays (Go's URL.JoinPath)."""
    made: list[str] = []
    for part in path.split("/"):
        if part == "..":
            made = made[:-1]
        elif part not in ("", "."):
            made.append(part)
    joined = ("/" if path.startswith("/") else "") + "/".join(made)
    return f"{joined}/" if path.endswith("/") and made else joined


def _escaped(path: str) -> str:
    """Go's URL.EscapedPath: as written where that is a valid encoding, else encoded afresh."""
    if all(c in _GO_KEEPS for c in path):
        return path
    return quote(unquote_to_bytes(path), safe=_UNRESERVED + "$&+,/:;=@")


def _normalized(path: str) -> str:
    """`%66oo` is `foo`, `%2f` is `%2F`."""
    return _ESCAPE.sub(lambda m: c if (c := chr(int(m[1], 16))) in _UNRESERVED else m[0].upper(), path)


def _decoded(path: str, *, keep: str) -> str:
    """Percent-encodings taken away, except those of reserved characters."""
    kept = "|".join(f"%{ord(c):02X}" for c in keep)
    parts = re.split(f"({kept})", path)
    return "".join(p if n % 2 else unquote_to_bytes(p).decode("utf-8", "surrogateescape") for n, p in enumerate(parts))
