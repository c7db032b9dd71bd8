"""Manifests go in by the lab's verbs, answers come out of the real Traefik: the experiment of notebook 07."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ingress_lab import compare, manifests, predict
from ingress_lab.lab import Lab
from ingress_lab.lessons.comparing import reading
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests"


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("flow-url-mapping")
    made.apply(MANIFESTS / "url-mapping")
    made.wait("deployments")
    made.wait("ingress/url-mapping")
    made.settle()
    yield made
    made.clean_up()


def test_hosts_and_paths_choose_the_service(lab: Lab) -> None:
    wanted = {
        "http://abc.sample.com/": "helloworld-svc",
        "http://abc.sample.com/apl2": "nginx-svc",
        "http://abc.sample.com/apl2/": "nginx-svc",
        "http://abc.sample.com/apl2/x": "nginx-svc",
        "http://abc.sample.com/apl2x": "helloworld-svc",
        "http://abc.sample.com/APL2": "helloworld-svc",
        "http://abc.sample.com/?page=/apl2": "helloworld-svc",
        "http://xyz.sample.com/": "java-svc",
        "http://xyz.sample.com/apl2": "java-svc",
        "http://www.sample.com/": "404",
    }
    seen = compare(predict(wanted), lab.probe(list(wanted)), lab.rules())
    assert seen["observed"].tolist() == list(wanted.values())
    assert set(seen["right?"]) == {"yes"}
    assert seen["API's reading"].tolist() == list(wanted.values())


def test_an_answer_tells_who_gave_it(lab: Lab) -> None:
    answers = lab.probe("http://abc.sample.com/a/b%2Fc", times=8)
    assert {a.path for a in answers} == {"/a/b%2Fc"}
    assert set(answers.pods) <= {"helloworld-1", "helloworld-2"}
    assert {a.node for a in answers} <= {"lab-control-plane", "lab-worker", "lab-worker2"}
    assert answers[0].seen["X-Forwarded-Host"] == "abc.sample.com"


def test_https_reaches_the_same_rules(lab: Lab) -> None:
    answer = lab.probe("https://xyz.sample.com/")[0]
    assert (answer.service, answer.layers["tls"]) == ("java-svc", "TLSv1.3")


def test_the_map_shows_what_is_there(lab: Lab) -> None:
    words = lab.routing_map().words
    assert "    / (Prefix) -> [helloworld-svc:8080] -> helloworld-1, helloworld-2" in words
    assert "    /apl2 (Prefix) -> [nginx-svc:9080] -> nginx-1" in words


def test_another_class_gives_the_same_answers(lab: Lab) -> None:
    urls = ["http://abc.sample.com/", "http://abc.sample.com/apl2/x", "http://xyz.sample.com/"]
    before = lab.probe(urls).services
    lab.apply(MANIFESTS / "url-mapping" / "nginx")
    lab.settle()
    assert lab.probe(urls).services == before
    lab.apply(MANIFESTS / "url-mapping" / "ingress.yaml")
    lab.settle()


def test_a_changed_rule_is_followed(lab: Lab) -> None:
    lab.apply(MANIFESTS / "url-mapping" / "shop")
    lab.settle()
    url = "http://shop.sample.com/shop/cart"
    assert lab.probe(url).services == [reading(lab.rules(), url)] == ["java-svc"]
    lab.delete("ingress/shop")
    lab.wait_routed(url, status=404)


def test_paths_of_one_host(lab: Lab) -> None:
    """manifests/url-mapping/example.com: /order to order, /a to a, and the rest to test."""
    lab.apply(MANIFESTS / "url-mapping" / "example.com")
    lab.settle()
    wanted = {
        "/order": "order", "/order/17?paid=no": "order", "/a": "a", "/a/b/c": "a", "/": "test", "/elsewhere": "test",
        "/orders": "test", "/about": "test", "/Order": "test", "/x/order": "test",
    }  # fmt: skip
    assert lab.probe([f"http://example.com{path}" for path in wanted]).services == list(wanted.values())


@pytest.mark.parametrize("class_name", ["traefik", "nginx"])
def test_what_the_types_of_a_path_mean_here(lab: Lab, class_name: str) -> None:
    lab.apply(manifests.vary(MANIFESTS / "url-mapping" / "types", {"spec.ingressClassName": class_name}))
    lab.settle()
    wanted = {
        "/exact": "nginx-svc", "/exact/": "404", "/prefix/": "nginx-svc", "/prefixed": "404", "/free/": "nginx-svc",
        "/freedom": "404",
    }  # fmt: skip
    answers = lab.probe([f"http://types.sample.com{path}" for path in wanted])
    assert [answer.outcome for answer in answers] == list(wanted.values())


UNSOLVED = {
    "07.1": ("exercise", "http://market.example.com/order/archive should get the Service a; it was answered by order"),
    "07.2": ("", "http://legacy.example.com/order should get the Service legacy-svc; it got 404"),
    "07.3": ("broken", "http://portal.example.com/a/list should get the Service a; it got 400"),
}


@pytest.mark.parametrize("name", UNSOLVED)
def test_exercises_say_what_is_missing_and_accept_every_solution(lab: Lab, name: str) -> None:
    folder, why = UNSOLVED[name]
    for solution in ALL[name].solutions:
        if folder:
            lab.apply(MANIFESTS / "url-mapping" / folder)
        unsolved = lab.check(name)
        assert not unsolved and why in unsolved.why
        lab.apply(solution)
        assert lab.check(name), f"{name}: {lab.check(name)}\n{solution}"
        lab.delete(solution)


def test_what_the_application_saw_is_told(lab: Lab) -> None:
    lab.apply(manifests.vary(MANIFESTS / "url-mapping" / "broken", {"metadata.annotations": None}))
    assert "/legacy should get the Service legacy-svc; it got 404" in lab.check("07.3").why
    lab.apply(manifests.vary(MANIFESTS / "url-mapping" / "broken", {"spec.rules[0].http.paths[1].path": "/a/list"}))
    assert "/a/list should arrive as /a/list; the application saw /." in lab.check("07.3").why
    lab.delete("ingress/portal")


def test_exercise_00(cluster: ClusterInfo) -> None:
    lab = Lab.connect("flow-start-here")
    try:
        lab.apply(MANIFESTS / "start-here")
        lab.wait("deployments")
        unsolved = lab.check("00.1")
        assert not unsolved and "/bye should get the Service bye-svc" in unsolved.why
        for solution in ALL["00.1"].solutions:
            lab.apply(MANIFESTS / "start-here" / "ingress.yaml")
            lab.apply(solution)
            assert lab.check("00.1"), str(lab.check("00.1"))
        lab.apply(MANIFESTS / "start-here" / "broken")
        lab.wait_routed("http://third.example.com/", status=503)
        for name in ("00.2", "00.3"):
            assert not lab.check(name)
            lab.apply(ALL[name].solutions[0])
            lab.settle()
            assert lab.check(name), str(lab.check(name))
        lab.scale("deployment/bye", 0)
        lab.wait_routed("http://first.example.com/bye", status=503)
        assert "got 503" in lab.check("00.1").why
    finally:
        lab.clean_up()
    lab.wait_routed("http://first.example.com/hello", status=404)
