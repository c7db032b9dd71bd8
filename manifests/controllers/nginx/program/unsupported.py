"""Annotations of ingress-nginx v1.15.1 that this controller does not carry out, and why."""

LUA = "ingress-nginx does it in Lua, and this nginx has none"
MODULE = "it needs a module that this nginx does not have"
WHY = {
    "auth-cache-key": LUA,
    "auth-cache-duration": LUA,
    "auth-keepalive": LUA,
    "auth-keepalive-requests": LUA,
    "auth-keepalive-share-vars": LUA,
    "auth-keepalive-timeout": LUA,
    "enable-global-auth": "there is no global external authentication here",
    "enable-modsecurity": MODULE,
    "enable-opentelemetry": MODULE,
    "enable-owasp-core-rules": MODULE,
    "fastcgi-index": "applications are asked by HTTP or gRPC only",
    "fastcgi-params-configmap": "applications are asked by HTTP or gRPC only",
    "http2-push-preload": "nginx itself gave up HTTP/2 push in version 1.25.1",
    "modsecurity-transaction-id": MODULE,
    "opentelemetry-operation-name": MODULE,
    "opentelemetry-trust-incoming-span": MODULE,
    "session-cookie-change-on-failure": LUA,
    "session-cookie-conditional-samesite-none": LUA,
    "ssl-passthrough": "ingress-nginx's own Go program looks into the connection before nginx, and ours does not",
    "upstream-hash-by-subset": LUA,
    "upstream-hash-by-subset-size": LUA,
}
SNIPPETS = frozenset(
    ("auth-snippet", "configuration-snippet", "modsecurity-snippet", "server-snippet", "stream-snippet")
)
"""Their risk is Critical, more than `annotations-risk-level: High` lets pass: an Ingress with one is not served."""
