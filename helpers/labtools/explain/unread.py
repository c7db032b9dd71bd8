"""Annotations of an Ingress that the controller of its class does not read."""

import re

from labtools.traefik.annotations import PREFIX as NGINX
from labtools.traefik.ingress_paths import Claim
from labtools.traefik.own import PREFIX as OWN

_OF_CONTROLLERS = (
    "nginx.org/", "nginx.com/", "haproxy.org/", "haproxy-ingress.github.io/", "konghq.com/", "projectcontour.io/",
    "getambassador.io/", "ingress.kubernetes.io/", "traefik.frontend.", "traefik.backend.", "ingress.appscode.com/",
)  # fmt: skip
_ANY = re.compile(r"^[a-z0-9.-]*\bingress\.kubernetes\.io/")

# Both as Traefik 3.7 has them: its own provider's, and what it reads of ingress-nginx's.
_OWN_NAMES = re.compile(
    r"^router\.(?:entrypoints|middlewares|priority|pathmatcher|rulesyntax|observability\..+"
    r"|tls|tls\.certresolver|tls\.options|tls\.domains\.\d+\.(?:main|sans))$"
)
_NGINX = """
    affinity affinity-canary-behavior allowlist-source-range app-root auth-method auth-realm auth-response-headers
    auth-secret auth-secret-type auth-signin auth-snippet auth-tls-pass-certificate-to-upstream auth-tls-secret
    auth-tls-verify-client auth-type auth-url backend-protocol canary canary-by-cookie canary-by-header
    canary-by-header-pattern canary-by-header-value canary-weight canary-weight-total client-body-buffer-size
    configuration-snippet cors-allow-credentials cors-allow-headers cors-allow-methods cors-allow-origin
    cors-expose-headers cors-max-age custom-headers custom-http-errors default-backend enable-access-log enable-cors
    enable-global-auth force-ssl-redirect from-to-www-redirect limit-burst-multiplier limit-connections limit-rpm
    limit-rps permanent-redirect permanent-redirect-code proxy-body-size proxy-buffer-size proxy-buffering
    proxy-buffers-number proxy-connect-timeout proxy-http-version proxy-max-temp-file-size proxy-next-upstream
    proxy-next-upstream-timeout proxy-next-upstream-tries proxy-read-timeout proxy-request-buffering proxy-send-timeout
    proxy-ssl-name proxy-ssl-secret proxy-ssl-server-name proxy-ssl-verify rewrite-target server-alias server-snippet
    service-upstream session-cookie-domain session-cookie-expires session-cookie-max-age session-cookie-name
    session-cookie-path session-cookie-samesite session-cookie-secure ssl-passthrough ssl-redirect temporal-redirect
    temporal-redirect-code upstream-hash-by upstream-vhost use-regex whitelist-source-range x-forwarded-prefix
    """
_NGINX_NAMES = frozenset(_NGINX.split())


def unread(claim: Claim, provider: str) -> list[str]:
    """The annotations that are some controller's, and not read by this provider (`own`, `nginx`)."""
    return [name for name in claim.annotations if _is_controllers(name) and not _is_read(name, provider)]


def _is_controllers(name: str) -> bool:
    return bool(_ANY.match(name)) or name.startswith(_OF_CONTROLLERS)


def _is_read(name: str, provider: str) -> bool:
    if provider == "nginx":
        return name.startswith(NGINX) and name.removeprefix(NGINX) in _NGINX_NAMES
    return name.startswith(OWN) and bool(_OWN_NAMES.match(name.removeprefix(OWN).lower()))
