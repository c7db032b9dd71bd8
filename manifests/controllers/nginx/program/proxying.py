"""How a request goes on: annotations/proxy, backendprotocol, upstreamvhost, xforwardedprefix, connection, log."""

import re
from dataclasses import dataclass

import values
from annotations import MEDIUM, Reader, Rule
from words import quoted

_NEXT = r"((error|timeout|invalid_header|http_(500|502|503|504|403|404|429)|non_idempotent|off)\s?)+"
_COOKIE_DOMAIN = rf"(off|[{values.BASIC}]+\s+[{values.BASIC}]+)"
_ON_OFF = values.one_of("on", "off")
_SIZE = values.shaped(values.SIZE, spaces_count=False)
_URL = values.shaped(values.URL, spaces_count=False)
PROTOCOLS = ("auto_http", "http", "https", "grpc", "grpcs", "fcgi")
RULES = {
    **{f"proxy-{name}-timeout": Rule(values.integer) for name in ("connect", "send", "read")},
    "proxy-buffers-number": Rule(values.integer),
    "proxy-buffer-size": Rule(_SIZE),
    "proxy-busy-buffers-size": Rule(_SIZE),
    "proxy-cookie-path": Rule(_URL, MEDIUM),
    "proxy-cookie-domain": Rule(values.shaped(_COOKIE_DOMAIN), MEDIUM),
    "proxy-body-size": Rule(_SIZE, MEDIUM),
    "proxy-next-upstream": Rule(values.shaped(_NEXT), MEDIUM),
    "proxy-next-upstream-timeout": Rule(values.integer),
    "proxy-next-upstream-tries": Rule(values.integer),
    "proxy-request-buffering": Rule(_ON_OFF),
    "proxy-redirect-from": Rule(_URL, MEDIUM),
    "proxy-redirect-to": Rule(_URL, MEDIUM),
    "proxy-buffering": Rule(_ON_OFF),
    "proxy-http-version": Rule(values.one_of("1.0", "1.1")),
    "proxy-max-temp-file-size": Rule(_SIZE),
    "client-body-buffer-size": Rule(_SIZE),
    "backend-protocol": Rule(values.one_of(*PROTOCOLS, any_case=True)),
    "upstream-vhost": Rule(values.server_name),
    "x-forwarded-prefix": Rule(values.shaped(values.PATH_WITH_CAPTURE, spaces_count=False), MEDIUM),
    "connection-proxy-header": Rule(values.shaped(r"(close|keep-alive)", spaces_count=False)),
    "use-port-in-redirects": Rule(values.boolean),
    "enable-access-log": Rule(values.boolean),
    "enable-rewrite-log": Rule(values.boolean),
}


@dataclass(frozen=True)
class Proxying:
    """`settings` are directives and values in the template's order."""

    settings: tuple[tuple[str, str], ...] = ()
    redirect: str = "off"
    protocol: str = "HTTP"
    vhost: str = ""
    prefix: str = ""
    connection: str = ""
    port_in_redirects: bool = False
    timeouts: tuple[int, int, int] = (5, 60, 60)
    access_log: bool = True
    rewrite_log: bool = False

    @property
    def grpc(self) -> bool:
        return self.protocol in ("GRPC", "GRPCS")

    @property
    def set_header(self) -> str:
        """proxySetHeader of template.go."""
        return "grpc_set_header" if self.grpc else "proxy_set_header"


def read(reader: Reader) -> Proxying:
    timeouts = (
        reader.number("proxy-connect-timeout", 5),
        reader.number("proxy-send-timeout", 60),
        reader.number("proxy-read-timeout", 60),
    )
    protocol = reader.text("backend-protocol", "HTTP").strip().upper()
    if protocol == "FCGI":
        reader.note(
            "AnnotationNotSupported", "backend-protocol FCGI is not carried out by this controller: HTTP instead"
        )
    return Proxying(
        settings=tuple(_settings(reader, timeouts)),
        redirect=_redirect(reader),
        protocol=protocol,
        vhost=reader.text("upstream-vhost"),
        prefix=reader.text("x-forwarded-prefix"),
        connection=reader.text("connection-proxy-header"),
        port_in_redirects=reader.flag("use-port-in-redirects"),
        timeouts=timeouts,
        access_log=reader.flag("enable-access-log", True),
        rewrite_log=reader.flag("enable-rewrite-log"),
    )


def defaults() -> Proxying:
    """Of a location that no Ingress says anything about."""
    return read(Reader({"metadata": {"name": ""}}, RULES))


