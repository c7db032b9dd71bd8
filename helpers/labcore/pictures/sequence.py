"""Who sends what to whom, from top to bottom: a line for each party, an arrow for each message."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import drawsvg

from labcore.language.messages import joined, phrase
from labcore.pictures.card import CHARACTER, COLOURS, LINE, Box, Picture, card, draw, label, picture, text_width

_WIDEST = 44  # characters in a line: a phone's width
_PHONE = 360.0
_ARROWS = """
.lab-line{stroke:#555555}.lab-tip{fill:#555555}
@media screen and (prefers-color-scheme:dark){.lab-line{stroke:#a8adb5}.lab-tip{fill:#a8adb5}}
"""


@dataclass(frozen=True)
class Message:
    """From one party to another (by their place, from 0), or a note where both are the same."""

    start: int
    end: int
    text: str
    lost: bool = False

    def in_words(self, parties: Sequence[str]) -> str:
        if self.start == self.end:
            return f"  {parties[self.start]}: {self.text}"
        refused = phrase("refused")
        mark = f" [{refused}]" if self.lost else ""
        return f"  {parties[self.start]} -> {parties[self.end]}: {self.text}{mark}"


def sequence(title: str, parties: Sequence[str], messages: Sequence[Message]) -> Picture:
    """A picture of messages in their order; `parties` from left to right."""
    text = joined("\n", [title, *(message.in_words(parties) for message in messages)])
    widths = [text_width([party]) for party in parties]
    spare = (_PHONE - 32 - (widths[0] + widths[-1]) / 2) / max(len(parties) - 1, 1) if parties else 0
    step = max(spare, max(widths, default=0) + 10)
    middles = [16 + widths[0] / 2 + step * n for n in range(len(parties))] if parties else []
    width = max(_PHONE, (middles[-1] + widths[-1] / 2 + 16) if parties else 0)
    rows = [_lines(message.text, width) for message in messages]
    bottom = 84 + sum(len(row) * LINE + 18 for row in rows)
    drawing = card(width, bottom + 16, title, text)
    drawing.append_css(_ARROWS)
    for party, x, own in zip(parties, middles, widths, strict=True):
        drawing.append(drawsvg.Line(x, 66, x, bottom, class_="lab-line", stroke_width=1, stroke_dasharray="3 4"))
        draw(drawing, Box(x - own / 2, 36, own, (party,)), COLOURS[0])
    y = 84.0
    for message, lines in zip(messages, rows, strict=True):
        y = _message(drawing, message, lines, middles, width, y)
    return picture(drawing, text)


def _lines(text: str, width: float) -> list[str]:
    return textwrap.wrap(str(text), max(20, min(_WIDEST, int((width - 40) / CHARACTER))), break_on_hyphens=False) or [
        ""
    ]


def _message(
    drawing: drawsvg.Drawing, message: Message, lines: list[str], middles: list[float], width: float, y: float
) -> float:
    """The words, over the lines of the parties, and the arrow below them; where the next one begins."""
    start, end = middles[message.start], middles[message.end]
    wide = max(text_width([line]) for line in lines)
    x = max(10.0, min(min(start, end) + 4, width - wide - 4))
    height = len(lines) * LINE
    drawing.append(drawsvg.Rectangle(x, y, wide, height, class_="lab-card", stroke_width=0))
    for number, line in enumerate(lines):
        drawing.append(label(line, x + 6, y + 14 + number * LINE, "lab-faint" if start == end else "lab-ink"))
    below = y + height + 3
    if start != end:
        turn = 1 if end > start else -1
        look = {"stroke_dasharray": "4 3"} if message.lost else {}
        drawing.append(drawsvg.Line(start, below, end - 7 * turn, below, class_="lab-line", stroke_width=2, **look))
        drawing.append(
            drawsvg.Lines(
                end - 8 * turn, below - 4, end, below, end - 8 * turn, below + 4, close=True, class_="lab-tip"
            )
        )
    return below + 15
