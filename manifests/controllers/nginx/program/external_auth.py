"""auth-url and what belongs to it: internal/ingress/annotations/authreq/main.go; asking.py has the directives."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import values
from annotations import HIGH, MEDIUM, Denied, Reader, Rule
from objects import Cluster

_URL = values.shaped(values.URL_WITH_VARIABLES, spaces_count=False)
_PLAIN_URL = values.shaped(values.URL, spaces_count=False)
_METHOD = values.shaped(r"GET|HEAD|POST|PUT|PATCH|DELETE|CONNECT|OPTIONS|TRACE", spaces_count=False)
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
    if not all(_HEADER.fullmatch(header) and value.isprintable() for header, value in data.items()):
        raise Denied("invalid proxy-set-headers in configmap")
    return tuple(sorted(data.items()))


def _durations(text: str) -> tuple[str, ...]:
    """ParseStringToCacheDurations: status codes, then times."""
    found = tuple(each.strip() for each in text.split(",") if each.strip())
    for each in found:
        if not re.fullmatch(r"(\d{3} +)*\d+(ms|s|m|h|d|w|M|y)( +\d+(ms|s|m|h|d|w|M|y))*", each):
            raise Denied(f"invalid cache duration: {each}")
    return found or ("200 202 401 5m",)
