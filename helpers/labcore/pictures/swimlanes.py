"""Lanes of time, one for each who acts: numbered marks on a line, and below what each number means, with its time."""

from collections.abc import Sequence
from dataclasses import dataclass

import drawsvg

from labcore.language import text_width as columns
from labcore.language.messages import joined, phrase
from labcore.pictures.card import LINE, Picture, card, label, picture, text_width

_STYLE = """
.lab-line{stroke:#b0b0b0}.lab-number{fill:#ffffff;font-weight:600}
@media screen and (prefers-color-scheme:dark){.lab-line{stroke:#5a6069}}
"""
_WIDTH, _LANE, _TOP, _RADIUS = 400.0, 50.0, 40.0, 9.0
_WIDEST = 52  # columns of a line
_INKS = ("#0072b2", "#b34e00", "#00785a", "#a34f7f")
"""A white number is legible on each."""
_MOST = 30
"""Marks that are drawn; a picture of more is read by nobody."""


@dataclass(frozen=True)
class Lane:
    """Who acts, and what happened: (milliseconds, words) in the order of time."""

    name: str
    marks: tuple[tuple[float, str], ...]


def in_words(title: str, lanes: Sequence[Lane]) -> str:
    """The same in text, in the order of time."""
    lines = [joined("", [f"  {at:6.0f} ms  ", lanes[number].name, ": ", said]) for at, number, said in _ordered(lanes)]
    return joined("\n", [title, *lines])


def _ordered(lanes: Sequence[Lane]) -> list[tuple[float, int, str]]:
    """(milliseconds, number of the lane, words) in the order of time; at one time, lane by lane."""
    rows = [(at, number, said) for number, lane in enumerate(lanes) for at, said in lane.marks]
    return sorted(rows, key=lambda row: row[:2])


def draw_swimlanes(title: str, lanes: Sequence[Lane]) -> Picture:
    """Numbers count in the order of time, over all lanes."""
    order = _ordered(lanes)
    drawn, left = order[:_MOST], len(order) - _MOST
    text = in_words(title, lanes)
    said = [_said(count, at, words) for count, (at, _, words) in enumerate(drawn, 1)]
    more = [phrase("and {number} more", number=left)] if left > 0 else []
    rows = [line for lines in (*said, more) for line in lines]
    heads = columns.wrapped(str(title), _WIDEST)
    width = max(_WIDTH, text_width([*rows, *heads, *(str(lane.name) for lane in lanes)])) + 32
    top = _TOP + LINE * (len(heads) - 1)
    below = top + _LANE * len(lanes) + 26
    drawing = card(width, below + LINE * len(rows) + 8, heads[0], text)
    drawing.append_css(_STYLE)
    for number, line in enumerate(heads[1:], 1):
        drawing.append(label(line, 16, 24 + LINE * number, "lab-faint"))
    end = max((at for at, _, _ in drawn), default=0.0) or 1.0
    across = (width - 32 - 2 * _RADIUS) / end
    for number, lane in enumerate(lanes):
        marks = [
            (16 + _RADIUS + max(at, 0) * across, count) for count, (at, n, _) in enumerate(drawn, 1) if n == number
        ]
        _draw(drawing, lane.name, top + _LANE * number, width, marks, _INKS[number % len(_INKS)])
    drawing.append(label("0 ms", 16, below - 10, "lab-faint"))
    last = f"{end:.0f} ms"
    drawing.append(label(last, width - 16 - text_width([last]) + 18, below - 10, "lab-faint"))
    for number, row in enumerate(rows):
        drawing.append(label(row, 16, below + 12 + LINE * number, "lab-ink"))
    return picture(drawing, text)


def _said(count: int, at: float, words: str) -> list[str]:
    first, *rest = columns.wrapped(str(words), _WIDEST - 12)
    return [f"{count} · {at:.0f} ms · {first}", *rest]


def _draw(
    drawing: drawsvg.Drawing, name: str, top: float, width: float, marks: Sequence[tuple[float, int]], ink: str
) -> None:
    """Numbers that would stand upon each other move apart; a short line stands at the time itself."""
    y = top + 34
    drawing.append(label(name, 16, top + 14, "lab-faint"))
    drawing.append(drawsvg.Line(16, y, width - 16, y, class_="lab-line", stroke_width=1.5))
    places = _apart([x for x, _ in marks], width - 16 - _RADIUS)
    for x, _ in marks:
        drawing.append(drawsvg.Line(x, y - 6, x, y + 6, stroke=ink, stroke_width=2))
    for (_, count), place in zip(marks, places, strict=True):
        drawing.append(drawsvg.Circle(round(place, 1), y, _RADIUS, fill=ink))
        x = round(place - (3.6 if count < 10 else 7.2), 1)
        drawing.append(drawsvg.Text(str(count), 11, x, y + 4, class_="lab-number", font_family="sans-serif"))


def _apart(xs: Sequence[float], end: float) -> list[float]:
    """Places at least a number's width apart, as near to the right ones as may be, and none behind the end."""
    step, places = 2 * _RADIUS + 1, list(xs)
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + step)
    for number in range(len(places) - 1, -1, -1):
        places[number] = min(places[number], end - step * (len(places) - 1 - number))
    return places
