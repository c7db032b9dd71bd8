"""What the words of a controller's dialect become in an HTTPRoute, or why they become nothing."""

from labcore.language.messages import phrase

from labtools.migrate.table import annotations

NGINX = "nginx.ingress.kubernetes.io/"
TRAEFIK = "traefik.ingress.kubernetes.io/"

CONVERTED = frozenset({
    "rewrite-target", "permanent-redirect", "permanent-redirect-code", "temporal-redirect", "temporal-redirect-code",
    "server-alias", "canary", "canary-weight", "canary-weight-total", "canary-by-header", "canary-by-header-value",
    "canary-by-header-pattern", "upstream-vhost", "use-regex", "x-forwarded-prefix", "app-root", "from-to-www-redirect",
})  # fmt: skip
_POLICY = phrase("a policy of the implementation; HTTPRoute has no field for it")
_OTHERWISE: dict[str, str] = {
    "ssl-redirect": phrase(
        "the listener of the Gateway decides that: a second HTTPRoute on its HTTP listener, with RequestRedirect"
    ),
    "ssl-passthrough": phrase("a TLSRoute does that"),
    "backend-protocol": phrase("the Service's appProtocol, or a BackendTLSPolicy, says that"),
}
"""What stands in another object; the rest is said by the table of annotations."""


def why_not(name: str) -> str:
    """Why an annotation (without its prefix) has no place in an HTTPRoute."""
    known = annotations().get(name)
    return (
        _OTHERWISE.get(name.removeprefix("force-")) or (known.verdicts["gateway"].sentence if known else "") or _POLICY
    )