def _settings(reader: Reader, timeouts: tuple[int, int, int]) -> list[tuple[str, str]]:
    """Template lines 1271 and 1333 to 1355, with the defaults of config.go."""
    size = reader.text("proxy-buffer-size", "4k")
    made = [
        ("client_max_body_size", reader.text("proxy-body-size", "1m")),
        ("client_body_buffer_size", reader.text("client-body-buffer-size")),
        *(
            (f"proxy_{name}_timeout", f"{time}s")
            for name, time in zip(("connect", "send", "read"), timeouts, strict=True)
        ),
        ("proxy_buffering", reader.text("proxy-buffering", "off").strip()),
        ("proxy_buffer_size", size),
        ("proxy_buffers", f"{reader.number('proxy-buffers-number', 4)} {size}"),
        ("proxy_busy_buffers_size", reader.text("proxy-busy-buffers-size")),
        ("proxy_max_temp_file_size", reader.text("proxy-max-temp-file-size", "1024m")),
        ("proxy_request_buffering", reader.text("proxy-request-buffering", "on").strip()),
        ("proxy_http_version", reader.text("proxy-http-version", "1.1").strip()),
        ("proxy_cookie_domain", " ".join(_words(reader.text("proxy-cookie-domain", "off")))),
        ("proxy_cookie_path", " ".join(_words(reader.text("proxy-cookie-path", "off")))),
        ("proxy_next_upstream", _next_upstream(reader.text("proxy-next-upstream", "error timeout"))),
        ("proxy_next_upstream_timeout", str(reader.number("proxy-next-upstream-timeout"))),
        ("proxy_next_upstream_tries", str(reader.number("proxy-next-upstream-tries", 3))),
    ]
    return [(name, value) for name, value in made if _fits(name, value)]


def setting_lines(proxying: Proxying, prefix: str) -> list[str]:
    """Those directives whose name begins with `prefix`."""
    return [f"{name} {value};" for name, value in proxying.settings if name.startswith(prefix)]


def forwarding_lines(proxying: Proxying) -> list[str]:
    """Template lines 1279 to 1331: the headers that the application gets. A client's own are replaced."""
    vhost = quoted(proxying.vhost) if proxying.vhost else "$best_http_host"
    headers = {
        "Host": vhost,
        "Upgrade": "$http_upgrade",
        "Connection": proxying.connection or "$connection_upgrade",
        "X-Request-ID": "$req_id",
        "X-Real-IP": "$remote_addr",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Host": "$best_http_host",
        "X-Forwarded-Port": "$shown_port",
        "X-Forwarded-Proto": "$pass_access_scheme",
        "X-Forwarded-Scheme": "$pass_access_scheme",
        "X-Scheme": "$pass_access_scheme",
        "X-Original-Forwarded-For": "$http_x_forwarded_for",
        "X-Original-Forwarded-Host": "$http_x_forwarded_host",
        "Proxy": '""',
    }
    return [f"{proxying.set_header} {name} {value};" for name, value in headers.items()]


def grpc_lines(proxying: Proxying) -> list[str]:
    """Template line 1357."""
    names = ("connect", "send", "read")
    return (
        [f"grpc_{n}_timeout {t}s;" for n, t in zip(names, proxying.timeouts, strict=True)] if proxying.grpc else []
    )


def pass_line(proxying: Proxying, backend: str) -> str:
    """buildProxyPass of template.go; `backend` is the name of an upstream, or a variable that holds one."""
    if proxying.grpc:
        return f"grpc_pass {proxying.protocol.lower()}://{backend};"
    scheme = {"HTTPS": "https", "AUTO_HTTP": "$scheme"}.get(proxying.protocol, "http")
    return f"proxy_pass {scheme}://{backend};"


def _redirect(reader: Reader) -> str:
    """Template line 1422: one word is `default` or `off`, else both must be given."""
    source, target = reader.text("proxy-redirect-from", "off"), reader.text("proxy-redirect-to", "off")
    if source in ("default", "off"):
        return source
    return f"{quoted(source)} {quoted(target)}" if target != "off" else ""


def _next_upstream(text: str) -> str:
    """buildNextUpstream."""
    words = text.split()
    return " ".join(
        [*(word for word in words if word != "non_idempotent"), *("non_idempotent",) * ("non_idempotent" in words)]
    )


def _words(text: str) -> list[str]:
    return [quoted(word) if word != "off" else word for word in text.split()]


def _fits(name: str, value: str) -> bool:
    """isValidByteSize of template.go: a size that nginx does not know is left out."""
    if not value:
        return False
    if name in ("client_max_body_size", "proxy_max_temp_file_size"):
        return re.fullmatch(r"\d+[kKmMgG]?", value.strip()) is not None
    return name != "client_body_buffer_size" or re.fullmatch(r"\d+[kKmM]?", value.strip()) is not None
