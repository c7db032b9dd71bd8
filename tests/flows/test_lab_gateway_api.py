"""Ties, statuses and what a controller lacks: the experiment of notebook 13, and its exercises."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

pytestmark = pytest.mark.long

MANIFESTS = Path(__file__).parents[2] / "manifests"
LESSON, GATEWAY = MANIFESTS / "gateway-api", MANIFESTS / "gateway"
DEADLINE = 20.0


@pytest.fixture(scope="module")
def team(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("gateway-api-team")
    yield made
    made.clean_up()


@pytest.fixture(scope="module")
def lab(team: Lab) -> Iterator[Lab]:
    made = Lab.connect("gateway-api")
    for folder in ("definitions", "controller"):
        made.apply(GATEWAY / folder)
    made.apply(LESSON)
    made.apply(LESSON / "first")
    for file in ("app.yaml", "team/application.yaml"):
        team.apply(LESSON / file)
    for place in (made, team):
        place.wait("deployments", timeout=60)
    made.wait("gateway/public", timeout=60)
    made.wait_routed("http://first.gateway.example.com/", service="helloworld-svc")
    yield made
    for folder in ("controller", "definitions"):
        made.delete(GATEWAY / folder, missing_ok=True)
    made.clean_up()


def until(holds: Callable[[], Any]) -> Any:
    """The first true value; the last one when the time is over: the controller follows a moment later."""
    end = time.monotonic() + DEADLINE
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def outcome(lab: Lab, host: str, path: str = "/", **headers: str) -> str:
    url = f"http://{host}.gateway.example.com{path}"
    return lab.probe(url, headers={name.replace("_", "-"): value for name, value in headers.items()})[0].outcome


def test_ties_are_broken_as_the_specification_says_but_for_the_host(lab: Lab) -> None:
    lab.apply(LESSON / "ties")
    assert until(lambda: outcome(lab, "shop.wild", "/help") == "nginx-svc")
    seen = [outcome(lab, "ties", path) for path in ("/foo", "/foo/x", "/food")]
    assert seen == ["nginx-svc", "helloworld-svc", "404"]
    assert outcome(lab, "ties", "/foo", X_Team="blue") == "nginx-svc"
    assert outcome(lab, "ties", "/foo/x", X_Team="blue") == "java-svc"
    assert [outcome(lab, host) for host in ("www.wild", "a.b.wild")] == ["helloworld-svc", "java-svc"]
    assert outcome(lab, "www.wild", "/help") == "nginx-svc"  # the specification wants helloworld-svc


def test_a_kind_that_is_defined_by_kubectl_is_found_later(lab: Lab) -> None:
    """The catalogue of kinds is from before: asked by name, it is looked up anew."""
    lab.api.resources()._by_name.pop("httproutes")
    assert lab.objects("httproutes")


UNSOLVED = {
    "13.1": ((), "/legacy should get the Service legacy-svc; it got 404"),
    "13.2": (("exercise/teams.yaml", "team/guest.yaml"), "guest.gateway.example.com/ should get the Service team-svc"),
    "13.3": (("exercise/tickets.yaml",), "/buy should get the Service java-svc; it got 404"),
}


@pytest.mark.parametrize("name", UNSOLVED)
def test_exercises_say_what_is_missing_and_accept_every_solution(lab: Lab, name: str) -> None:
    files, why = UNSOLVED[name]
    for solution in ALL[name].solutions:
        for file in files:
            lab.apply(LESSON / file)
        assert until(lambda: why in lab.check(name).why), lab.check(name)
        lab.apply(solution)
        assert until(lambda: lab.check(name)), f"{name}: {lab.check(name)}\n{solution}"
        lab.delete(solution)


def test_a_gateway_that_takes_every_namespace_does_not_solve_13_2(lab: Lab) -> None:
    for file in UNSOLVED["13.2"][0]:
        lab.apply(LESSON / file)
    open_to_all = ALL["13.2"].solutions[0].partition("from: Selector")[0] + "from: All\n"
    lab.apply(open_to_all)
    assert until(lambda: "own.gateway.example.com/ should get status 404" in lab.check("13.2").why), lab.check("13.2")


def test_half_a_repair_of_13_3_gets_500(lab: Lab) -> None:
    lab.apply(LESSON / "exercise" / "tickets.yaml")
    lab.apply(ALL["13.3"].solutions[0].partition("---")[0])
    assert until(lambda: "it got 500" in lab.check("13.3").why), lab.check("13.3")
