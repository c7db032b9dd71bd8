"""A URL as a client of the lab reads it: where it leads, and its request target exactly as written.

Light to import: a command that sends requests in its own way needs no more than this.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import SplitResult, quote, urlsplit

from labcore.clusters import Entry
from labcore.errors import BadArgument
from labcore.language.messages import phrase


def destination(parts: SplitResult, entry: Entry) -> tuple[str, int]:
    """Where a client whose resolver points every name at the entry would connect to."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = entry.https_port if secure else entry.http_port
    if entry.takes_all:
        return entry.address, port
    if is_address(host):
        return host, parts.port or (443 if secure else 80)
    return entry.address, parts.port or port


def is_address(host: str) -> bool:
    """Whether it is an IP address, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def split(url: str) -> tuple[SplitResult, str]:
    """The URL's parts, and its request target exactly as written; raises BadArgument."""
    if any(c.isspace() or not c.isprintable() for c in url):
        raise BadArgument(
            phrase("{url!r} holds a space or a control character; write it percent-encoded (%20)", url=url)
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadArgument(phrase('"{url}" is not a URL: {error}', url=url, error=error)) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise BadArgument(phrase('"{url}" is not a URL to probe; write it as http://abc.sample.com/path', url=url))
    after = url[len(parts.scheme) + 3 :].partition("#")[0]
    cut = min((i for i in (after.find("/"), after.find("?")) if i >= 0), default=len(after))
    target = after[cut:]
    target = target if target.startswith("/") else f"/{target}"
    return parts, "".join(c if c.isascii() else quote(c) for c in target)


def checked_urls(urls: str | Iterable[str]) -> list[str]:
    """One URL or several, each checked; raises BadArgument."""
    if not isinstance(urls, str | Iterable) or isinstance(urls, bytes):
        raise BadArgument(phrase("{urls!r} is not a URL to probe; write it as http://abc.sample.com/path", urls=urls))
    listed = [urls] if isinstance(urls, str) else list(urls)
    for url in listed:
        split(url if isinstance(url, str) else repr(url))
    return listed
