"""How something ended, told by a sign, a word and a colour; any one of the three is enough.

Each has its own background, so that it is legible on light and dark pages and on paper.
"""

from labcore.language.messages import phrase
from labcore.language.untrusted import html_text

GOOD, BAD, OPEN = "#1a7f37", "#b3261e", "#57606a"
RIGHT = phrase("✓ right")
WRONG = phrase("✗ wrong")
UNKNOWN = phrase("! no option")
NOT_COUNTED = phrase("- not counted")
_COLOURS = {RIGHT: GOOD, WRONG: BAD, UNKNOWN: OPEN, NOT_COUNTED: OPEN}


def pill(text: str, colour: str) -> str:
    """HTML; the colour is printed on paper too."""
    style = f"background:{colour};color:#ffffff;border-radius:4px;padding:1px 6px;white-space:nowrap"
    return f'<span style="{style};print-color-adjust:exact;-webkit-print-color-adjust:exact">{html_text(text)}</span>'


def coloured(page: str) -> str:
    """The cells of an HTML table that hold a verdict, and nothing else, in its colour."""
    for verdict, colour in _COLOURS.items():
        page = page.replace(f">{html_text(verdict)}</td>", f">{pill(verdict, colour)}</td>")
    return page
