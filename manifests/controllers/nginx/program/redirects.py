"""permanent-redirect, temporal-redirect, from-to-www-redirect (annotations/redirect/redirect.go)."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import values
from annotations import MEDIUM, Reader, Rule, Skipped
from words import block, quoted

RULES = {
    "from-to-www-redirect": Rule(values.boolean),
    "temporal-redirect": Rule(values.shaped(values.URL), MEDIUM),
    "temporal-redirect-code": Rule(values.integer),
    "permanent-redirect": Rule(values.shaped(values.URL), MEDIUM),
    "permanent-redirect-code": Rule(values.integer),
    "relative-redirects": Rule(values.boolean),
}


@dataclass(frozen=True)
class Redirect:
    url: str = ""
    code: int = 301
    www: bool = False
    relative: bool = False


def read(reader: Reader) -> Redirect:
    """Parse: the temporal one comes first."""
    www = reader.flag("from-to-www-redirect", strict=True)
    relative = reader.flag("relative-redirects", strict=True)
    temporal = reader.text("temporal-redirect", strict=True)
    if temporal:
        code = reader.number("temporal-redirect-code", strict=True)
        if not urlsplit(temporal).scheme.startswith("http"):
            raise Skipped("temporal-redirect: only http and https are valid protocols")
        return Redirect(temporal, code if 300 <= code <= 307 else 302, www, relative)
    permanent = reader.text("permanent-redirect", strict=True)
    code = reader.number("permanent-redirect-code", strict=True)
    return Redirect(permanent, code if 300 <= code <= 308 else 301, www, relative)


def lines(redirect: Redirect) -> list[str]:
    """Template lines 1395 (absolute_redirect) and 1418 (return)."""
    made = ["absolute_redirect off;"] if redirect.relative else []
    return [*made, f"return {redirect.code} {quoted(redirect.url)};"] if redirect.url else made


def www_server(host: str, listeners: list[str], certificate: list[str]) -> list[str]:
    """Template line 590 and rootfs/etc/nginx/lua/nginx/ngx_srv_redirect.lua: the other name leads to this one."""
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    target = f"$scheme://{host}:$shown_port$uri_without_slash"
    named = [f"server_name {quoted(other)};"]
    return block("server", [*named, *listeners, *certificate, f"return 308 {quoted(target)};"])


def is_name(host: str) -> bool:
    return re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host) is not None
