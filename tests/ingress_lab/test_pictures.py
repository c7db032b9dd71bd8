"""The routing map: what it shows, that it is SVG, and that it says the same in words."""

import xml.etree.ElementTree as ElementTree

from ingress_lab.pictures import draw_routing_map
from ingress_lab.routing_map import ready_pods, routing_map_of


def path(where: str, service: str) -> dict:
    return {"path": where, "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}


INGRESS = {
    "metadata": {"name": "i", "namespace": "n"},
    "spec": {
        "rules": [
            {"host": "abc.sample.com", "http": {"paths": [path("/", "hello-svc"), path("/apl2", "ghost-svc")]}},
            {"http": {"paths": [path("/", "idle-svc")]}},
        ]
    },
}
MAP = routing_map_of("n", [INGRESS], {"hello-svc", "idle-svc"}, {"hello-svc": ("hello-1", "hello-2")})


def test_in_words() -> None:
    assert MAP.in_words().splitlines() == [
        "Routing map of namespace n",
        "  abc.sample.com",
        "    / (Prefix) -> hello-svc:80 -> hello-1, hello-2",
        "    /apl2 (Prefix) -> ghost-svc:80 -> no such Service",
        "  any host",
        "    / (Prefix) -> idle-svc:80 -> no ready Pod",
    ]


def test_as_svg_with_every_label_and_a_text_alternative() -> None:
    picture = draw_routing_map(MAP)
    root = ElementTree.fromstring(picture.svg)
    words = {e.text for e in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"abc.sample.com", "hello-svc:80", "hello-2", "no such Service", "no ready Pod"} <= words
    assert root.get("role") == "img" and root.get("aria-label").split() == MAP.in_words().split()
    assert picture._repr_mimebundle_()["text/plain"] == MAP.in_words()


def test_the_same_objects_give_the_same_bytes() -> None:
    assert draw_routing_map(MAP).svg == draw_routing_map(MAP).svg


def test_every_box_lies_inside_the_picture() -> None:
    root = ElementTree.fromstring(draw_routing_map(MAP).svg)
    width, height = float(root.get("width")), float(root.get("height"))
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x")) >= 0 and float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) >= 0 and float(box.get("y")) + float(box.get("height")) <= height


def test_nothing_routed_is_said() -> None:
    assert "no Ingress yet" in draw_routing_map(routing_map_of("n", [], set(), {})).svg


def test_only_ready_pods_count() -> None:
    endpoints = [
        {"targetRef": {"kind": "Pod", "name": "a"}, "conditions": {"ready": True}},
        {"targetRef": {"kind": "Pod", "name": "b"}, "conditions": {"ready": False}},
    ]
    piece = {"metadata": {"labels": {"kubernetes.io/service-name": "s"}}, "endpoints": endpoints}
    assert ready_pods([piece, {"metadata": {}, "endpoints": None}]) == {"s": {"a"}}
