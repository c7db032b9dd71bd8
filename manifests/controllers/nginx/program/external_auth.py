"""auth-url and what belongs to it: internal/ingress/annotations/authreq/main.go, template line 1006."""

import base64
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import values
from annotations import HIGH, MEDIUM, Denied, Reader, Rule
from objects import Cluster
from words import block, quoted, short

_URL = values.shaped(values.URL_WITH_VARIABLES, spaces_count=False)
_PLAIN_URL = values.shaped(values.URL, spaces_count=False)
_METHOD = values.shaped(r"GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE", spaces_count=False)
ESCAPING_FILE = "escaping.js"
ESCAPING = rb"""
function request_uri(r) {
    const hex = (char) => '%' + char.charCodeAt(0).toString(16).toUpperCase();
    return encodeURIComponent(r.variables.request_uri).replace(/[!'()*]/g, hex);
}
export default {request_uri};
"""
"""The template's `set_escape_uri` (module set-misc) in njs: what the sign-in page gets as one parameter."""
_HEADER = re.compile(r"[a-zA-Z0-9_-]+")
RULES = {
    "auth-url": Rule(_URL, HIGH),
    "auth-method": Rule(_METHOD),
    "auth-signin": Rule(_URL, HIGH),
    "auth-signin-redirect-param": Rule(_PLAIN_URL, MEDIUM),
    "auth-response-headers": Rule(values.shaped(values.HEADERS, spaces_count=False), MEDIUM),
    "auth-proxy-set-headers": Rule(values.shaped(values.BASIC_CHARS, spaces_count=False), MEDIUM),
    "auth-request-redirect": Rule(_PLAIN_URL, MEDIUM),
    "auth-always-set-cookie": Rule(values.boolean),
    "auth-cache-key": Rule(values.shaped(values.VARIABLE, spaces_count=False), MEDIUM),
    "auth-cache-duration": Rule(values.shaped(values.WITH_COMMAS), MEDIUM),
}


@dataclass(frozen=True)
class ExternalAuth:
    url: str = ""
    host: str = ""
    method: str = ""
    signin: str = ""
    redirect_param: str = ""
    response_headers: tuple[str, ...] = ()
    set_headers: tuple[tuple[str, str], ...] = ()
    request_redirect: str = ""
    always_set_cookie: bool = False
    cache_key: str = ""
    cache_durations: tuple[str, ...] = ("200 202 401 5m",)


def read(reader: Reader, cluster: Cluster) -> ExternalAuth:
    url = reader.text("auth-url", strict=True)
    if not url:
        return ExternalAuth()
    parsed = urlsplit(url)
    if not parsed.scheme or not parsed.netloc or ".." in parsed.netloc:
        raise Denied("could not parse auth-url annotation: url scheme or host is empty")
    headers = [name.strip() for name in reader.text("auth-response-headers").split(",") if name.strip()]
    if not all(_HEADER.fullmatch(name) for name in headers):
        raise Denied("invalid headers list")
    return ExternalAuth(
        url=url,
        host=parsed.hostname or "",
        method=reader.text("auth-method"),
        signin=reader.text("auth-signin"),
        redirect_param=reader.text("auth-signin-redirect-param", "rd"),
        response_headers=tuple(headers),
        set_headers=_set_headers(reader, cluster),
        request_redirect=reader.text("auth-request-redirect", strict=True),
        always_set_cookie=reader.flag("auth-always-set-cookie", strict=True),
        cache_key=reader.text("auth-cache-key"),
        cache_durations=_durations(reader.text("auth-cache-duration")),
    )


def _set_headers(reader: Reader, cluster: Cluster) -> tuple[tuple[str, str], ...]:
    """The ConfigMap of auth-proxy-set-headers."""
    wanted = reader.text("auth-proxy-set-headers")
    if not wanted:
        return ()
    namespace, _, name = wanted.rpartition("/")
    if namespace and namespace != reader.namespace:
        raise Denied("cross namespace usage of secrets is not allowed")
    data = cluster.configmap(reader.namespace, name)
    if data is None:
        raise Denied(f'unable to find configMap "{wanted}"')
    if not all(_HEADER.fullmatch(header) for header in data):
        raise Denied("invalid proxy-set-headers in configmap")
    return tuple(sorted(data.items()))


