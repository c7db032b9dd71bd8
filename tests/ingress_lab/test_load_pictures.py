"""Pictures of a load: who lost what and when, and how late the answers were."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from ingress_lab.pictures import latencies, load_timeline
from labcore.errors import BadArgument
from labcore.pictures.curve import draw_latencies
from labcore.pictures.lanes import Lane, draw_lanes


def inside(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    assert width <= 460
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x")) >= 0 and float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) >= 0 and float(box.get("y")) + float(box.get("height")) <= height


def test_a_load_has_a_lane_for_each_client_with_its_losses_and_when_commands_ran() -> None:
    calm = Lane("a.example.com/", [(n / 10, 200) for n in range(20)])
    torn = Lane("b.example.com/", [(n / 10, 502 if n in (5, 6) else 0 if n == 7 else 200) for n in range(20)])
    drawn = draw_lanes("A restart", [calm, torn], [("kubectl rollout restart deployment/b", 0.5)])
    assert drawn.words.splitlines() == [
        "A restart", "  a.example.com/: sent 20, lost 0",
        "  b.example.com/: sent 20, lost 3 (502: 2, no answer: 1), 0.5 to 0.7 s",
        "  1 kubectl rollout restart deployment/b: 0.5 s",
    ]  # fmt: skip
    inside(drawn.svg)
    assert "lost: 502" in drawn.svg and "lost: no answer" in drawn.svg
    assert draw_lanes("Nothing", []).words == "Nothing"


def test_a_load_stays_small_and_fits_a_phone_whatever_was_sent() -> None:
    many = Lane("a.example.com/work", [(n / 400, 503 if n % 7 == 0 else 200) for n in range(4000)])
    drawn = draw_lanes("Much", [many], [("kubectl drain lab-worker --ignore-daemonsets " * 3, 1.0)])
    assert len(drawn.svg) < 40_000 and "…" in drawn.words
    inside(drawn.svg)


def test_latencies_are_told_as_drawn() -> None:
    drawn = draw_latencies("Late", {"due": [*range(101)], "sent": [1.0] * 101, "none": []})
    assert drawn.words.splitlines()[1:] == [
        "  due: median 50.0, p90 90.0, max 100.0 ms", "  sent: median 1.0, p90 1.0, max 1.0 ms", "  none",
    ]  # fmt: skip
    inside(drawn.svg)


def test_a_file_of_lab_load_as_pictures(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    load = {"url": "http://a.example.com/work", "requests": [[0.0, 0.1, 0.2, 200], [0.1, 0.1, 0.3, 502]]}
    file.write_text(json.dumps({"loads": [load], "commands": [{"command": "true", "begin": 0.5}]}))
    assert "a.example.com/work: sent 2, lost 1 (502: 1)" in load_timeline(file).words
    assert "since it was due: median 200.0" in latencies(file).words
    for other in ("", "[]", "{}", '{"loads": []}', '{"loads": [{"url": "x"}]}'):
        file.write_text(other)
        with pytest.raises(BadArgument, match="not written by"):
            load_timeline(file)
