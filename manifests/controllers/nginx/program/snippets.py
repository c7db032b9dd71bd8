"""Snippets: lines of nginx's own configuration in an annotation (annotations/snippet, serversnippet, authreq).

They are taken only where the administrator allows them (`allow-snippet-annotations`, off by default): by the
environment variable ALLOW_SNIPPETS of the controller. Nothing else of an object comes into nginx.conf as it is.
"""

from dataclasses import dataclass

from annotations import CRITICAL, Reader, Rule

NAMES = ("auth-snippet", "configuration-snippet", "server-snippet")
RULES = {name: Rule(lambda value: True, CRITICAL) for name in NAMES}


@dataclass(frozen=True)
class Snippets:
    auth: str = ""
    location: str = ""
    server: str = ""


def read(reader: Reader) -> Snippets:
    return Snippets(
        auth=reader.text("auth-snippet"),
        location=reader.text("configuration-snippet"),
        server=reader.text("server-snippet"),
    )


def lines(snippet: str) -> list[str]:
    """As they are written."""
    return [line for line in snippet.split("\n") if line]