def _durations(text: str) -> tuple[str, ...]:
    """ParseStringToCacheDurations: status codes, then times."""
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    for each in found:
        if not re.fullmatch(r"(\d{3} +)*\d+(ms|s|m|h|d|w|M|y)( +\d+(ms|s|m|h|d|w|M|y))*", each):
            raise Denied(f"invalid cache duration: {each}")
    return found or ("200 202 401 5m",)


def _cache_lines(auth: ExternalAuth, place: str) -> list[str]:
    """Template line 1024: the same question is asked once; Lua would only make the key shorter."""
    if not auth.cache_key:
        return []
    times = [f"proxy_cache_valid {each};" for each in auth.cache_durations]
    return [
        "proxy_cache auth_cache;",
        *times,
        f"proxy_cache_key {quoted(place + auth.cache_key)};",
        "proxy_buffering on;",
    ]


def auth_path(path: str, path_type: str) -> str:
    """buildAuthLocation."""
    return f"/_external-auth-{base64.urlsafe_b64encode(path.encode()).decode().rstrip('=')}-{path_type}"


def server_lines(
    auth: ExternalAuth, host: str, path: str, path_type: str, settings: list[str], escaped: bool
) -> list[str]:
    """The locations that ask, and that lead to the sign-in page. `escaped`: nginx has the module njs."""
    if not auth.url:
        return []
    redirect = quoted(auth.request_redirect) if auth.request_redirect else "$request_uri"
    asked = [
        "internal;",
        "access_log off;",
        "proxy_intercept_errors off;",
        "proxy_pass_request_body off;",
        'proxy_set_header Content-Length "";',
        'proxy_set_header X-Forwarded-Proto "";',
        "proxy_set_header X-Request-ID $req_id;",
    ]
    if auth.method:
        asked += [f"proxy_method {auth.method.strip()};", "proxy_set_header X-Original-URI $request_uri;"]
        asked += ["proxy_set_header X-Scheme $pass_access_scheme;"]
    asked += [
        f"proxy_set_header Host {quoted(auth.host)};",
        "proxy_set_header X-Original-URL $scheme://$http_host$request_uri;",
        "proxy_set_header X-Original-Method $request_method;",
        'proxy_set_header X-Sent-From "nginx-ingress-controller";',
        "proxy_set_header X-Real-IP $remote_addr;",
        "proxy_set_header X-Forwarded-For $remote_addr;",
        f"proxy_set_header X-Auth-Request-Redirect {redirect};",
        "proxy_ssl_server_name on;",
        *(line for line in settings if not (auth.cache_key and line.startswith("proxy_buffering "))),
        *_cache_lines(auth, f"{host}{auth_path(path, path_type)}"),
        *(f"proxy_set_header {name} {quoted(value)};" for name, value in auth.set_headers),
        f"set $target {quoted(auth.url)};",
        "proxy_pass $target;",
    ]
    made = block(f"location = {quoted(auth_path(path, path_type))}", asked)
    if auth.signin:
        address = _signin_url(auth, "$escaped_request_uri" if escaped else "$request_uri")
        signin = ["internal;", "add_header Set-Cookie $auth_cookie;", f"return 302 {quoted(address)};"]
        made += block(f"location {_signin_name(auth, path)}", signin)
    return made


def lines(auth: ExternalAuth, path: str, path_type: str, set_header: str) -> list[str]:
    """Template line 1236: without `auth-keepalive`, as nginx's own module asks."""
    if not auth.url:
        return []
    made = [
        f"auth_request {quoted(auth_path(path, path_type))};",
        "auth_request_set $auth_cookie $upstream_http_set_cookie;",
        f"add_header Set-Cookie $auth_cookie{' always' if auth.always_set_cookie else ''};",
    ]
    for number, name in enumerate(auth.response_headers):
        variable = name.lower().replace("-", "_")
        made += [f"auth_request_set $authHeader{number} $upstream_http_{variable};"]
        made += [f"{set_header} {name} $authHeader{number};"]
    if auth.signin:
        made.append(f"error_page 401 = {_signin_name(auth, path)};")
    return made


def _signin_name(auth: ExternalAuth, path: str) -> str:
    return f"@signin_{short(path, auth.signin)}"


def _signin_url(auth: ExternalAuth, uri: str) -> str:
    """buildAuthSignURL: where the person wanted to go becomes a parameter, unless the URL has that one already."""
    given = parse_qs(urlsplit(auth.signin).query)
    if auth.redirect_param in given:
        return auth.signin
    joined = "&" if given else "?"
    return f"{auth.signin}{joined}{auth.redirect_param}=$pass_access_scheme://$http_host{uri}"
