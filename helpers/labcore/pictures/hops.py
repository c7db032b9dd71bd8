"""The hops of one request, from top to bottom; the broken one is dashed, marked with a cross, and named so."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import drawsvg

from labcore.language.messages import joined, phrase
from labcore.pictures.card import COLOURS, PADDING, Box, Picture, card, draw, label, picture, text_width

OK, BROKEN, UNREACHED = "ok", "broken", "unreached"
_COLOUR = {OK: COLOURS[0], BROKEN: COLOURS[1], UNREACHED: ""}
_ARROWS = """
.lab-line{stroke:#555555}.lab-tip{fill:#555555}
@media screen and (prefers-color-scheme:dark){.lab-line{stroke:#a8adb5}.lab-tip{fill:#a8adb5}}
"""
_WIDEST = 44  # characters in a line: a phone's width
_GAP = 18


@dataclass(frozen=True)
class Hop:
    """One stop: what it is (`Pod`), its name, its state (ok, broken, unreached), and more to say.

    `passed=False`: the request does not go through it; the stop before looks it up to find the next one.
    """

    kind: str
    name: str
    state: str = OK
    detail: str = ""
    passed: bool = True

    @property
    def label(self) -> str:
        return self.kind if self.passed else f"↳ {self.kind}"

    @property
    def lines(self) -> tuple[str, ...]:
        broken = phrase("broken")
        mark = f"✗ {self.name} - {broken}" if self.state == BROKEN else self.name
        return (*_wrapped(mark), *(_wrapped(self.detail) if self.detail else ()))

    def in_words(self) -> str:
        """The hop as text, for those who do not see the picture."""
        words, looked_up = {BROKEN: phrase("broken"), UNREACHED: phrase("not reached")}, phrase("looked up")
        state = f" [{words[self.state]}]" if self.state in words else ""
        kind = self.kind if self.passed else f"{self.kind} ({looked_up})"
        return f"{kind}: {self.name}{state}" + (f" ({self.detail})" if self.detail else "")


def hops(title: str, stops: Sequence[Hop]) -> Picture:
    """A picture of the stops of a request, in order."""
    lines = [f"  {'-> ' if n and stop.passed else ''}{stop.in_words()}" for n, stop in enumerate(stops)]
    text = joined("\n", [title, *lines])
    kinds = text_width([stop.label for stop in stops])
    boxes = _boxes(stops, 16 + kinds)
    width = max((box.x + box.width for box in boxes), default=320) + 16
    title_line = textwrap.shorten(str(title), int((width - 32) / 7.5), placeholder="...")
    drawing = card(width, boxes[-1].y + boxes[-1].height + 16 if boxes else 60, title_line, text)
    drawing.append_css(_ARROWS)
    for stop, box in zip(stops, boxes, strict=True):
        ink = "lab-faint" if stop.state == UNREACHED else "lab-ink"
        drawing.append(label(stop.label, 16, box.y + PADDING + 10, "lab-faint"))
        colour = _COLOUR[stop.state] if stop.passed or stop.state == BROKEN else ""
        draw(drawing, box, colour, dashed=stop.state != OK, ink=ink)
    for stop, above, below in zip(stops[1:], boxes, boxes[1:], strict=False):
        _arrow(drawing, above, below, dashed=stop.state != OK)
    return picture(drawing, text)


def _boxes(stops: Sequence[Hop], x: float) -> list[Box]:
    width = text_width([line for stop in stops for line in stop.lines])
    boxes, y = [], 40.0
    for stop in stops:
        boxes.append(Box(x, y, width, stop.lines))
        y += boxes[-1].height + _GAP
    return boxes


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(str(text), _WIDEST, break_on_hyphens=False) or [""]


def _arrow(drawing: drawsvg.Drawing, above: Box, below: Box, *, dashed: bool) -> None:
    x, start, end = above.x + 24, above.y + above.height, below.y
    more = {"stroke_dasharray": "4 3"} if dashed else {}
    drawing.append(drawsvg.Line(x, start, x, end - 6, class_="lab-line", stroke_width=2, **more))
    drawing.append(drawsvg.Lines(x - 4, end - 7, x, end, x + 4, end - 7, close=True, class_="lab-tip"))
