"""The directives of a snippet, as far as Traefik's provider reads them (pkg/middlewares/ingressnginx/snippet)."""

import re

from labcore.language.messages import phrase

READ = frozenset({
    "add_header", "more_set_headers", "more_clear_headers", "proxy_set_header", "more_set_input_headers",
    "more_clear_input_headers", "if", "set", "return", "rewrite", "location", "allow", "deny", "proxy_hide_header",
    "expires", "proxy_method", "auth_request_set",
})  # fmt: skip
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
    return phrase("Traefik's provider does not read: {names}", names=", ".join(unread)) if unread else ""
