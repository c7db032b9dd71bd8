"""What several clients got, a lane each on one axis of time: how many answers, and below them the losses by status."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import drawsvg

from labcore.language.messages import joined, phrase
from labcore.pictures.card import COLOURS, LINE, Picture, card, label, picture, text_width

_WIDTH, _LANE, _UP, _DOWN = 328.0, 108.0, 26.0, 30.0
_LONGEST = 44  # letters of a command, so that the card fits a phone
_BINS = 82
"""Columns of a lane: four units each, so that each is seen on a phone."""
_LOST = (COLOURS[1], COLOURS[3], COLOURS[4], COLOURS[5])
_LEAST = 3.0  # the height of one loss


@dataclass(frozen=True)
class Lane:
    """A client's requests: (seconds, status) of each; status 0: no answer. `lost` are the statuses that are losses."""

    name: str
    requests: Sequence[tuple[float, int]]
    lost_from: int = 400

    @property
    def lost(self) -> list[tuple[float, int]]:
        return [(at, status) for at, status in self.requests if not 0 < status < self.lost_from]

    @property
    def counted(self) -> str:
        """`lost 9 of 300 (502: 7, no answer: 2), from 0.6 s to 1.2 s`."""
        lost, sent = self.lost, len(self.requests)
        if not lost:
            return phrase("sent {sent}, lost 0", sent=sent)
        kinds = Counter(status for _, status in lost).most_common()
        return phrase(
            "sent {sent}, lost {lost} ({kinds}), {first:.1f} to {last:.1f} s",
            sent=sent, lost=len(lost), kinds=joined(", ", [f"{_name(status)}: {n}" for status, n in kinds]),
            first=min(lost)[0], last=max(lost)[0],
        )  # fmt: skip


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _name(status: int) -> str:
    return str(status or phrase("no answer"))


def draw_lanes(title: str, lanes: Sequence[Lane], marks: Sequence[tuple[str, float]] = ()) -> Picture:
    """`marks`: (what happened, when in seconds), in their order."""
    said = [f"{number} {_cut(name)}: {at:.1f} s" for number, (name, at) in enumerate(marks, 1)]
    end = max([at for lane in lanes for at, _ in lane.requests] + [at for _, at in marks], default=0.0) or 1.0
    colours = _colours(lanes)
    text = joined("\n", [title, *(f"  {lane.name}: {lane.counted}" for lane in lanes), *(f"  {one}" for one in said)])
    wide = [*said, *(lane.name for lane in lanes), *(str(lane.counted) for lane in lanes)]
    width = max(_WIDTH + 32, text_width(wide) + 32)
    below = 36 + _LANE * len(lanes)
    drawing = card(width, below + LINE * (len(said) + bool(colours)) + 16, title, text)
    for number, lane in enumerate(lanes):
        _draw(drawing, lane, 36 + _LANE * number, end, colours)
    for number, (_, at) in enumerate(marks, 1):
        x = 16 + at / end * _WIDTH
        drawing.append(drawsvg.Line(x, 40, x, below - 8, stroke="#888888", stroke_width=1.5, stroke_dasharray="3 3"))
        drawing.append(label(str(number), x + 3, 50, "lab-ink"))
    _legend(drawing, colours, below + 8)
    for number, line in enumerate(said):
        drawing.append(label(line, 16, below + 8 + LINE * (number + bool(colours)), "lab-faint"))
    return picture(drawing, text)


def _colours(lanes: Sequence[Lane]) -> Mapping[int, str]:
    kinds = sorted({status for lane in lanes for _, status in lane.lost}, reverse=True)
    return {status: _LOST[number % len(_LOST)] for number, status in enumerate(kinds)}


def _draw(drawing: drawsvg.Drawing, lane: Lane, top: float, end: float, colours: Mapping[int, str]) -> None:
    axis, wide = top + 48 + _UP, _WIDTH / _BINS
    drawing.append(label(lane.name, 16, top + 24, "lab-ink"))
    drawing.append(label(lane.counted, 16, top + 42, "lab-faint"))
    columns = Counter((_column(at, end), status) for at, status in lane.requests)
    most = max(Counter(_column(at, end) for at, _ in lane.requests).values(), default=1)
    bad, depths = {status for _, status in lane.lost}, Counter[int]()
    for (column, status), number in sorted(columns.items()):
        x, size = 16 + column * wide, number / most
        if status not in bad:
            drawing.append(_bar(x, axis - _UP * size, wide, _UP * size, COLOURS[0]))
            continue
        height = min(max(_LEAST, round(_DOWN * size)), _DOWN - depths[column])
        drawing.append(_bar(x, axis + 2 + depths[column], wide, height, colours[status]))
        depths[column] += int(height)
    drawing.append(drawsvg.Line(16, axis + 1, 16 + _WIDTH, axis + 1, stroke="#888888", stroke_width=1))


def _column(at: float, end: float) -> int:
    return min(int(at / end * _BINS), _BINS - 1)


def _bar(x: float, y: float, width: float, height: float, colour: str) -> drawsvg.Rectangle:
    return drawsvg.Rectangle(round(x, 1), round(y, 1), round(width - 0.6, 1), round(max(height, 0.5), 1), fill=colour)


def _legend(drawing: drawsvg.Drawing, colours: Mapping[int, str], y: float) -> None:
    x = 16.0
    for status, colour in colours.items():
        drawing.append(drawsvg.Rectangle(x, y - 10, 10, 10, fill=colour))
        name = phrase("lost: {status}", status=_name(status))
        drawing.append(label(name, x + 14, y, "lab-ink"))
        x += text_width([str(name)]) + 20
