"""Pictures: what they show, that they are SVG within their borders, and that they say the same in words."""

import xml.etree.ElementTree as ElementTree

import pytest
from ingress_lab import pictures
from ingress_lab.http.answers import Answer, Answers
from ingress_lab.ingress.route_map import ready_pods, routing_map_of
from ingress_lab.pictures import (
    Hop,
    Node,
    bars,
    certificate_chain,
    distribution,
    draw_node_map,
    draw_routing_map,
    hops,
    node_map_of,
)
from labcore.errors import BadManifest
from labcore.machine import paths
from labcore.pictures.card import PRINT
from labcore.pictures.routes import Controller
from labcore.pictures.routing import MOST
from labcore.pictures.timeline import draw_loss_timeline


def path(where: str, service: str) -> dict:
    return {"path": where, "pathType": "Prefix", "backend": {"service": {"name": service, "port": {"number": 80}}}}


INGRESS = {
    "metadata": {"name": "i", "namespace": "n"},
    "spec": {
        "ingressClassName": "traefik",
        "tls": [{"hosts": ["abc.sample.com"], "secretName": "cert"}],
        "rules": [
            {"host": "abc.sample.com", "http": {"paths": [path("/", "hello-svc"), path("/apl2", "ghost-svc")]}},
            {"http": {"paths": [path("/", "idle-svc")]}},
        ],
    },
}
PODS = {"hello-svc": ("hello-1", "hello-2")}
TRAEFIK = Controller("traefik", "traefik.io/ingress-controller", ("lab-control-plane",))
MAP = routing_map_of("n", [INGRESS], {"hello-svc", "idle-svc"}, PODS, {"traefik": TRAEFIK})


def test_in_words() -> None:
    assert MAP.in_words().splitlines() == [
        "Routing map of namespace n",
        "  client -> traefik.io/ingress-controller, class traefik, on lab-control-plane",
        "  abc.sample.com, with TLS",
        "    / (Prefix) -> [hello-svc:80] -> hello-1, hello-2",
        "    /apl2 (Prefix) -> [ghost-svc:80] -> no such Service",
        "  any host",
        "    / (Prefix) -> [idle-svc:80] -> no ready Pod",
    ]


def test_as_svg_with_every_label_and_a_text_alternative() -> None:
    picture = draw_routing_map(MAP)
    root = ElementTree.fromstring(picture.svg)
    words = {e.text for e in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"abc.sample.com", "hello-svc:80", "hello-2", "no such Service", "no ready Pod"} <= words
    assert root.get("role") == "img" and root.get("aria-label").split() == MAP.in_words().split()
    data, metadata = picture._repr_mimebundle_()
    assert data == {"image/svg+xml": picture.svg, "text/plain": MAP.in_words()}
    assert metadata == {"image/svg+xml": {"unconfined": True}}


def test_keeps_its_size_on_a_screen_and_shrinks_on_paper() -> None:
    svg = draw_routing_map(MAP).svg
    root = ElementTree.fromstring(svg)
    assert root.get("style") is None and "max-width" not in svg.replace(PRINT, "")
    screen, _, paper = (paths.project() / "helpers/labtools/report/page.css").read_text().partition("@media print")
    assert "figure svg" not in screen and "figure svg" in paper


def test_the_same_objects_give_the_same_bytes() -> None:
    assert draw_routing_map(MAP).svg == draw_routing_map(MAP).svg


def test_every_box_lies_inside_the_picture() -> None:
    root = ElementTree.fromstring(draw_routing_map(MAP).svg)
    width, height = float(root.get("width")), float(root.get("height"))
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x")) >= 0 and float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) >= 0 and float(box.get("y")) + float(box.get("height")) <= height


def test_no_two_boxes_overlap() -> None:
    root = ElementTree.fromstring(draw_routing_map(MAP).svg)
    boxes = [
        [float(b.get(k)) for k in ("x", "y", "width", "height")] for b in root.iter("{http://www.w3.org/2000/svg}rect")
    ]
    for n, (x, y, width, height) in enumerate(boxes[1:], 1):
        for x2, y2, width2, height2 in boxes[n + 1 :]:
            assert x + width <= x2 or x2 + width2 <= x or y + height <= y2 or y2 + height2 <= y


def test_nothing_routed_is_said() -> None:
    assert "no Ingress yet" in draw_routing_map(routing_map_of("n", [], set(), {})).svg


def test_a_routing_map_of_http_routes() -> None:
    refused = {"parents": [{"conditions": [{"type": "Accepted", "status": "False", "reason": "NoMatchingParent"}]}]}
    refs = [{"name": "hello-svc", "port": 80, "weight": 9}, {"name": "far", "namespace": "other", "port": 80}]
    rules = [{"backendRefs": refs}, {"filters": [{"requestRedirect": {"statusCode": 301}}]}]
    route = {
        "metadata": {"name": "r"},
        "spec": {"parentRefs": [{"name": "edge"}], "hostnames": ["a.com"], "rules": rules},
        "status": refused,
    }
    edge = {"Gateway edge": Controller("edge", "traefik.io/gateway-controller")}
    words = routing_map_of("n", [], {"hello-svc"}, PODS, edge, [route]).in_words()
    assert "client -> traefik.io/gateway-controller, Gateway edge" in words
    assert "/ (PathPrefix) x9  NoMatchingParent -> [hello-svc:80]" in words
    assert "[other/far:80] -> in another namespace" in words
    assert "[301] -> the controller answers" in words
    assert "x9" in draw_routing_map(routing_map_of("n", [], {"hello-svc"}, PODS, edge, [route])).svg


