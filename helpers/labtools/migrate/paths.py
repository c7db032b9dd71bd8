"""Paths as ingress-nginx reads them, and what other readers can say of them."""

import re
from dataclasses import dataclass

from labcore.language.messages import phrase

from labtools.migrate.effects import Hosts, is_plain
from labtools.migrate.found import Found
from labtools.traefik.goregexp import compiled

_FORM = re.compile(
    r"^(?P<prefix>/[\w.~%@+-]*(?:/[\w.~%@+-]+)*)/?"
    r"(?P<rest>\(/\|\$\)\(\.\*\)|\(/\|\$\)|/\?\(\.\*\)|\(\.\*\)|\(\.\+\)|\.\*|\(/\.\*\)\??|\(/\(\.\*\)\)\?|/\?\$|\$|/\?)?$"
)
"""A literal beginning, and one of the usual ways to say "and what follows"."""
_GROUP = re.compile(r"\$(\d)")
_VARIABLE = re.compile(r"\$\{?[a-z_]", re.IGNORECASE)

ONLY_PCRE = phrase("nginx' engine (PCRE) knows this regular expression, Go's (RE2) does not")
NO_PREFIX = phrase("it is a regular expression that is more than a prefix, and a plain Ingress has no field for one")


class NoPath(Exception):
    """A path that cannot be said; the sentence says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Route:
    """A path that is a beginning or a whole, and how it is rewritten ("" for not at all)."""

    path: str
    path_type: str
    whole: str = ""
    """The path that the application sees in place of any."""
    pattern: str = ""
    """With `target`: what of the path is replaced, in Go's words."""
    target: str = ""


def written(path: dict) -> str:
    """The path of a rule; nothing written is every path."""
    return str(path.get("path") or "/")


def takes_root(path: dict) -> bool:
    """Does a request for / come to this path?"""
    return written(path) in ("/", "/(.*)", "/.*", "/?(.*)", "/(.*)$", "/$")


def is_valid(path: dict) -> bool:
    """Whether strict-validate-path-type lets it pass: signs of an expression need ImplementationSpecific."""
    return path.get("pathType") not in ("Exact", "Prefix") or bool(re.match(r"^/[\w.\-/]*$", written(path), re.ASCII))


def can_go(path: str) -> bool:
    """Does Go's engine know the expression?"""
    return compiled("^" + path, ignore_case=True) is not None


def route_of(found: Found, host: str, path: dict, hosts: Hosts) -> Route:
    """A path of one Ingress without regular expressions; raises NoPath."""
    said, target = written(path), found.said.get("rewrite-target", "").strip()
    if not hosts.is_regex(host):
        return Route(said, path.get("pathType") or "ImplementationSpecific")
    begin, path_type = _plainly(said, path)
    if not target or target == said:
        return Route(begin, path_type)
    if "?" in target or _VARIABLE.search(target) or "://" in target:
        raise NoPath(phrase("rewrite-target {target} says more than a path", target=target))
    if "$" not in target:
        return Route(begin, path_type, whole=target)
    if said in ("/(.*)", "/?(.*)") and target == "/$1":
        return Route(begin, path_type)
    return Route(begin, path_type, pattern=_whole(said), target=_GROUP.sub(r"${\1}", target))


def _plainly(said: str, path: dict) -> tuple[str, str]:
    """The literal beginning of an expression, and whether that is the whole of it."""
    if not can_go(said):
        raise NoPath(ONLY_PCRE)
    if is_plain(said):
        return said, "Exact" if path.get("pathType") == "Exact" else "Prefix"
    match = _FORM.match(said)
    if not match:
        raise NoPath(NO_PREFIX)
    rest = match["rest"] or ""
    return match["prefix"], "Exact" if rest in ("$", "/?$") else "Prefix"


def _whole(said: str) -> str:
    """The expression as one that takes the whole path, which nginx replaces."""
    return f"(?i)^{said}" + ("" if said.endswith((".*)", ".*", ".+)")) else ".*")
