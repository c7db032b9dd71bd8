"""A request on its way: the stops from top to bottom, a dot that goes there and back, and what each part took."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import drawsvg

from labcore.language import text_width as columns
from labcore.language.messages import joined, phrase
from labcore.pictures import motion
from labcore.pictures.card import COLOURS, LINE, PADDING, Box, Picture, card, draw, label, picture, text_width

_LINES = """
.lab-line{stroke:#555555}.lab-dot{fill:#d55e00;stroke:#ffffff}.lab-lit{fill:#e69f00;fill-opacity:.28}
@media screen and (prefers-color-scheme:dark){.lab-line{stroke:#a8adb5}.lab-dot{stroke:#1c1f24}}
"""
_WIDEST = 44  # characters in a line: a phone's width
_GAP, _LOOKED, _TRACK, _TOP, _BAR = 34.0, 8.0, 52.0, 40.0, 12.0
_ASIDE = 16.0  # the way back runs beside the way there


@dataclass(frozen=True)
class Stop:
    """A place: what it is, more to say, and whether the request goes through it or it is only looked up."""

    kind: str
    lines: tuple[str, ...] = ()
    passed: bool = True

    @property
    def wrapped(self) -> tuple[str, ...]:
        kind = self.kind if self.passed else f"↳ {self.kind}"
        return tuple(line for text in (kind, *self.lines) for line in _lines(text))


@dataclass(frozen=True)
class Leg:
    """A part of the way: its name, what it took, the stops it goes through (by number, of those passed), and where
    between two stops its time is written: below the stop `gap`, behind an arrow."""

    name: str
    milliseconds: float
    path: tuple[int, ...]
    gap: int | None = None
    arrow: str = ""
    whole: bool = False
    """It was counted in whole milliseconds."""

    @property
    def time(self) -> str:
        if self.whole:
            return f"{self.milliseconds:.0f} ms"
        return f"{self.milliseconds:.{2 if self.milliseconds < 10 else 1}f} ms"

    @property
    def said(self) -> str:
        return phrase("{name}: {time}", name=self.name, time=self.time)


@dataclass(frozen=True)
class Journey:
    """One request: its title, where it went, and what that took."""

    title: str
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...]

    @property
    def milliseconds(self) -> float:
        return sum(leg.milliseconds for leg in self.legs)

    def in_words(self) -> str:
        """The journey as text: for screen readers, terminals and logs."""
        lines = [self.title]
        for number, stop in enumerate(self.stops):
            arrow = "-> " if number and stop.passed else "   " if number else ""
            lines += [joined(f"  {arrow}", ["", stop.kind]), *(joined("       ", ["", line]) for line in stop.lines)]
        return joined("\n", [*lines, *(joined("", ["  ", leg.said]) for leg in self.legs)])

    @property
    def passed(self) -> list[int]:
        return [number for number, stop in enumerate(self.stops) if stop.passed]


def draw_journeys(journeys: Sequence[Journey], text: str) -> Picture:
    """One request, or several side by side, which begin at the same time and are slowed down alike."""
    columns = [_Column(journey) for journey in journeys]
    starts = [sum(column.width for column in columns[:number]) for number in range(len(columns))]
    slowed = motion.SECONDS / max(*(journey.milliseconds for journey in journeys), 0.1)
    note = phrase("slowed down {times:,.0f} times; what is too short to see is shown longer", times=slowed * 1000)
    noted = _lines(note)
    bottom = max(column.bottom for column in columns)
    drawing = card(sum(column.width for column in columns), bottom + LINE * len(noted) + 12, "", text)
    name = f"lab-way-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:10]}"
    drawing.append_css(_LINES + motion.still(name))
    ways = [motion.schedule([motion.Step(leg.milliseconds, leg.path) for leg in j.legs], slowed) for j in journeys]
    seconds = motion.length(ways)
    longest = max(journey.milliseconds for journey in journeys) or 1.0
    for number, (column, x, way) in enumerate(zip(columns, starts, ways, strict=True)):
        column.draw(drawing, x, longest)
        column.move(drawing, x, f"{name}-{number}", name, way, seconds)
    for number, line in enumerate(noted):
        drawing.append(label(line, 16, bottom + LINE * (number + 1) - 4, "lab-faint"))
    return picture(drawing, text)


def _lines(text: str) -> list[str]:
    """Cut to the width of a phone."""
    return columns.wrapped(str(text), _WIDEST) or [""]


class _Column:
    """One journey's place in the picture."""

    def __init__(self, journey: Journey) -> None:
        self.journey = journey
        self.said = [str(leg.said) for leg in journey.legs]
        self.title = _lines(journey.title)
        wide = max(text_width([line for stop in journey.stops for line in stop.wrapped]), text_width(self.said) + 20)
        self.wide = max(wide, text_width(self.title) - _TRACK)
        self.width = 16 + _TRACK + self.wide + 16
        self.boxes = self._boxes()
        self.legend = self.boxes[-1].y + self.boxes[-1].height + 18
        self.bottom = self.legend + _BAR + 8 + LINE * len(self.said)

    def _boxes(self) -> list[Box]:
        boxes: list[Box] = []
        y = _TOP + LINE * (len(self.title) - 1)
        for number, stop in enumerate(self.journey.stops):
            if number:
                y += _GAP if stop.passed else _LOOKED
            indent = 0 if stop.passed else 22
            boxes.append(Box(16 + _TRACK + indent, y, self.wide - indent, stop.wrapped))
            y += boxes[-1].height
        return boxes

    def draw(self, drawing: drawsvg.Drawing, x: float, longest: float) -> None:
        """All that does not move; it says everything."""
        for number, line in enumerate(self.title):
            drawing.append(label(line, x + 16, 24 + LINE * number, "lab-faint"))
        passed = self.journey.passed
        top, end = self.boxes[passed[0]].middle, self.boxes[passed[-1]].middle
        for aside in (0.0, _ASIDE):
            drawing.append(
                drawsvg.Line(x + 26 + aside, top, x + 26 + aside, end, class_="lab-line", stroke_dasharray="2 3")
            )
        for number, (stop, box) in enumerate(zip(self.journey.stops, self.boxes, strict=True)):
            colour = COLOURS[passed.index(number) % 3] if stop.passed else COLOURS[3]
            draw(drawing, _moved(box, x), colour, dashed=not stop.passed)
        for place, number in enumerate(passed[:-1]):
            times = [f"{leg.arrow} {leg.time}" for leg in self.journey.legs if leg.gap == place]
            y = self.boxes[passed[place + 1]].y - _GAP / 2 + 5
            drawing.append(label("   ".join(times), x + self.boxes[number].x + PADDING, y, "lab-faint"))
        self._legend(drawing, x, longest)

    def _legend(self, drawing: drawsvg.Drawing, x: float, longest: float) -> None:
        begin, across = x + 16.0, (self.width - 32) / longest
        for number, (leg, said) in enumerate(zip(self.journey.legs, self.said, strict=True)):
            colour = COLOURS[number % len(COLOURS)]
            long = max(leg.milliseconds * across, 0.5)
            drawing.append(drawsvg.Rectangle(round(begin, 1), self.legend, round(long, 1), _BAR, fill=colour))
            begin += long
            y = self._row(number)
            drawing.append(drawsvg.Rectangle(x + 18, y - 10, 10, 10, fill=colour))
            drawing.append(label(said, x + 36, y, "lab-ink"))

    def _row(self, number: int) -> float:
        return self.legend + _BAR + 18 + LINE * number

    def move(
        self, drawing: drawsvg.Drawing, x: float, name: str, still: str, way: Sequence[motion.Moment], seconds: float
    ) -> None:
        """The dot, and the light on where it is, and on the time it takes."""
        if not way:
            return
        for number, spans in self._visits(way).items():
            self._light(drawing, _moved(self.boxes[number], x), f"{name}-{number}", still, spans, seconds)
        for number in range(len(self.said)):
            spans = [(moment.start, moment.end) for moment in way if moment.step == number]
            row = Box(x + 14, self._row(number) - 15, self.width - 28, ("",))
            self._light(drawing, row, f"{name}-leg{number}", still, [(spans[0][0], spans[-1][1])], seconds, LINE)
        ys = {place: self.boxes[number].middle for place, number in enumerate(self.journey.passed)}
        drawing.append_css(motion.style(f"{name}-dot", way, seconds, ys, _ASIDE))
        drawing.append_css(motion.lit(f"{name}-seen", [(0, way[-1].end)], seconds))
        group = drawsvg.Group(class_=f"{still} {name}-seen")
        group.append(drawsvg.Circle(x + 26, 0, 7, class_=f"lab-dot {name}-dot", stroke_width=1.5))
        drawing.append(group)

    def _visits(self, way: Sequence[motion.Moment]) -> dict[int, list[tuple[float, float]]]:
        """When the request is at each stop; what is looked up is looked up while it stays at the one before."""
        visits: dict[int, list[tuple[float, float]]] = {}
        for number, stop in enumerate(self.journey.stops):
            place = sum(self.journey.stops[n].passed for n in range(number + 1)) - 1
            stays = [(m.start, m.end) for m in way if m.leave == m.arrive == place]
            comes = [(m.end - (m.end - m.start) / 4, m.end) for m in way if m.arrive == place != m.leave]
            visits[number] = [*stays, *(comes if stop.passed else [])]
        return visits

    def _light(
        self, drawing: drawsvg.Drawing, box: Box, name: str, still: str, spans: Sequence[tuple[float, float]],
        seconds: float, height: float = 0,
    ) -> None:  # fmt: skip
        if spans:
            drawing.append_css(motion.lit(name, sorted(spans), seconds))
            drawing.append(
                drawsvg.Rectangle(box.x, box.y, box.width, height or box.height, rx=5, class_=f"lab-lit {still} {name}")
            )


def _moved(box: Box, x: float) -> Box:
    return Box(box.x + x, box.y, box.width, box.lines)
