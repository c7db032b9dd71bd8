"""custom-headers: internal/ingress/annotations/customheaders/main.go.

Which headers a person may set is decided by the administrator (`global-allowed-response-headers`, empty by
default); while that list is empty, an Ingress with custom-headers answers 503, here as there.
"""

import re
from dataclasses import dataclass

import values
from annotations import MEDIUM, Denied, Reader, Rule
from objects import Cluster
from words import literal

RULES = {"custom-headers": Rule(values.shaped(values.BASIC_CHARS, spaces_count=False), MEDIUM)}
_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_VALUE = re.compile(r"[a-zA-Z0-9_ :;.,\\/\"'?!(){}\[\]@<>=\-+*#$&`|~^%]+")


@dataclass(frozen=True)
class CustomHeaders:
    headers: tuple[tuple[str, str], ...] = ()


def read(reader: Reader, cluster: Cluster) -> CustomHeaders:
    wanted = reader.text("custom-headers")
    if not wanted:
        return CustomHeaders()
    namespace, _, name = wanted.rpartition("/")
    data = cluster.configmap(namespace or reader.namespace, name)
    if data is None:
        raise Denied(f'unable to find configMap "{wanted}"')
    for header, value in sorted(data.items()):
        if not _NAME.fullmatch(header):
            raise Denied("invalid header name in configmap")
        if not _VALUE.fullmatch(value):
            raise Denied("invalid header value in configmap")
        if header not in cluster.allowed_response_headers:
            allowed = " ".join(cluster.allowed_response_headers)
            where = f"defined allowed headers inside global-allowed-response-headers [{allowed}]"
            raise Denied(f"header {header} is not allowed, {where}")
    return CustomHeaders(tuple(sorted(data.items())))


def lines(custom: CustomHeaders) -> list[str]:
    """Template line 1373: a header of the application with the same name is replaced."""
    made = []
    for name, value in custom.headers:
        made += [f"proxy_hide_header {name};", f"add_header {name} {literal(value)} always;"]
    return made
