"""Who keeps a client with one Pod, and by what: the experiment of notebook 10."""

from collections.abc import Iterator
from hashlib import sha256
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from ingress_lab import manifests
from ingress_lab.lab import Lab
from ingress_lab.lessons.exercises import ALL
from loopkube.cluster import ClusterInfo

MANIFESTS = Path(__file__).parents[2] / "manifests" / "session-affinity"
COOKIE = "http://cookie.shop.example.com/"
COOKIES = {"nginx.ingress.kubernetes.io/affinity": "cookie", "nginx.ingress.kubernetes.io/session-cookie-name": "route"}


@pytest.fixture(scope="module")
def lab(cluster: ClusterInfo) -> Iterator[Lab]:
    made = Lab.connect("session-affinity")
    made.delete(MANIFESTS / "replica", missing_ok=True)
    made.apply(MANIFESTS)
    for folder in ("address", "cookie", "kinds"):
        made.apply(MANIFESTS / folder)
    made.wait("pods")
    made.settle()
    yield made
    made.delete(MANIFESTS / "replica", missing_ok=True)
    made.clean_up()


def greeted_as_new(answers: list) -> int:
    return sum(answer.visits == 1 for answer in answers)


def test_without_affinity_each_pod_counts_for_itself(lab: Lab) -> None:
    answers = lab.client(cookies=True).probe("http://plain.shop.example.com/", times=24)
    assert greeted_as_new(answers) == len(set(answers.pods)) == 3


def test_the_services_affinity_is_lost_by_the_ingress(lab: Lab) -> None:
    red = lab.inside("red")
    red.wait("http://sticky-svc/")
    assert len(set(red.probe("http://sticky-svc/", times=24).pods)) == 1
    assert len(set(red.probe("http://address.shop.example.com/", times=24).pods)) == 3


def test_the_cookie_is_computed_from_the_pods_address_and_any_replica_reads_it(lab: Lab) -> None:
    answers = lab.client(cookies=True).probe(COOKIE, times=12)
    assert [answer.visits for answer in answers] == list(range(1, 13))
    pods = {lab.aliases.of(p["metadata"]["name"]): p["status"]["podIP"] for p in lab.objects("pods", "app=shop")}
    value = SimpleCookie(answers[-1].seen["Cookie"])["route"].value
    assert value == sha256(f"http://{pods[answers[-1].pod]}:8080".encode()).hexdigest()[:16]

    lab.apply(MANIFESTS / "replica")
    lab.wait("deployment/replica")
    red = lab.inside("red")
    red.wait(COOKIE, to="service/replica")
    again = red.probe(COOKIE, to="service/replica", headers={"Cookie": answers[-1].seen["Cookie"]}, times=6)
    assert [answer.visits for answer in again] == list(range(13, 19))


def test_the_count_goes_with_the_pod(lab: Lab) -> None:
    client = lab.client(cookies=True)
    first = client.probe(COOKIE, times=3)
    lab.delete(f"pod/{first[-1].pod}")
    lab.settle()
    (moved,) = client.probe(COOKIE)
    assert (moved.status, moved.visits) == (200, 1) and "route=" in moved.headers["Set-Cookie"]


@pytest.mark.parametrize(("host", "kept", "dropped"), [("own", 1, 3), ("hash", 1, 1)])
def test_more_kinds(lab: Lab, host: str, kept: int, dropped: int) -> None:
    lab.wait("deployment/shop", ".status.readyReplicas=3")
    lab.settle()
    url = f"http://{host}.shop.example.com/"
    pods = [set(lab.client(cookies=cookies).probe(url, times=24).pods) for cookies in (True, False)]
    assert [len(found) for found in pods] == [kept, dropped]


@pytest.mark.long
def test_a_store_outside_of_the_pods_survives_them(lab: Lab) -> None:
    lab.apply(MANIFESTS / "store")
    lab.wait("deployments")
    lab.settle()
    client = lab.client(cookies=True)
    answers = client.probe("http://checkout.shop.example.com/", times=12)
    assert [answer.visits for answer in answers] == list(range(1, 13)) and len(set(answers.pods)) == 3
    lab.delete(f"pod/{answers[-1].pod}")
    lab.settle()
    assert client.probe("http://checkout.shop.example.com/")[0].visits == 13


def test_a_cookie_for_https_alone_keeps_nobody_over_http(lab: Lab) -> None:
    flag = "nginx.ingress.kubernetes.io/session-cookie-secure"
    lab.apply(manifests.vary(MANIFESTS / "cookie" / "ingress.yaml", {"metadata.annotations": {flag: "true"} | COOKIES}))
    lab.settle()
    met = [
        len(set(lab.client(cookies=True).probe(url, times=12).pods))
        for url in (COOKIE, COOKIE.replace("http:", "https:"))
    ]
    lab.apply(MANIFESTS / "cookie")
    assert met == [3, 1]


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["10.1"].solutions)
def test_exercise(lab: Lab, solution: str) -> None:
    lab.delete(MANIFESTS / "exercise", missing_ok=True)
    lab.apply(MANIFESTS / "exercise")
    lab.settle()
    unsolved = lab.check("10.1")
    assert not unsolved and "should meet one Pod" in unsolved.why
    lab.apply(solution)
    assert lab.check("10.1"), str(lab.check("10.1"))


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        ("    nginx.ingress.kubernetes.io/session-cookie-name: basket\n", "is not called basket"),
        ('    nginx.ingress.kubernetes.io/session-cookie-max-age: "3600"\n', "until the browser is closed"),
    ],
)
@pytest.mark.long
def test_exercise_half_solved(lab: Lab, cut: str, said: str) -> None:
    solution = ALL["10.1"].solutions[0]
    half = solution.replace(cut, "").replace(cut.rstrip("\n"), "")
    assert half != solution
    lab.delete(MANIFESTS / "exercise", missing_ok=True)
    lab.apply(half)
    lab.settle()
    assert said in lab.check("10.1").why


def test_sessions_by_a_header(lab: Lab) -> None:
    lab.delete(MANIFESTS / "exercise", missing_ok=True)
    lab.apply(MANIFESTS / "exercise")
    assert "should meet one Pod" in lab.check("10.2").why
    by_address = {"metadata.annotations": {"nginx.ingress.kubernetes.io/upstream-hash-by": "$remote_addr"}}
    lab.apply(manifests.vary(MANIFESTS / "exercise" / "api.yaml", by_address))
    assert "all met one Pod" in lab.check("10.2").why
    lab.apply(ALL["10.2"].solutions[0])
    assert lab.check("10.2"), str(lab.check("10.2"))


@pytest.mark.long
@pytest.mark.parametrize("solution", ALL["10.3"].solutions)
def test_annotations_of_another_controller(lab: Lab, solution: str) -> None:
    lab.delete(MANIFESTS / "broken", missing_ok=True)
    lab.apply(MANIFESTS / "broken")
    assert "should meet one Pod" in lab.check("10.3").why
    lab.apply(solution)
    assert lab.check("10.3"), str(lab.check("10.3"))
