"""The Service map: selector, EndpointSlice, Pods."""

import xml.etree.ElementTree as ElementTree

import pytest
from ingress_lab.ingress.service_map import ServiceMap, state
from ingress_lab.kube.endpoints import Endpoint
from ingress_lab.pictures.service import draw_service_map

SVG = "{http://www.w3.org/2000/svg}"
PODS = (("web-1", "ready"), ("web-2", "terminating"), ("web-3", "not ready"))
FULL = ServiceMap("web-svc", "app=web", "80", PODS)
EMPTY = ServiceMap("outside-svc", "", "", ())


def test_in_words() -> None:
    assert FULL.in_words().splitlines() == [
        "From the selector of web-svc to its Pods",
        "  web-svc:80, selector app=web -> EndpointSlice, endpoints: 3",
        "    -> web-1 (ready)",
        "    -> web-2 (terminating)",
        "    -> web-3 (not ready)",
    ]
    assert "  outside-svc, no selector -> EndpointSlice, endpoints: 0" in EMPTY.in_words()


@pytest.mark.parametrize("found", [FULL, EMPTY])
def test_every_box_lies_inside_and_says_the_same(found: ServiceMap) -> None:
    picture = draw_service_map(found)
    root = ElementTree.fromstring(picture.svg)
    width, height = float(root.get("width")), float(root.get("height"))
    for box in root.iter(f"{SVG}rect"):
        assert float(box.get("x")) >= 0 and float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) >= 0 and float(box.get("y")) + float(box.get("height")) <= height
    words = {e.text for e in root.iter(f"{SVG}text")}
    assert {found.title, *found.service_lines, *found.slice_lines} <= words
    assert {f"{pod}  {word}" for pod, word in found.pods} <= words
    assert picture.words == found.in_words()


def test_what_is_not_ready_is_dashed() -> None:
    boxes = list(ElementTree.fromstring(draw_service_map(FULL).svg).iter(f"{SVG}rect"))
    assert [bool(b.get("stroke-dasharray")) for b in boxes[-3:]] == [False, True, True]


def test_states() -> None:
    assert state(Endpoint("p", (), True, True, False)) == "ready"
    assert state(Endpoint("p", (), False, False, False)) == "not ready"
    assert state(Endpoint("p", (), False, True, True)) == "terminating"
