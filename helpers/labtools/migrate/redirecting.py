"""Traefik's Middlewares that answer with another address."""

import re

from labcore.language.messages import phrase

from labtools.migrate.plan import NoEquivalent

Spec = dict
_KNOWN_VARIABLES = {"$scheme": "${1}", "$host": "${2}", "$http_host": "${2}", "$request_uri": "${3}"}
_URL = r"^(https?)://([^/:]+)(?::[0-9]+)?(.*)$"
VARIABLES = phrase("the value has variables of nginx, which are filled in for each request")


def https() -> tuple[str, Spec]:
    """Plain HTTP is sent on to HTTPS."""
    return "https", {"redirectScheme": {"scheme": "https", "permanent": True}}


def redirected(url: str, permanent: bool) -> Spec:
    """Every request is answered with another address."""
    pattern = "^.*$"
    made = url.strip()
    if not re.match(r"(\$scheme|https?)://[^/]", made):
        raise NoEquivalent("", phrase("{url} is no URL", url=url))
    if re.search(r"\$\{?\d", made):
        raise NoEquivalent("", VARIABLES)
    if "$" in made:
        for name in sorted(_KNOWN_VARIABLES, key=len, reverse=True):
            made = made.replace(name, _KNOWN_VARIABLES[name])
        pattern = _URL
        if re.search(r"\$(?!\{\d\})", made):
            raise NoEquivalent("", VARIABLES)
    return {"redirectRegex": {"regex": pattern, "replacement": made, "permanent": permanent}}


def to_root(path: str) -> Spec:
    """A request for / alone is answered with another path."""
    made = {"regex": r"^(https?://[^/]+)/(\?.*)?$", "replacement": "${1}" + path.replace("$", "$$")}
    return {"redirectRegex": made}
