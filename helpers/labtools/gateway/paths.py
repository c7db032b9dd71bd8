"""Path matches and rewritings: from Ingress and ingress-nginx's annotations to HTTPRoute."""

import re
from urllib.parse import urlsplit

from labcore.language.messages import phrase

_PLAIN = re.compile(r"^/[\w./~%-]*$")
_REST = re.compile(r"^(/[\w./~%-]*?)(\(/\|\$\)\(\.\*\)|/?\(/\|\$\)\(\.\*\)|/\(\.\*\)|/\?\(\.\*\))$")
"""/name(/|$)(.*), /name/(.*), /name/?(.*)"""


class NotSaid(Exception):
    """A word of ingress-nginx that an HTTPRoute cannot say with this value."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self.name, self.why = name, why


def match_of(path: str, path_type: str) -> dict | None:
    """The `path` of a match; None for a regular expression, which each implementation reads in its own way."""
    if path_type == "Exact":
        return {"type": "Exact", "value": path}
    if path_type == "Prefix" or _PLAIN.match(path or "/"):
        return {"type": "PathPrefix", "value": path or "/"}
    return None


def expression_of(path: str) -> dict:
    """A match for an implementation that reads RE2, as nginx would match: from the beginning, in any case."""
    return {"type": "RegularExpression", "value": f"(?i)^{path}"}


def rest_of(path: str, target: str) -> tuple[dict, dict] | None:
    """`/name(/|$)(.*)` with `/$2` says in regular expressions what ReplacePrefixMatch says in words."""
    match = _REST.match(path)
    if not match:
        return None
    group = "$2" if "|" in match[2] else "$1"
    if not target.endswith(f"/{group}") or "$" in target.removesuffix(group):
        return None
    prefix = target.removesuffix(group).rstrip("/") or "/"
    return {"type": "PathPrefix", "value": match[1] or "/"}, {
        "type": "ReplacePrefixMatch",
        "replacePrefixMatch": prefix,
    }


def redirect_of(name: str, url: str, status: int) -> dict:
    """A RequestRedirect to another URL; raises NotSaid for one with a query.

    Without `$request_uri` at its end, nginx keeps nothing of the path that was asked for.
    """
    whole = url.removesuffix("$request_uri")
    try:
        parts = urlsplit(whole.replace("$scheme://", "//", 1))
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise NotSaid(name, phrase("{url} is no URL", url=url))
    if parts.path and whole != url:
        raise NotSaid(name, phrase("an HTTPRoute cannot put a path before the one that was asked for"))
    if parts.query or parts.fragment:
        raise NotSaid(name, phrase("an HTTPRoute redirects to a host and a path, not to a query"))
    made: dict = {"statusCode": status}
    if parts.scheme:
        made["scheme"] = parts.scheme
    made["hostname"] = host
    if port:
        made["port"] = port
    if whole == url or parts.path:
        made["path"] = {"type": "ReplaceFullPath", "replaceFullPath": parts.path or "/"}
    return {"type": "RequestRedirect", "requestRedirect": made}
