"""The directives of a snippet, as far as Traefik's provider reads them (pkg/middlewares/ingressnginx/snippet)."""

import re

from labcore.language.messages import phrase

READ = frozenset({
    "add_header", "more_set_headers", "more_clear_headers", "proxy_set_header", "more_set_input_headers",
    "more_clear_input_headers", "if", "set", "return", "rewrite", "location", "allow", "deny", "proxy_hide_header",
    "expires", "proxy_method", "auth_request_set",
})  # fmt: skip
FILLED = frozenset({
    "scheme", "host", "hostname", "request_uri", "request_method", "query_string", "args", "remote_addr", "uri",
    "document_uri", "server_name", "server_port", "content_type", "content_length", "is_args", "best_http_host",
    "escaped_request_uri", "proxy_add_x_forwarded_for",
})  # fmt: skip
"""Variables of nginx that the provider fills in for each request (pkg/middlewares/ingressnginx/interpolation.go)."""
OF_THE_RULE = frozenset({"namespace", "ingress_name", "location_path", "service_name", "service_port"})
_FAMILIES = ("http_", "arg_", "cookie_", "upstream_http_")
_NAME = re.compile(r"\$\{?([A-Za-z_]\w*)")
_SET = re.compile(r"\bset\s+\$(\w+)")
SNIPPETS = ("configuration-snippet", "server-snippet", "auth-snippet")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_COMMENT = re.compile(r"#[^\n]*")


def directives(snippet: str) -> list[str]:
    """The first word of each statement, in order."""
    bare = _COMMENT.sub("", _QUOTED.sub("''", snippet))
    statements = re.split(r"[;{}]", bare)
    return [words[0] for statement in statements if (words := statement.split())]


def why_not(snippet: str) -> str:
    """Why Traefik's provider cannot keep a snippet; "" if it can."""
    unread = sorted(set(directives(snippet)) - READ)
    if unread:
        return phrase("Traefik's provider does not read: {names}", names=", ".join(unread))
    return unfilled(snippet, frozenset(_SET.findall(snippet)))


def unfilled(value: str, known: frozenset[str] = frozenset()) -> str:
    """Why Traefik's provider cannot keep a value: variables that it does not fill in. "" if there are none."""
    named = {name for name in _NAME.findall(value) if name not in FILLED | known and not name.startswith(_FAMILIES)}
    names = ", ".join(f"${name}" for name in sorted(named))
    return phrase("Traefik's provider does not fill in: {names}", names=names) if named else ""
