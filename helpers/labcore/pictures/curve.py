"""Latencies as curves: how many percent of the requests took at most so long."""

from collections.abc import Mapping, Sequence

import drawsvg

from labcore.language.messages import joined, phrase
from labcore.pictures.card import COLOURS, LINE, Picture, card, label, picture, text_width

_WIDTH, _HEIGHT, _TOP, _POINTS = 300.0, 130.0, 44.0, 100


def draw_latencies(title: str, measured: Mapping[str, Sequence[float]]) -> Picture:
    """A curve for each name, over the shares 0 to 100 %; the latencies in milliseconds."""
    most = max((max(values) for values in measured.values() if values), default=1.0) or 1.0
    said = [_in_words(name, sorted(values)) for name, values in measured.items()]
    text = joined("\n", [title, *(f"  {words}" for words in said)])
    width = max(_WIDTH + 80, text_width([str(words) for words in said]) + 46)
    drawing = card(width, _TOP + _HEIGHT + 34 + LINE * len(said), title, text)
    for share in (0, 50, 90, 100):
        x = 16 + _WIDTH * share / 100
        drawing.append(drawsvg.Line(x, _TOP, x, _TOP + _HEIGHT, stroke="#888888", stroke_width=0.6))
        drawing.append(label(f"{share} %", x - 8, _TOP + _HEIGHT + 16, "lab-faint"))
    drawing.append(label(f"{most:.0f} ms", 22 + _WIDTH, _TOP + 6, "lab-faint"))
    drawing.append(label("0 ms", 22 + _WIDTH, _TOP + _HEIGHT, "lab-faint"))
    for number, (values, words) in enumerate(zip(measured.values(), said, strict=True)):
        colour, dash = COLOURS[number % len(COLOURS)], {} if number % 2 else {"stroke_dasharray": "6 3"}
        places = _points(sorted(values), most)
        drawing.append(drawsvg.Lines(*places, stroke=colour, stroke_width=2.2, fill="none", **dash))
        y = _TOP + _HEIGHT + 34 + LINE * number
        drawing.append(drawsvg.Line(16, y - 4, 36, y - 4, stroke=colour, stroke_width=2.5, **dash))
        drawing.append(label(words, 42, y, "lab-ink"))
    return picture(drawing, text)


def _points(values: Sequence[float], most: float) -> list[float]:
    """x and y in turn, of at most a hundred places."""
    shown = [values[round(place * (len(values) - 1) / _POINTS)] for place in range(_POINTS + 1)] if values else [0.0]
    steps = max(len(shown) - 1, 1)
    return [
        round(number, 1)
        for place, value in enumerate(shown)
        for number in (16 + _WIDTH * place / steps, _TOP + _HEIGHT * (1 - value / most))
    ]


def _in_words(name: str, values: Sequence[float]) -> str:
    if not values:
        return name
    median, late = (values[round(share * (len(values) - 1))] for share in (0.5, 0.9))
    return phrase(
        "{name}: median {median:.1f}, p90 {late:.1f}, max {most:.1f} ms",
        name=name, median=median, late=late, most=values[-1],
    )  # fmt: skip
