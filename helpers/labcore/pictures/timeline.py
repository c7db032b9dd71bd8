"""What a client that asks again and again got, on an axis of time: answers above it, losses below."""

from collections.abc import Mapping, Sequence

import drawsvg

from labcore.language.messages import joined, phrase
from labcore.pictures.card import COLOURS, LINE, Picture, card, label, picture, text_width

_WIDTH, _AXIS = 328.0, 76.0


def draw_loss_timeline(
    title: str, asked: Sequence[tuple[float, bool]], marks: Mapping[str, float] | None = None
) -> Picture:
    """`asked`: (seconds, answered) of each request, as measured; `marks`: what happened when, in seconds."""
    marks = dict(marks or {})
    lost = [at for at, answered in asked if not answered]
    text = _in_words(title, asked, lost, marks)
    times = [at for at, _ in asked] + list(marks.values())
    begin, end = min(times, default=0.0), max(times, default=1.0)
    scale = _WIDTH / ((end - begin) or 1.0)
    rows = sorted(marks.items(), key=lambda mark: mark[1])
    said = [f"{number} {name}: {at - begin:.1f} s" for number, (name, at) in enumerate(rows, 1)]
    width = max(_WIDTH + 32, text_width(said) + 32)
    drawing = card(width, 140 + LINE * len(said), title, text)
    for at, answered in asked:
        x = 16 + (at - begin) * scale
        top, bottom, colour = (_AXIS - 26, _AXIS - 4, COLOURS[0]) if answered else (_AXIS + 4, _AXIS + 26, COLOURS[1])
        drawing.append(drawsvg.Line(x, top, x, bottom, stroke=colour, stroke_width=1.5 if answered else 2.5))
    for number, (_, at) in enumerate(rows, 1):
        x = 16 + (at - begin) * scale
        drawing.append(drawsvg.Line(x, 36, x, _AXIS + 30, stroke=COLOURS[3], stroke_width=1.5, stroke_dasharray="3 3"))
        drawing.append(label(str(number), min(x + 3, width - 14), 46, "lab-ink"))
    counted = phrase(
        "above: answered {answered}; below ✗: lost {lost}", answered=len(asked) - len(lost), lost=len(lost)
    )
    drawing.append(label(counted, 16, _AXIS + 46, "lab-ink"))
    for number, line in enumerate(said):
        drawing.append(label(line, 16, _AXIS + 46 + LINE * (number + 1), "lab-faint"))
    return picture(drawing, text)


def _in_words(title: str, asked: Sequence[tuple[float, bool]], lost: list[float], marks: Mapping[str, float]) -> str:
    begin = min([at for at, _ in asked] + list(marks.values()), default=0.0)
    counted = phrase("  requests: {total}, lost: {lost}", total=len(asked), lost=len(lost))
    span = (
        phrase("  first loss at {first:.1f} s, last at {last:.1f} s", first=min(lost) - begin, last=max(lost) - begin)
        if lost
        else ""
    )
    return joined(
        "\n", [title, counted, *([span] if lost else []), *(f"  {n}: {at - begin:.1f} s" for n, at in marks.items())]
    )
