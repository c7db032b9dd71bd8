"""Values of objects as words of nginx.conf: none of them can end its directive, or begin another one."""

import hashlib

LITERAL_DOLLAR = "${literal_dollar}"
"""A variable whose value is `$` (template line 449): in a quoted word, nginx has no other way to write it."""


def quoted(text: str) -> str:
    """One word in which a `$name` is still nginx's variable (sanitizeQuotedRegex of template.go)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def literal(text: str) -> str:
    """One word that means itself, also where nginx would look for variables (escapeLiteralDollar)."""
    return quoted(text.replace("$", LITERAL_DOLLAR))


def regex(text: str) -> str:
    """A text inside a regular expression, where it means itself."""
    return "".join(char if char.isalnum() or char in "-_/ " else f"\\{char}" for char in text)


def short(*parts: str) -> str:
    """A name for nginx's variables and zones: the same for the same parts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def block(head: str, lines: list[str]) -> list[str]:
    """`head { ... }` in lines of its own."""
    return [f"{head} {{", *indented(lines), "}"]


def comment(text: str) -> str:
    """A comment that stays one line, whatever is in it."""
    return "# " + "".join(char if char.isprintable() else "?" for char in text)
