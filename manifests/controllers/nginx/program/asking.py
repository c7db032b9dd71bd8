"""Asking somebody else whether a request may come in: nginx's auth_request, as the template has it."""

import base64
from urllib.parse import parse_qs, urlsplit

from external_auth import ExternalAuth
from words import block, quoted, short

ESCAPING_FILE = "escaping.js"
ESCAPING = rb"""
function request_uri(r) {
    const hex = (char) => '%' + char.charCodeAt(0).toString(16).toUpperCase();
    return encodeURIComponent(r.variables.request_uri).replace(/[!'()*]/g, hex);
}
export default {request_uri};
"""
"""The template's `set_escape_uri` (module set-misc) in njs: what the sign-in page gets as one parameter."""


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


def server_lines(auth: ExternalAuth, host: str, path: str, path_type: str, settings: list[str]) -> list[str]:
    """The location that asks (template line 1006). `settings` are the buffers of the location that is asked for."""
    if not auth.url:
        return []
    method = [f"proxy_method {auth.method.strip()};", "proxy_set_header X-Original-URI $request_uri;"]
    method += ["proxy_set_header X-Scheme $pass_access_scheme;"]
    asked = [
        "internal;",
        "access_log off;",
        "proxy_intercept_errors off;",
        "proxy_pass_request_body off;",
        *(f"proxy_set_header {name} {value};" for name, value in _headers(auth).items()),
        *(method if auth.method else []),
        "proxy_ssl_server_name on;",
        *(line for line in settings if not (auth.cache_key and line.startswith("proxy_buffering "))),
        *_cache_lines(auth, f"{host}{auth_path(path, path_type)}"),
        *(f"proxy_set_header {name} {quoted(value)};" for name, value in auth.set_headers),
        f"set $target {quoted(auth.url)};",
        "proxy_pass $target;",
    ]
    return block(f"location = {quoted(auth_path(path, path_type))}", asked)


def _headers(auth: ExternalAuth) -> dict[str, str]:
    """What is told of the request that somebody asks leave for."""
    return {
        "Content-Length": '""',
        "X-Forwarded-Proto": '""',
        "X-Request-ID": "$req_id",
        "Host": quoted(auth.host),
        "X-Original-URL": "$scheme://$http_host$request_uri",
        "X-Original-Method": "$request_method",
        "X-Sent-From": '"nginx-ingress-controller"',
        "X-Real-IP": "$remote_addr",
        "X-Forwarded-For": "$remote_addr",
        "X-Auth-Request-Redirect": quoted(auth.request_redirect) if auth.request_redirect else "$request_uri",
    }


def signin_lines(auth: ExternalAuth, path: str, escaped: bool, more: list[str]) -> list[str]:
    """The location that leads to the sign-in page. `escaped`: with the module njs. `more`: headers of CORS."""
    if not (auth.url and auth.signin):
        return []
    address = _signin_url(auth, "$escaped_request_uri" if escaped else "$request_uri")
    inside = ["internal;", "add_header Set-Cookie $auth_cookie;", *more, f"return 302 {quoted(address)};"]
    return block(f"location {_signin_name(auth, path)}", inside)


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
