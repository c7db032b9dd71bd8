"""Text from elsewhere (names, messages, answers, files) on its way to a reader: the one door to each kind of page.

Whatever comes from an object, a response or a file may hold markup, terminal commands, or signs that turn the
direction of writing. `visible` shows what would be obeyed; the others make it fit for HTML, SVG and Markdown.
"""

import html
import re

_ACCENT = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and line feed, DEL, C1: ESC, CSI, OSC, \r, \b ...
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"  # direction, hidden, none
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"  # letters that nobody sees
    "\ud800-\udfff\U000e0000-\U000e007f]"  # half a character, invisible tags
    f"|(?<={_ACCENT}{{4}}){_ACCENT}"  # accents upon accents, which grow over the lines around
)
_WORD, _SHOWN = 4096, 100
"""Letters of a word: more than the longest path has, and what is shown of a longer one."""
_MARKUP = re.compile(r"[\\`*\[\]<>&|~]")


def visible(text: object) -> str:
    r"""Control characters as Python writes them (`\x1b`), so that no terminal and no page obeys them."""
    return _OBEYED.sub(lambda match: ascii(match[0])[1:-1], str(text).replace("\r\n", "\n"))


def shortened(text: str) -> str:
    """A message that quotes what somebody typed or sent, without the rest of a word that nobody reads."""
    return re.sub(rf"(\S{{{_SHOWN}}})\S{{{_WORD - _SHOWN},}}", r"\1...", text)


def html_text(text: object) -> str:
    """As the text of an HTML element, or between the quotes of an attribute."""
    return html.escape(visible(text))


def svg_attribute(text: object) -> str:
    """As the value of an SVG attribute in double quotes, where `>` may stand; XML cannot write what `visible` shows."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def fenced(text: object, language: str = "") -> str:
    """As a block of code in Markdown; its fence is longer than any in the text."""
    shown = visible(text).strip("\n")
    longest = max((len(run) for run in re.findall(r"^\s*(`{3,})", shown, re.MULTILINE)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def markdown_text(text: object) -> str:
    """As text in one line of Markdown, in a table's cell too: no HTML, no link, no code."""
    return " ".join(_MARKUP.sub(r"\\\g<0>", visible(text)).splitlines())


def file_name(text: str) -> str:
    """As one file's name: it leads to no other folder, and is not hidden."""
    return re.sub(r"[^\w.-]+", "-", text).lstrip(".-")[:200] or "unnamed"
