"""A URL as nginx's locations see it: host and path after nginx has read them.

Source: nginx 1.31, src/http/ngx_http_parse.c (ngx_http_parse_complex_uri) and ngx_http_request.c
(ngx_http_validate_host); behaviour measured with tests/flows/test_urls.py.
"""

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from labtools.urls.typed import Typed

_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ZERO = "%00"


@dataclass(frozen=True)
class Seen:
    """`status` is not 0 where nginx answers by itself before it looks for a location."""

    host: str
    path: str
    status: int = 0


def seen(typed: Typed) -> Seen:
    """What a GET is to nginx, whose `merge_slashes` is on."""
    written = typed.path.partition("#")[0]
    host = host_of(typed.host)
    path = "" if _BROKEN.search(written) or _ZERO in written else tidied(decoded(written))
    return Seen(host, path or written, 0 if path and host else 400)


def host_of(header: str) -> str:
    """In lower case, without port, without one dot at its end; "" for one that nginx refuses."""
    name = re.sub(r":[0-9]*$", "", header).lower()
    name = name.removesuffix(".")
    return "" if ".." in name else name


def decoded(path: str) -> str:
    """Every percent-encoding taken away, that of a slash and a dot, too; what is not UTF-8 stays as single bytes."""
    return unquote_to_bytes(path).decode("utf-8", "surrogateescape")


def tidied(path: str) -> str:
    """Slashes in a row are one, `.` is nothing, `..` takes the part before it; "" where there is none to take."""
    made: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            if not made:
                return ""
            made.pop()
        elif part not in ("", "."):
            made.append(part)
    at_end = "/" if made and parts[-1] in ("", ".", "..") else ""
    return "/" + "/".join(made) + at_end
