"""How often each answered: one bar each, the longest first, with its number."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import drawsvg
from labcore.language.headings import HEADINGS
from labcore.language.messages import joined, phrase

from ingress_lab.pictures.card import COLOURS, Picture, card, label, picture, text_width

if TYPE_CHECKING:
    from ingress_lab.http.answers import Answers

_BAR, _ROW, _LONGEST = 20, 30, 220


def distribution(answers: "Answers", by: str = "service") -> Picture:
    """How many answers each service (or pod, node, status) gave."""
    counted = answers.count(by)
    numbers = dict(zip(counted.iloc[:, 0].astype(str), (int(n) for n in counted.iloc[:, 1]), strict=True))
    return bars(numbers, phrase("{total} answers by {by}", total=len(answers), by=HEADINGS[by]))


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
