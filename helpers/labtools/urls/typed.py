"""A host and a path as somebody types them: `shop.example.com:8080/a/../b`, with http:// or without."""

import re
from dataclasses import dataclass

from ingress_lab.http import transport
from labcore.errors import BadArgument
from labcore.language.messages import phrase

_SCHEME = re.compile(r"(?:(https?)://)?(.*)", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]*)?")


@dataclass(frozen=True)
class Typed:
    """`host` is the Host header as a client sends it, `target` the path with what follows it, byte for byte."""

    scheme: str
    host: str
    target: str

    @property
    def url(self) -> str:
        """With the scheme in front."""
        return f"{self.scheme}://{self.host}{self.target}"

    @property
    def path(self) -> str:
        """Without what follows a question mark."""
        return self.target.partition("?")[0]


def read(text: str) -> Typed:
    """Nothing is tidied: a browser or curl would take out `..` before it sends. Raises BadArgument."""
    scheme, rest = _SCHEME.fullmatch(text.strip()).groups("http")  # type: ignore[union-attr]
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not _AUTHORITY.fullmatch(host):
        raise BadArgument(
            phrase(
                '"{host}" is not a host; write a name, perhaps with a port, and then the path: shop.example.com/cart',
                host=host,
            )
        )
    url = f"{scheme.lower()}://{rest}"
    parts, target = transport.split(url)
    return Typed(parts.scheme, host, target)
