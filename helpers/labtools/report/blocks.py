"""Blocks of a Markdown page: tables, code, headings that links lead to."""

import re
from collections.abc import Sequence

from labcore.language.messages import phrase
from labcore.language.untrusted import markdown_text, visible

from labtools.report.cleaning import without_pictures

_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MAY_BE_CODE = re.compile(r"`|~~~+")
_CODE = re.compile(r"(^```[^`]*^```$|(?<![`\\])`[^`|\n]+`(?!`))", re.MULTILINE)


def grid(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; whatever Markdown would read in a cell as more than text is escaped."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return markdown_text(phrase("-") if value is None else value)


def fenced(text: str, language: str = "") -> str:
    """A code block whose fence is longer than any inside it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def heading(level: int, title: str, anchor: str = "") -> str:
    """A heading; a link `#anchor` leads to it in every viewer."""
    line = f"{'#' * level} {markdown_text(title)}"
    return f'<a id="{anchor}"></a>\n\n{line}' if anchor else line


def link(title: str, anchor: str) -> str:
    return f"[{markdown_text(title)}](#{anchor})" if anchor else markdown_text(title)


def harmless(text: str) -> str:
    """Somebody's own Markdown, in which no HTML is one; what stands in code stays as it is.

    Where it is not certain what is code (a fence without an end, a fence of another kind), nothing of it is.
    """
    text = visible(without_pictures(text))
    parts = _CODE.split(text)
    if _MAY_BE_CODE.search("".join(parts[::2])):
        parts = [_MAY_BE_CODE.sub(lambda signs: "".join(f"&#{ord(sign)};" for sign in signs[0]), text)]
    return "".join(part if index % 2 else _TAG.sub("&lt;", part) for index, part in enumerate(parts))


def quoted(text: str) -> str:
    """The same as a quotation: no heading of it is one of the page's."""
    return "\n".join(f"> {line}".rstrip() for line in harmless(text).splitlines())
