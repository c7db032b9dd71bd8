"""What the words of a controller's dialect become in an HTTPRoute, or why they become nothing."""

from labcore.language.messages import phrase

NGINX = "nginx.ingress.kubernetes.io/"
TRAEFIK = "traefik.ingress.kubernetes.io/"

CONVERTED = ("rewrite-target", "permanent-redirect", "permanent-redirect-code", "temporal-redirect",
             "temporal-redirect-code", "server-alias", "canary", "canary-weight", "canary-weight-total",
             "canary-by-header", "canary-by-header-value", "upstream-vhost", "use-regex")  # fmt: skip

_AFFINITY = phrase("session affinity is not part of HTTPRoute v1 (sessionPersistence is experimental, GEP-1619)")
_LISTENER = phrase(
    "the listener of the Gateway decides that: a second HTTPRoute on its HTTP listener, with RequestRedirect"
)
_POLICY = phrase("a policy of the implementation; HTTPRoute has no field for it")
WHY: dict[str, str] = {
    "affinity": _AFFINITY,
    "affinity-mode": _AFFINITY,
    "session-cookie": _AFFINITY,
    "ssl-redirect": _LISTENER,
    "force-ssl-redirect": _LISTENER,
    "ssl-passthrough": phrase("a TLSRoute does that"),
    "backend-protocol": phrase("the Service's appProtocol, or a BackendTLSPolicy, says that"),
    "app-root": phrase("two rules say that: Exact / with RequestRedirect, and the rest"),
    "from-to-www-redirect": phrase("a second HTTPRoute for the other name, with RequestRedirect"),
    "proxy-read-timeout": phrase("timeouts.backendRequest of the rule is the nearest"),
    "proxy-send-timeout": phrase("timeouts.backendRequest of the rule is the nearest"),
    "enable-cors": phrase("the CORS filter is not in the standard channel of every version"),
    "canary-by-cookie": phrase("HTTPRoute matches headers, not single cookies"),
    "default-backend": phrase("HTTPRoute has no stand-in for a Service without Pods"),
}


def why_not(name: str) -> str:
    """Why an annotation (without its prefix) has no place in an HTTPRoute."""
    for known, why in WHY.items():
        if name == known or (known == "session-cookie" and name.startswith(known)):
            return why
    return _POLICY
