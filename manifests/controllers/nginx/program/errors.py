"""custom-http-errors, default-backend: annotations/customhttperrors, defaultbackend, template "CUSTOM_ERRORS"."""

import re
from dataclasses import dataclass

import values
from annotations import Reader, Rule, Skipped
from words import block

RULES = {
    "custom-http-errors": Rule(values.shaped(r"([4,5][0-9]{2},?)*", spaces_count=False)),
    "default-backend": Rule(values.service_name),
    "disable-proxy-intercept-errors": Rule(values.boolean),
}


@dataclass(frozen=True)
class Errors:
    codes: tuple[int, ...] = ()
    backend: str = ""
    """A Service of the Ingress's namespace."""
    not_intercepted: bool = False


def read(reader: Reader) -> Errors:
    codes = [code.strip() for code in reader.text("custom-http-errors", strict=True).split(",") if code.strip()]
    if not all(re.fullmatch(r"[0-9]{3}", code) for code in codes):
        raise Skipped("custom-http-errors: invalid HTTP status code")
    return Errors(
        codes=tuple(int(code) for code in codes),
        backend=reader.text("default-backend", strict=True),
        not_intercepted=reader.flag("disable-proxy-intercept-errors"),
    )


def server_lines(upstream: str, codes: list[int]) -> list[str]:
    """The locations that fetch the page of an error from the default backend."""
    made = []
    for code in codes:
        made += block(
            f"location @custom_{upstream}_{code}",
            [
                "internal;",
                "proxy_intercept_errors off;",
                f"proxy_set_header X-Code {code};",
                *_facts(),
                "proxy_set_header X-Original-URI $request_uri;",
                "proxy_set_header X-Forwarded-For $remote_addr;",
                "proxy_set_header Host $best_http_host;",
                "rewrite (.*) / break;",
                f"proxy_pass http://{upstream};",
            ],
        )
    return made


def lines(errors: Errors, upstream: str, is_backend: bool) -> list[str]:
    """Template lines 1379 to 1406. `is_backend`: the default backend answers for a Service without Pods."""
    made = ["proxy_set_header X-Code 503;", *_facts()] if is_backend else []
    if errors.codes and not errors.not_intercepted:
        made.append("proxy_intercept_errors on;")
    return made + [f"error_page {code} = @custom_{upstream}_{code};" for code in errors.codes]


def _facts() -> list[str]:
    """What the default backend is told, so that it can make its page."""
    return [
        "proxy_set_header X-Format $http_accept;",
        "proxy_set_header X-Namespace $namespace;",
        "proxy_set_header X-Ingress-Name $ingress_name;",
        "proxy_set_header X-Service-Name $service_name;",
        "proxy_set_header X-Service-Port $service_port;",
        "proxy_set_header X-Request-ID $req_id;",
    ]
