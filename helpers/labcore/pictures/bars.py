"""A bar for each name, the longest first, with its number."""

from collections.abc import Mapping

import drawsvg

from labcore.language.messages import joined
from labcore.pictures.card import COLOURS, Picture, card, label, picture, text_width

_BAR, _ROW, _LONGEST = 20, 30, 220


def bars(numbers: Mapping[str, int], title: str) -> Picture:
    """A bar for each name; a name with 0 has its place, too."""
    rows = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    total = sum(numbers.values())
    said = {name: f"{number} ({100 * number / total:.0f} %)" if total else "0" for name, number in rows}
    text = joined("\n", [title, *(f"  {name}: {said[name]}" for name, _ in rows)])
    names = text_width([name for name, _ in rows])
    drawing = card(16 + names + _LONGEST + 100, 44 + _ROW * max(1, len(rows)), title, text)
    for index, (name, number) in enumerate(rows):
        y, length = 38 + _ROW * index, _LONGEST * number / max(numbers.values()) if number else 0.0
        colour = COLOURS[index % len(COLOURS)]
        drawing.append(label(name, 16, y + 15, "lab-ink"))
        bar = drawsvg.Rectangle(16 + names, y, max(length, 1), _BAR, fill=colour, stroke=colour, fill_opacity=0.55)
        drawing.append(bar)
        drawing.append(label(said[name], 16 + names + max(length, 1) + 8, y + 15, "lab-ink"))
    return picture(drawing, text)
