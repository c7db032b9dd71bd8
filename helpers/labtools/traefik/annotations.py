"""ingress-nginx's annotations, as far as they decide who answers and with which status."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PREFIX = "nginx.ingress.kubernetes.io/"
_SNIPPETS = ("server-snippet", "configuration-snippet", "auth-snippet")

# These may change the answer too; the reading does not follow them, and says so.
NOT_READ = (
    "auth-type", "auth-url", "auth-tls-secret", "allowlist-source-range", "whitelist-source-range", "limit-rps",
    "limit-rpm", "limit-connections", "custom-http-errors", "ssl-passthrough", "backend-protocol",
    "proxy-body-size", "upstream-vhost",
)  # fmt: skip


@dataclass(frozen=True)
class Settings:
    """The annotations of one Ingress, by the part of their name after `nginx.ingress.kubernetes.io/`."""

    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, ingress: dict) -> "Settings":
        """The annotations of ingress-nginx on an Ingress, without their prefix."""
        annotations = ingress["metadata"].get("annotations") or {}
        return cls({k.removeprefix(PREFIX): v for k, v in annotations.items() if k.startswith(PREFIX)})

    def get(self, name: str) -> str:
        """Without nginx's prefix; "" where it is not set."""
        return self.values.get(name, "")

    def on(self, name: str, default: bool = False) -> bool:
        """`true` in any case is true; whatever else is written is false."""
        return self.values[name].lower() == "true" if name in self.values else default

    def number(self, name: str, default: int) -> int:
        """`default` also where the text is not a number."""
        try:
            return int(self.get(name))
        except ValueError:
            return default

    @property
    def snippets(self) -> bool:
        """Whether it has raw configuration of nginx."""
        return any(self.get(name) for name in _SNIPPETS)

    @property
    def aliases(self) -> list[str]:
        """More hosts for the same rules."""
        return [a.strip() for a in self.get("server-alias").split(",") if a.strip()]

    @property
    def app_root(self) -> str:
        """Where a request for `/` is redirected to; a path, else it counts for nothing."""
        return self.get("app-root") if self.get("app-root").startswith("/") else ""

    @property
    def redirect(self) -> int:
        """The status of `temporal-redirect` or `permanent-redirect`; 0 without them."""
        for name, usual in (("temporal-redirect", 302), ("permanent-redirect", 301)):
            if self.get(name):
                code = self.number(f"{name}-code", usual)
                return code if 300 <= code <= 308 else usual
        return 0

    def to_https(self, tls: bool) -> bool:
        """Is plain HTTP sent on to HTTPS? With `spec.tls` that is the default."""
        return self.on("force-ssl-redirect") or (tls and self.on("ssl-redirect", True))

    @property
    def rewrites_elsewhere(self) -> bool:
        """Does `rewrite-target` name another site?"""
        return bool(urlsplit(self.get("rewrite-target")).scheme)

    def rewrite(self, path: str) -> tuple[str, str] | None:
        """(path, target) of rewrite-target; None where it changes nothing."""
        target = self.get("rewrite-target")
        return (path, target) if target and target != path else None
