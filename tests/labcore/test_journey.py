"""The moving picture: within its borders, at rest where motion is not wanted, and alike for several journeys."""

import itertools
import re
import xml.etree.ElementTree as ElementTree

import pytest
from labcore.pictures import motion
from labcore.pictures.journey import Journey, Leg, Stop, draw_journeys

STOPS = (
    Stop("client"), Stop("port 80 of node a", ("reached at 127.0.0.1:80",)),
    Stop("controller", ("router " + "r" * 60,)),
    Stop("EndpointSlice", ("2 addresses",), passed=False), Stop("Pod web-1"),
)  # fmt: skip
LEGS = (
    Leg("opened", 0.2, (0, 1, 0), 0, "↓↑"), Leg("there", 0.3, (0, 1, 2), 1, "↓"), Leg("inside", 0.1, (2,)),
    Leg("Pod", 12.0, (2, 3, 2), 2, "↓↑"), Leg("back", 0.2, (2, 1, 0), 1, "↑"),
)  # fmt: skip
ONE = Journey("GET http://a.com/", STOPS, LEGS)
SVG = "{http://www.w3.org/2000/svg}"


def root_of(*journeys: Journey) -> ElementTree.Element:
    return ElementTree.fromstring(draw_journeys(journeys, "in words").svg)


def test_one_fits_a_phone_and_two_stand_side_by_side() -> None:
    one, two = float(root_of(ONE).get("width", "")), float(root_of(ONE, ONE).get("width", ""))
    assert one <= 480 and two == pytest.approx(2 * one)


def test_every_box_lies_inside() -> None:
    root = root_of(ONE, ONE)
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    for box in root.iter(f"{SVG}rect"):
        x, y, wide, high = (float(box.get(name, "")) for name in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and x + wide <= width + 0.1 and y + high <= height + 0.1


def test_no_script_and_a_still_for_paper_and_for_less_motion() -> None:
    svg = draw_journeys([ONE], "in words").svg
    assert "<script" not in svg and "prefers-reduced-motion:reduce" in svg and "@media print," in svg
    (still,) = re.findall(r"prefers-reduced-motion:reduce\)\{\.([\w-]+)\{display:none\}", svg)
    root = ElementTree.fromstring(svg)
    moving = {
        name
        for e in root.iter()
        for name in e.get("class", "").split()
        if f".{name}{{" in svg and "@keyframes " + name in svg
    }
    parents = {child: parent for parent in root.iter() for child in parent}
    for e in root.iter():
        if set(e.get("class", "").split()) & moving:
            assert still in e.get("class", "") or still in parents[e].get("class", "")
    assert len(moving) >= len(STOPS) + len(LEGS)


def test_every_time_is_written_without_motion_too() -> None:
    words = [e.text for e in root_of(ONE).iter(f"{SVG}text")]
    assert {leg.said for leg in LEGS} <= set(words) and "↓ 0.30 ms   ↑ 0.20 ms" in words


def test_the_schedule_follows_the_times() -> None:
    moments = motion.schedule([motion.Step(leg.milliseconds, leg.path) for leg in LEGS], motion.SECONDS / 12.8)
    assert all(a.end == b.start and a.arrive == b.leave for a, b in itertools.pairwise(moments))
    long = [m.end - m.start for m in moments if m.step == 3]
    assert sum(long) == pytest.approx(12.0 * motion.SECONDS / 12.8)
    assert min(m.end - m.start for m in moments) == pytest.approx(0.45)


def test_two_pictures_on_one_page_keep_their_motion_apart() -> None:
    names = [set(re.findall(r"@keyframes ([\w-]+)", draw_journeys([ONE], words).svg)) for words in ("a", "b")]
    assert not names[0] & names[1]
