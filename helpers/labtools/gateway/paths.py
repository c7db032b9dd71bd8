"""Path matches and rewritings: from Ingress and ingress-nginx's annotations to HTTPRoute."""

import re
from urllib.parse import urlsplit

_PLAIN = re.compile(r"^/[\w./~%-]*$")
_REST = re.compile(r"^(/[\w./~%-]*?)/?\(/\|\$\)\(\.\*\)$")  # /name(/|$)(.*)


def match_of(path: str, path_type: str) -> dict | None:
    """The `path` of a match; None for a regular expression, which each implementation reads in its own way."""
    if path_type == "Exact":
        return {"type": "Exact", "value": path}
    if path_type == "Prefix" or _PLAIN.match(path or "/"):
        return {"type": "PathPrefix", "value": path or "/"}
    return None


def rest_of(path: str, target: str) -> tuple[dict, dict] | None:
    """`/name(/|$)(.*)` with `/$2` says in regular expressions what ReplacePrefixMatch says in words."""
    match = _REST.match(path)
    if not match or not target.endswith("/$2"):
        return None
    prefix = target[: -len("$2")].rstrip("/") or "/"
    return {"type": "PathPrefix", "value": match[1]}, {"type": "ReplacePrefixMatch", "replacePrefixMatch": prefix}


def redirect_of(url: str, status: int) -> dict:
    """A RequestRedirect to another URL."""
    parts = urlsplit(url)
    made: dict = {"statusCode": status}
    if parts.scheme:
        made["scheme"] = parts.scheme
    if parts.hostname:
        made["hostname"] = parts.hostname
    if parts.port:
        made["port"] = parts.port
    if parts.path:
        made["path"] = {"type": "ReplaceFullPath", "replaceFullPath": parts.path}
    return {"type": "RequestRedirect", "requestRedirect": made}
