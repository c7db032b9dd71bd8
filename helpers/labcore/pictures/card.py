"""What all pictures share: a card to draw on, boxes, text, lines, and the words beside the drawing.

A notebook shows an SVG as an image, which cannot see the page's colours; so a picture is a card with its own
background, light or dark as the reader's system prefers. Colours: Okabe and Ito's, told apart by everyone.

On a screen a picture keeps its size and its place scrolls sideways, so that its letters stay legible on a phone;
on paper it shrinks to the page. JupyterLab does so for an output with the metadata `unconfined` (`KEEP_SIZE`).
"""

import unicodedata
from dataclasses import dataclass

import drawsvg

from labcore.language.messages import english
from labcore.language.untrusted import svg_attribute, visible

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
STYLE = """
.lab-card{fill:#ffffff;stroke:#d0d0d0}.lab-box{stroke:#555555}.lab-ink{fill:#1b1b1b}.lab-faint{fill:#555555}
@media screen and (prefers-color-scheme:dark){
.lab-card{fill:#1c1f24;stroke:#3a3f46}.lab-box{stroke:#a8adb5}.lab-ink{fill:#f0f0f0}.lab-faint{fill:#b8bcc4}}
"""
PRINT = "@media print{svg[role=img]{max-width:100%;height:auto}}"
KEEP_SIZE = {"image/svg+xml": {"unconfined": True}}
FONT = (
    "ui-sans-serif, system-ui, 'Segoe UI', 'DejaVu Sans', 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', "
    "'Noto Sans CJK KR', sans-serif"
)
SIZE = 13
CHARACTER = 7.5  # a wide guess at the width of one character of this size
_WIDTHS = (
    dict.fromkeys("ijl.,:;|!'-/()[] ", 0.65)
    | dict.fromkeys("mwMW@%", 1.6)
    | dict.fromkeys("ABCDEFGHKNOPQRSTUVXYZ", 1.25)
)
LINE, GAP, PADDING = 20, 12, 9
BETWEEN = 56  # between two columns: room for the lines


@dataclass(frozen=True)
class Picture:
    """A drawing and the same in words."""

    svg: str
    words: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        return {"image/svg+xml": self.svg, "text/plain": visible(self.words)}, KEEP_SIZE

    def __repr__(self) -> str:
        return visible(english(self.words))

    def __str__(self) -> str:
        return visible(self.words)


@dataclass(frozen=True)
class Box:
    """A box of text lines at a place."""

    x: float
    y: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """In the drawing's units, with its lines and padding."""
        return len(self.lines) * LINE + 2 * PADDING - 4

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def text_width(lines: list[str]) -> float:
    """The width of a box for these lines, in the drawing's units; Korean letters count for two."""
    return round(max((_columns(visible(line)) for line in lines), default=10) * CHARACTER, 1) + 2 * PADDING


def _columns(line: str) -> float:
    """Characters of Latin width: a Korean letter is about as wide as 1.8 of them, and an `l` half as wide as most."""
    return sum(1.8 if unicodedata.east_asian_width(letter) in "WF" else _WIDTHS.get(letter, 1.1) for letter in line)


def card(width: float, height: float, title: str, text: str) -> drawsvg.Drawing:
    """An empty card with its title; `text` says the same as the drawing."""
    made = drawsvg.Drawing(width, height, role="img", aria_label=svg_attribute(text))
    made.append_css(STYLE + PRINT)
    made.append(drawsvg.Rectangle(0.5, 0.5, width - 1, height - 1, rx=8, class_="lab-card"))
    made.append(label(title, 16, 24, "lab-faint"))
    return made


def picture(drawing: drawsvg.Drawing, text: str) -> Picture:
    """A drawing without a head of XML, for use inside of a page."""
    return Picture(drawing.as_svg(header=""), text)


def draw(canvas: drawsvg.Drawing, box: Box, colour: str = "", *, dashed: bool = False, ink: str = "lab-ink") -> None:
    """Draws a box; `colour` fills it lightly, `ink` is the class of its text."""
    more = {"stroke_dasharray": "4 3"} if dashed else {}
    fill = {"fill": colour, "fill_opacity": 0.16, "stroke": colour} if colour else {"fill": "none", "class_": "lab-box"}
    canvas.append(drawsvg.Rectangle(box.x, box.y, box.width, box.height, rx=5, stroke_width=1.3, **fill, **more))
    for number, line in enumerate(box.lines):
        canvas.append(label(line, box.x + PADDING, box.y + PADDING + 10 + number * LINE, ink))


def label(text: str, x: float, y: float, kind: str) -> drawsvg.Text:
    """At the baseline's left end; `kind` is its class in the style sheet."""
    return drawsvg.Text(visible(text), SIZE, x, y, class_=kind, font_family=FONT)


def link(canvas: drawsvg.Drawing, start: Box, end: Box, colour: str, *, dashed: bool = False) -> None:
    """Draws an arc from the right side of one box to the left side of another."""
    x1, x2 = start.x + start.width, end.x
    bend = (x2 - x1) / 2
    path = drawsvg.Path(stroke=colour, stroke_width=2, fill="none", **({"stroke_dasharray": "4 3"} if dashed else {}))
    path.M(x1, start.middle).C(x1 + bend, start.middle, x2 - bend, end.middle, x2 - 5, end.middle)
    canvas.append(path)
    canvas.append(
        drawsvg.Lines(x2 - 7, end.middle - 4, x2, end.middle, x2 - 7, end.middle + 4, close=True, fill=colour)
    )
