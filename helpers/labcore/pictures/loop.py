"""Steps below each other, and the way back from the last one to the first."""

import itertools
from collections.abc import Sequence

import drawsvg

from labcore.language.messages import joined
from labcore.pictures.card import COLOURS, LINE, PADDING, Box, Picture, card, draw, label, picture, text_width

_STEP = 2 * LINE + 2 * PADDING + 20
_ARROWS = """
.lab-line{stroke:#555555}.lab-tip{fill:#555555}
@media screen and (prefers-color-scheme:dark){.lab-line{stroke:#a8adb5}.lab-tip{fill:#a8adb5}}
"""


def loop(title: str, steps: Sequence[tuple[str, str]], again: str) -> Picture:
    """`steps`: (name, what happens in it); `again` is said of the way back."""
    text = joined("\n", [title, *(f"  {name}: {what}" for name, what in steps), f"  {again}"])
    width = text_width([line for step in steps for line in step])
    boxes = [Box(16, 40 + n * _STEP, width, step) for n, step in enumerate(steps)]
    end = boxes[-1].y + boxes[-1].height
    drawing = card(max(360.0, 16 + width + 60, text_width([again]) + 32), end + 44, title, text)
    drawing.append_css(_ARROWS)
    for box in boxes:
        draw(drawing, box, COLOURS[0])
    for above, below in itertools.pairwise(boxes):
        drawing.append(drawsvg.Line(40, above.y + above.height, 40, below.y - 6, class_="lab-line", stroke_width=2))
        drawing.append(drawsvg.Lines(36, below.y - 7, 40, below.y, 44, below.y - 7, close=True, class_="lab-tip"))
    side, first = 16 + width, boxes[0].middle
    back = drawsvg.Path(class_="lab-line", stroke_width=2, fill="none")
    drawing.append(back.M(side, boxes[-1].middle).H(side + 28).V(first).H(side + 7))
    drawing.append(drawsvg.Lines(side + 8, first - 4, side, first, side + 8, first + 4, close=True, class_="lab-tip"))
    drawing.append(label(again, 16, end + 26, "lab-faint"))
    return picture(drawing, text)
