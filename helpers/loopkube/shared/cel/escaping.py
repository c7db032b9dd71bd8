"""Names of fields as expressions spell them (k8s.io/apiserver/pkg/cel/escaping.go)."""

import re

RESERVED = frozenset(
    [
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    ]
)
_SPELLABLE = re.compile(r"[a-zA-Z_./-][a-zA-Z0-9_./-]*")
_PARTS = (("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"))
_ESCAPES = re.compile(r"__|\.|-|/")
_BY_PART = dict(_PARTS)


def escaped(name: str) -> str | None:
    """The name as an expression spells it, or None where it cannot."""
    if name in RESERVED:
        return f"__{name}__"
    if not _SPELLABLE.fullmatch(name):
        return None
    return _ESCAPES.sub(lambda match: _BY_PART[match[0]], name)


def is_identifier(name: str) -> bool:
    """Whether CEL takes the name as it is: a word that is not reserved."""
    return re.fullmatch("[_a-zA-Z][_a-zA-Z0-9]*", name) is not None and name not in RESERVED