def test_a_map_of_many_rules_and_long_names_keeps_to_a_page() -> None:
    rules = [
        {"host": f"{'very-' * 12}{n}.example.com", "http": {"paths": [path(f"/{'a' * 80}", "s")]}} for n in range(300)
    ]
    many = {"metadata": {"name": "i", "namespace": "n"}, "spec": {"ingressClassName": "gone", "rules": rules}}
    drawn = draw_routing_map(routing_map_of("n", [many], {"s"}, {"s": ("p",)}))
    root = ElementTree.fromstring(drawn.svg)
    assert float(root.get("width")) < 1300 and f"{300 - MOST} more rules" in drawn.svg
    assert f"{'very-' * 12}299.example.com" in drawn.words and "no such IngressClass" in drawn.svg


def test_only_ready_pods_count() -> None:
    endpoints = [
        {"targetRef": {"kind": "Pod", "name": "a"}, "conditions": {"ready": True}},
        {"targetRef": {"kind": "Pod", "name": "b"}, "conditions": {"ready": False}},
    ]
    piece = {"metadata": {"labels": {"kubernetes.io/service-name": "s"}}, "endpoints": endpoints}
    assert ready_pods([piece, {"metadata": {}, "endpoints": None}]) == {"s": {"a"}}


STOPS = [Hop("client", "http://a.com/"), Hop("Service", "web", "broken", "not there"), Hop("Pod", "-", "unreached")]


def labels(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_hops_name_the_broken_one_in_words_not_by_colour_alone() -> None:
    picture = hops("http://a.com/", STOPS)
    assert picture.words.splitlines() == [
        "http://a.com/",
        "  client: http://a.com/",
        "  -> Service: web [broken] (not there)",
        "  -> Pod: - [not reached]",
    ]
    assert "✗ web - broken" in labels(picture.svg) and "not there" in labels(picture.svg)
    assert "stroke-dasharray" in picture.svg


@pytest.mark.parametrize(
    "name", ["short", "http://a-very-long-name.example.com/with/a/path/that/goes/on/and/on/for/ever"]
)
def test_hops_fit_a_phone(name: str) -> None:
    root = ElementTree.fromstring(hops(name, [Hop("client", name), Hop("EndpointSlice", name, "ok", name)]).svg)
    assert float(root.get("width")) <= 520
    inside(root)


def inside(root: ElementTree.Element) -> None:
    width, height = float(root.get("width")), float(root.get("height"))
    for box in root.iter("{http://www.w3.org/2000/svg}rect"):
        assert float(box.get("x")) >= 0 and float(box.get("x")) + float(box.get("width")) <= width
        assert float(box.get("y")) >= 0 and float(box.get("y")) + float(box.get("height")) <= height


def test_bars_say_numbers_and_shares() -> None:
    picture = bars({"web-2": 3, "web-1": 7, "web-3": 0}, "10 answers by pod")
    assert picture.words.splitlines() == [
        "10 answers by pod",
        "  web-1: 7 (70 %)",
        "  web-2: 3 (30 %)",
        "  web-3: 0 (0 %)",
    ]
    assert {"web-1", "7 (70 %)", "web-3"} <= set(labels(picture.svg))
    inside(ElementTree.fromstring(picture.svg))


def test_distribution_of_answers() -> None:
    answers = Answers([Answer("http://a.com/", 200, service=s) for s in ("a", "b", "b")])
    assert distribution(answers).words.splitlines() == ["3 answers by service", "  b: 2 (67 %)", "  a: 1 (33 %)"]
    assert "no" not in distribution(Answers()).words


def test_certificate_chain() -> None:
    picture = certificate_chain("a.com", [("a.com", "expired", False), ("Lab CA", "trusted", True)])
    assert "certificate: a.com [broken] (expired)" in picture.words and "trusted CA: Lab CA" in picture.words


def test_node_map_of_the_projects_cluster_file() -> None:
    picture = node_map_of("manifests/cluster.yaml")
    assert picture.words.splitlines() == [
        "Nodes in cluster.yaml",
        "  control-plane: lab-control-plane; label ingress-ready=true; 127.0.0.1:8080 leads to port 80; "
        "127.0.0.1:8443 leads to port 443",
        "  worker: lab-worker",
        "  worker: lab-worker2",
    ]
    inside(ElementTree.fromstring(picture.svg))


def test_a_node_that_is_not_ready_says_so() -> None:
    picture = draw_node_map("Nodes", [Node("a", "worker", (), ("web-1",), ready=False), Node("b", "worker", (), ())])
    assert "✗ a - not ready; Pods: web-1" in picture.words and "b; Pods: -" in picture.words
    with pytest.raises(BadManifest, match="describes no cluster"):
        node_map_of("manifests/start-here/ingress.yaml")


@pytest.mark.parametrize(
    "draw",
    [
        pictures.packet_path,
        pictures.layers_4_and_7,
        pictures.reconcile_loop,
        pictures.tls_handshake,
        pictures.one_request,
        pictures.diagnosis,
    ],
)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_pictures_that_explain_fit_a_phone(draw, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INGRESS_LAB_LANG", language)
    root = ElementTree.fromstring(draw().svg)
    assert float(root.get("width")) <= 420
    inside(root)


def test_a_loss_timeline_says_how_many_were_lost_and_when() -> None:
    asked = [(100 + n / 10, n not in (3, 4)) for n in range(10)]
    picture = draw_loss_timeline("A stop", asked, {"node off": 100.25})
    assert picture.words.splitlines() == [
        "A stop", "  requests: 10, lost: 2", "  first loss at 0.3 s, last at 0.4 s", "  node off: 0.2 s",
    ]  # fmt: skip
    inside(ElementTree.fromstring(picture.svg))
    assert "lost: 0" in draw_loss_timeline("Nothing", []).words
