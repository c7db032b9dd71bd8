"""Routers: a rule text, what it matches, and what the router does with a request.

Source: Traefik's pkg/muxer/http (matchers, priority) and pkg/muxer/muxer.go (host expressions).
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

from labtools.traefik import goregexp
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.request import Request

LAST = -(2**31)  # the priority of a catch-all: tried after all others


@dataclass(frozen=True)
class Match:
    """A rule: hosts (none: any), and how a path is compared.

    `kind`: "" (any path), Path (equal), PathPrefix (begins with), Prefix (element by element: Traefik writes it as
    two matchers), PathRegexp.
    """

    hosts: tuple[str, ...] = ()
    kind: str = ""
    path: str = ""

    @cached_property
    def text(self) -> str:
        """The rule as Traefik writes it; its length in bytes is its priority."""
        hosts = " || ".join(f"Host({quoted(host)})" for host in self.hosts)
        parts = [f"({hosts})" if len(self.hosts) > 1 else hosts] if hosts else []
        return " && ".join([*parts, *([self._path_text()] if self.kind else [])])

    def _path_text(self) -> str:
        if self.kind != "Prefix":
            return f"{self.kind}({quoted(self.path)})"
        if self.path == "/":
            return 'PathPrefix("/")'
        path = self.path.removesuffix("/")
        return f"(Path({quoted(path)}) || PathPrefix({quoted(path + '/')}))"

    @property
    def length(self) -> int:
        """Bytes of the rule's text, which is a router's priority in Traefik."""
        return len(self.text.encode())

    @property
    def problem(self) -> str:
        """Why Traefik cannot use this rule: "empty" or "regexp"; "" when it can."""
        if not self.text:
            return "empty"
        return "regexp" if self.kind == "PathRegexp" and goregexp.compiled(self.path) is None else ""

    def fits_host(self, host: str) -> bool:
        """Without a rule on hosts, any host fits."""
        return not self.hosts or any(host_fits(pattern, host) for pattern in self.hosts)

    def fits_path(self, path: str) -> bool:
        """`Prefix` means whole elements, as the Ingress says; `PathPrefix` is a prefix of the text, as Traefik says."""
        if self.kind == "Path":
            return path == self.path
        if self.kind == "PathPrefix":
            return path.startswith(self.path)
        if self.kind == "Prefix":
            prefix = self.path.removesuffix("/")
            return path == prefix or path.startswith(f"{prefix}/")
        if self.kind == "PathRegexp":
            pattern = goregexp.compiled(self.path)
            return bool(pattern and pattern.search(path))
        return True


@dataclass(frozen=True)
class Router:
    """What became of a claim: a rule with its backend, or (`dropped`) why there is none.

    `schemes`: by which of http and https a request may come in. `status` is that of a redirect; with
    `redirect_path`, a regular expression, only the paths that it fits are redirected. `services`: who may be asked
    (nobody: 503; several: weights decide).
    `rewrite`: (regular expression, replacement) for the path. `key`: its name inside Traefik; of two routers with one
    name, one is lost. `servers` (URLs) and `problems` are Traefik's own, where it was asked.
    """

    claim: Claim
    provider: str
    match: Match = Match()
    priority: int = 0
    services: tuple[str, ...] = ()
    status: int = 0
    schemes: tuple[str, ...] = ("http", "https")
    redirect_path: str = ""
    rewrite: tuple[str, str] | None = None
    app_root: bool = False
    key: str = ""
    dropped: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)
    contested: bool = False
    servers: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def order(self) -> int:
        """Greater is tried earlier."""
        return self.priority or self.match.length

    def fits(self, request: Request) -> bool:
        """A router that Traefik dropped fits nothing."""
        return (
            not self.dropped
            and request.scheme in self.schemes
            and self.match.fits_host(request.host)
            and self.match.fits_path(request.path)
        )

    def without(self, why: str) -> "Router":
        """The same router as dropped, with the reason's key (`verdicts` has the words)."""
        return replace(self, dropped=why)


def host_fits(pattern: str, host: str) -> bool:
    """`*.a.com` is one label in front of a.com; case and a dot at the end do not count."""
    pattern, host = pattern.lower().removesuffix("."), host.lower().removesuffix(".")
    if pattern.startswith("*"):
        return ".".join(["*", *host.split(".")[1:]]) == pattern
    return host == pattern


def quoted(text: str) -> str:
    """Go's %q: in double quotes, with quotes, backslashes and what cannot be printed escaped."""
    made = ""
    for c in text:
        if c in '"\\':
            made += f"\\{c}"
        elif c.isprintable():
            made += c
        else:
            made += {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(c) or (
                f"\\x{ord(c):02x}" if ord(c) < 0x80 else f"\\u{ord(c):04x}"
            )
    return f'"{made}"'
