"""Annotations of ingress-nginx v1.15.1 that this controller does not carry out, and why."""

LUA = "ingress-nginx does it in Lua, and this nginx has none"
MODULE = "it needs a module that this nginx does not have"
HTTP2 = "ingress-nginx itself leaves it out while use-http2 is on, as it is by default"
OFF = "ingress-nginx does it only where its administrator turned it on, and by default it is off"
CODE = "applications are asked by HTTP or gRPC only"
WHY = {
    "auth-keepalive": HTTP2,
    "auth-keepalive-requests": HTTP2,
    "auth-keepalive-share-vars": HTTP2,
    "auth-keepalive-timeout": HTTP2,
    "enable-global-auth": f"{OFF} (global-auth-url)",
    "enable-modsecurity": MODULE,
    "enable-opentelemetry": MODULE,
    "enable-owasp-core-rules": MODULE,
    "fastcgi-index": CODE,
    "fastcgi-params-configmap": CODE,
    "http2-push-preload": "nginx gave up HTTP/2 push in version 1.25.1",
    "modsecurity-transaction-id": MODULE,
    "opentelemetry-operation-name": MODULE,
    "opentelemetry-trust-incoming-span": MODULE,
    "session-cookie-change-on-failure": LUA,
    "session-cookie-conditional-samesite-none": LUA,
    "ssl-passthrough": f"{OFF} (--enable-ssl-passthrough)",
    "upstream-hash-by-subset": LUA,
    "upstream-hash-by-subset-size": LUA,
}
SNIPPETS = frozenset(("modsecurity-snippet", "stream-snippet"))
"""They are refused whatever the administrator says: no Ingress with one is served. snippets.py has the others."""
