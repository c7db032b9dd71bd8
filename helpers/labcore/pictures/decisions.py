"""Questions below each other, each with its answers: what to do at some of them, and the one that leads on."""

from collections.abc import Sequence
from dataclasses import dataclass

import drawsvg

from labcore.language.messages import joined
from labcore.language.text_width import wrapped
from labcore.pictures.card import COLOURS, GAP, Box, Picture, card, draw, label, picture, text_width

_ARROWS = """
.lab-line{stroke:#555555}.lab-tip{fill:#555555}
@media screen and (prefers-color-scheme:dark){.lab-line{stroke:#a8adb5}.lab-tip{fill:#a8adb5}}
"""
_LEFT, _SPINE, _ANSWERS = 16, 30, 44
_WIDEST = 26  # columns in a line: two boxes beside each other fit a phone
_ON = 46
"""From the last answer to the next question."""


@dataclass(frozen=True)
class Question:
    """`leads`: (answer, what is to be done then); `onward` is the answer that leads to the next question."""

    asked: str
    leads: Sequence[tuple[str, str]]
    onward: str = ""

    def in_words(self) -> list[str]:
        return [f"  {self.asked}", *(f"    {answer}: {then}" for answer, then in self.leads),
                *([f"    {self.onward}:"] if self.onward else [])]  # fmt: skip


def decisions(title: str, questions: Sequence[Question]) -> Picture:
    """A picture of the questions, in the order in which they are asked."""
    text = joined("\n", [title, *(line for question in questions for line in question.in_words())])
    right = _ANSWERS + text_width([answer for question in questions for answer, _ in question.leads])
    thens = {then: tuple(wrapped(str(then), _WIDEST)) for question in questions for _, then in question.leads}
    width = text_width([line for lines in thens.values() for line in lines])
    placed, y = [], 40.0
    for question in questions:
        asked = Box(_LEFT, y, text_width([question.asked]), (question.asked,))
        y += asked.height + GAP
        boxes = []
        for _, then in question.leads:
            boxes.append(Box(right, y, width, thens[then]))
            y += boxes[-1].height + GAP
        placed.append((question, asked, boxes))
        y += _ON - GAP
    most = max(right + width, *(asked.x + asked.width for _, asked, _ in placed))
    drawing = card(most + 16, y - _ON + 16, title, text)
    drawing.append_css(_ARROWS)
    for number, (question, asked, boxes) in enumerate(placed):
        following = placed[number + 1][1] if question.onward and number + 1 < len(placed) else None
        _draw_question(drawing, question, asked, boxes, following)
    return picture(drawing, text)


def _draw_question(
    drawing: drawsvg.Drawing, question: Question, asked: Box, boxes: Sequence[Box], following: Box | None
) -> None:
    end = following.y - 6 if following else boxes[-1].middle
    drawing.append(drawsvg.Line(_SPINE, asked.y + asked.height, _SPINE, end, class_="lab-line", stroke_width=2))
    draw(drawing, asked, COLOURS[0])
    for (answer, _), box in zip(question.leads, boxes, strict=True):
        y, after = box.middle, _ANSWERS + text_width([answer]) - 12
        drawing.append(drawsvg.Line(_SPINE, y, _ANSWERS - 4, y, class_="lab-line", stroke_width=2))
        drawing.append(label(answer, _ANSWERS, y + 4, "lab-ink"))
        drawing.append(drawsvg.Line(after, y, box.x - 7, y, class_="lab-line", stroke_width=2))
        drawing.append(drawsvg.Lines(box.x - 7, y - 4, box.x, y, box.x - 7, y + 4, close=True, class_="lab-tip"))
        draw(drawing, box, COLOURS[2])
    if following:
        y = following.y
        drawing.append(label(question.onward, _ANSWERS, y - 14, "lab-ink"))
        drawing.append(drawsvg.Lines(_SPINE - 4, y - 7, _SPINE, y, _SPINE + 4, y - 7, close=True, class_="lab-tip"))
